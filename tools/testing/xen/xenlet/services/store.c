// SPDX-License-Identifier: GPL-2.0
/*
 * The store, and what the other services do with it in the service domain's
 * name: no quotas, no permissions, no transactions.
 *
 * Owns the_store. Monitor lock.
 */
#include <stdarg.h>

#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "store.h"

#define VALUE_MAX	256

struct store the_store;

int store_init(void)
{
	struct store_account *service;
	int ret;

	list_init(&the_store.conns);
	list_init(&the_store.watches);
	service = account_open(&the_store.accounts, 0);
	if (!service)
		return -XEN_ENOMEM;
	ret = tree_init(&the_store.tree, &the_store.accounts);
	the_store.ready = !ret;
	return ret;
}

static int join_path(char *path, const char *dir, const char *node)
{
	int len;

	if (*node)
		len = snprintf(path, VALUE_MAX, "%s/%s", dir, node);
	else
		len = snprintf(path, VALUE_MAX, "%s", dir);
	return len < VALUE_MAX ? 0 : -XEN_EINVAL;
}

int store_set(const char *dir, const char *node, const char *fmt, ...)
{
	char path[VALUE_MAX], value[VALUE_MAX];
	va_list args;
	int len, ret;

	ret = join_path(path, dir, node);
	if (ret)
		return ret;
	va_start(args, fmt);
	len = vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	if (len >= VALUE_MAX)
		return -XEN_E2BIG;
	return store_change(0, STORE_WROTE, path, value, len, NULL);
}

int store_get(const char *dir, const char *node, char *buf, size_t size)
{
	const struct store_node *found;
	char path[VALUE_MAX];

	if (join_path(path, dir, node))
		return -XEN_ENOENT;
	found = tree_lookup(the_store.tree.root, path);
	if (!found)
		return -XEN_ENOENT;
	if (found->len >= size)
		return -XEN_E2BIG;
	if (found->len)
		memcpy(buf, found->value, found->len);
	buf[found->len] = '\0';
	return found->len;
}

int store_get_uint(const char *dir, const char *node, u32 missing, u32 *value)
{
	unsigned long number;
	char text[16], *end;
	int len;

	*value = missing;
	len = store_get(dir, node, text, sizeof(text));
	if (len == -XEN_ENOENT)
		return 0;
	if (len <= 0 || text[0] < '0' || text[0] > '9')
		return -XEN_EINVAL;
	number = strtoul(text, &end, 10);
	if (*end || number > 0xffffffffUL)
		return -XEN_EINVAL;
	*value = number;
	return 0;
}

int store_remove(const char *path)
{
	if (!tree_lookup(the_store.tree.root, path))
		return -XEN_ENOENT;
	return store_change(0, STORE_REMOVED, path, NULL, 0, NULL);
}

int store_chmod(const char *path, domid_t owner, unsigned int others,
		domid_t reader)
{
	struct store_perms perms = { .nr = 1 };

	perms.p[0].id = owner;
	perms.p[0].bits = others;
	if (reader != DOMID_INVALID) {
		perms.p[1].id = reader;
		perms.p[1].bits = STORE_PERM_READ;
		perms.nr = 2;
	}
	if (!tree_lookup(the_store.tree.root, path)) {
		int ret = store_change(0, STORE_MADE, path, NULL, 0, NULL);

		if (ret)
			return ret;
	}
	return store_change(0, STORE_CHMODDED, path, NULL, 0, &perms);
}
