// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing the store, for drivers: each function is one request,
 * or a few, and may wait for the answer. Process context.
 *
 * A path is a directory and a node in it; an empty node means the directory.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "path.h"
#include "store.h"

/* Writing back pages may need the answer. */
#define STORE_GFP	(GFP_NOIO | __GFP_HIGH)

static char *join(const char *dir, const char *node)
{
	size_t size = strlen(dir) + strlen(node) + 2;
	char *path = kmalloc(size, STORE_GFP);
	int err;

	if (!path)
		return ERR_PTR(-ENOMEM);
	err = store_path_join(path, size, dir, node);
	if (err < 0) {
		kfree(path);
		return ERR_PTR(err);
	}
	return path;
}

/* Ask with a path, and maybe @value after it. */
static void *ask(struct xenbus_transaction t, u32 type, const char *dir,
		 const char *node, const char *value, unsigned int *len)
{
	char *path = join(dir, node);
	struct kvec vec[2];
	void *answer;

	if (IS_ERR(path))
		return path;

	vec[0].iov_base = path;
	vec[0].iov_len = strlen(path) + 1;
	if (value) {
		vec[1].iov_base = (void *)value;
		vec[1].iov_len = strlen(value);
	}
	answer = store_talk(t, type, vec, value ? 2 : 1, len);
	kfree(path);
	return answer;
}

static int drop(void *answer)
{
	if (IS_ERR(answer))
		return PTR_ERR(answer);
	kfree(answer);
	return 0;
}

/**
 * xenbus_directory() - the names of a node's children
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 * @num: filled with how many there are
 *
 * Return: them, in one allocation to be freed by kfree(); or an error pointer.
 */
char **xenbus_directory(struct xenbus_transaction t, const char *dir,
			const char *node, unsigned int *num)
{
	unsigned int len, count;
	char *answer, **list;

	answer = ask(t, XS_DIRECTORY, dir, node, NULL, &len);
	if (IS_ERR(answer))
		return ERR_CAST(answer);

	count = store_msg_strings(answer, len, NULL);
	list = kmalloc(size_add(array_size(count, sizeof(*list)), len + 1),
		       STORE_GFP);
	if (list) {
		char *names = (char *)(list + count);

		memcpy(names, answer, len + 1);
		*num = store_msg_strings(names, len, list);
	}
	kfree(answer);
	return list ?: ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL_GPL(xenbus_directory);

/**
 * xenbus_exists() - is there such a node
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 *
 * Return: 1 if so, 0 if not or if that can't be told.
 */
int xenbus_exists(struct xenbus_transaction t, const char *dir,
		  const char *node)
{
	return !drop(ask(t, XS_DIRECTORY, dir, node, NULL, NULL));
}
EXPORT_SYMBOL_GPL(xenbus_exists);

/**
 * xenbus_read() - a node's value
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 * @len: filled with its length, if not NULL
 *
 * Return: the value with a zero after it, to be freed by kfree(); or an error
 * pointer.
 */
void *xenbus_read(struct xenbus_transaction t, const char *dir,
		  const char *node, unsigned int *len)
{
	return ask(t, XS_READ, dir, node, NULL, len);
}
EXPORT_SYMBOL_GPL(xenbus_read);

/**
 * xenbus_write() - set a node's value, making the node if need be
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 * @string: the value
 *
 * Return: 0 or a negative errno.
 */
int xenbus_write(struct xenbus_transaction t, const char *dir,
		 const char *node, const char *string)
{
	return drop(ask(t, XS_WRITE, dir, node, string, NULL));
}
EXPORT_SYMBOL_GPL(xenbus_write);

/**
 * xenbus_mkdir() - make a node without a value
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 *
 * Return: 0 or a negative errno.
 */
int xenbus_mkdir(struct xenbus_transaction t, const char *dir,
		 const char *node)
{
	return drop(ask(t, XS_MKDIR, dir, node, NULL, NULL));
}
EXPORT_SYMBOL_GPL(xenbus_mkdir);

/**
 * xenbus_rm() - remove a node and all below it
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 *
 * Return: 0 or a negative errno.
 */
int xenbus_rm(struct xenbus_transaction t, const char *dir, const char *node)
{
	return drop(ask(t, XS_RM, dir, node, NULL, NULL));
}
EXPORT_SYMBOL_GPL(xenbus_rm);

/**
 * xenbus_transaction_start() - begin to see and change the store as one
 * @t: the transaction, to be ended by xenbus_transaction_end() soon: until
 *	then the domain can't be suspended
 *
 * Return: 0 or a negative errno.
 */
int xenbus_transaction_start(struct xenbus_transaction *t)
{
	char *answer = ask(XBT_NIL, XS_TRANSACTION_START, "", "", NULL, NULL);
	int err;

	if (IS_ERR(answer))
		return PTR_ERR(answer);
	err = kstrtou32(answer, 0, &t->id);
	kfree(answer);
	/* No transaction has the number that means none. */
	if (err || !t->id)
		return -EPROTO;
	store_hold(&xen_store);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_start);

/**
 * xenbus_transaction_end() - end a transaction
 * @t: the transaction
 * @abort: whether to drop its changes
 *
 * Return: 0; -EAGAIN if somebody else changed what it saw: nothing was done,
 * and the caller begins again; or another negative errno.
 */
int xenbus_transaction_end(struct xenbus_transaction t, int abort)
{
	int err = drop(ask(t, XS_TRANSACTION_END, abort ? "F" : "T", "", NULL,
			   NULL));

	store_leave(&xen_store);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_end);

/**
 * xenbus_scanf() - read a node's value and scan it
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 * @fmt: as scanf()
 *
 * Return: how many items were scanned, at least one; -ERANGE if none was; or
 * another negative errno.
 */
int xenbus_scanf(struct xenbus_transaction t, const char *dir,
		 const char *node, const char *fmt, ...)
{
	char *value = xenbus_read(t, dir, node, NULL);
	va_list args;
	int count;

	if (IS_ERR(value))
		return PTR_ERR(value);
	va_start(args, fmt);
	count = vsscanf(value, fmt, args);
	va_end(args);
	kfree(value);
	return count ?: -ERANGE;
}
EXPORT_SYMBOL_GPL(xenbus_scanf);

/**
 * xenbus_read_unsigned() - read a number that needn't be there
 * @dir: the directory
 * @node: the node in it
 * @default_val: what it is otherwise
 *
 * Return: the number.
 */
unsigned int xenbus_read_unsigned(const char *dir, const char *node,
				  unsigned int default_val)
{
	unsigned int value;

	if (xenbus_scanf(XBT_NIL, dir, node, "%u", &value) != 1)
		return default_val;
	return value;
}
EXPORT_SYMBOL_GPL(xenbus_read_unsigned);

/**
 * xenbus_printf() - format a node's value and set it
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @node: the node in it
 * @fmt: as printf()
 *
 * Return: 0 or a negative errno.
 */
int xenbus_printf(struct xenbus_transaction t, const char *dir,
		  const char *node, const char *fmt, ...)
{
	va_list args;
	char *value;
	int err;

	va_start(args, fmt);
	value = kvasprintf(STORE_GFP, fmt, args);
	va_end(args);
	if (!value)
		return -ENOMEM;
	err = xenbus_write(t, dir, node, value);
	kfree(value);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_printf);

/**
 * xenbus_gather() - read several nodes of one directory
 * @t: the transaction, or XBT_NIL
 * @dir: the directory
 * @...: for each node its name, a format as of scanf() for one item, and where
 *	the item goes; if the format is NULL, the value goes there, as a char *
 *	to be freed by kfree(). A NULL name ends the list.
 *
 * Return: 0; -EINVAL if an item can't be scanned; or another negative errno.
 * Values that were read before an error are the caller's.
 */
int xenbus_gather(struct xenbus_transaction t, const char *dir, ...)
{
	const char *name;
	va_list args;
	int err = 0;

	va_start(args, dir);
	while (!err && (name = va_arg(args, const char *))) {
		const char *fmt = va_arg(args, const char *);
		void *result = va_arg(args, void *);
		char *value = xenbus_read(t, dir, name, NULL);

		if (IS_ERR(value)) {
			err = PTR_ERR(value);
		} else if (!fmt) {
			*(char **)result = value;
		} else {
			if (sscanf(value, fmt, result) <= 0)
				err = -EINVAL;
			kfree(value);
		}
	}
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_gather);
