// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of the xenstore protocol (xen/io/xs_wire.h), served for one
 * guest at a time from the private copy in its connection.
 *
 * Each handler checks, acts and replies; an error that it returns becomes the
 * reply. Bodies are strings with a NUL behind each, which the reader of the
 * ring has put behind the last byte too.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "store.h"

/* What a handler works on. @tree is the transaction's or the store's. */
struct request {
	struct store_conn *conn;
	struct store_transaction *t;
	struct store_tree *tree;
	const char *body;
	u32 len, type;
	char path[STORE_PATH_MAX + 1];
};

/* One at a time, under the monitor lock, and too large for the stack. */
static struct request the_request;

static const struct {
	int err;
	const char *name;
} error_names[] = {
	{ XEN_EINVAL, "EINVAL" }, { XEN_EACCES, "EACCES" },
	{ XEN_EEXIST, "EEXIST" }, { XEN_EISDIR, "EISDIR" },
	{ XEN_ENOENT, "ENOENT" }, { XEN_ENOMEM, "ENOMEM" },
	{ XEN_ENOSPC, "ENOSPC" }, { XEN_EIO, "EIO" },
	{ XEN_ENOSYS, "ENOSYS" }, { XEN_EBUSY, "EBUSY" },
	{ XEN_EAGAIN, "EAGAIN" }, { XEN_E2BIG, "E2BIG" },
	{ XEN_EPERM, "EPERM" },
};

static int reply_error(struct store_conn *conn, int err)
{
	const char *name = "EINVAL";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(error_names); i++)
		if (error_names[i].err == err)
			name = error_names[i].name;
	return conn_reply(conn, XS_ERROR, name, strlen(name) + 1);
}

static int reply(struct request *req, const void *body, size_t len)
{
	return conn_reply(req->conn, req->type, body, len);
}

static int reply_ok(struct request *req)
{
	return reply(req, "OK", 3);
}

/* The string after the one at @s, or NULL at the end of the body. */
static const char *next_string(const struct request *req, const char *s)
{
	s += strlen(s) + 1;
	return s < req->body + req->len ? s : NULL;
}

/* Strings in the body that have their NUL inside it. */
static unsigned int count_strings(const struct request *req)
{
	unsigned int n = 0;
	u32 i;

	for (i = 0; i < req->len; i++)
		n += !req->body[i];
	return n;
}

static int take_path(struct request *req)
{
	int ret = path_canonical(req->conn->domid, req->body, req->path);

	return ret < 0 ? ret : 0;
}

static int note_look(struct request *req)
{
	if (!req->t)
		return 0;
	return transaction_log(req->conn, req->t, STORE_LOOKED, req->path,
			       NULL, 0, NULL);
}

/* Take the path, check access, remember the look. */
static int find_node(struct request *req, unsigned int bits,
		     const struct store_node **node)
{
	int ret;

	if (!count_strings(req))
		return -XEN_EINVAL;
	ret = take_path(req);
	if (ret)
		return ret;
	ret = note_look(req);
	if (ret)
		return ret;
	return tree_access(req->tree, req->path, req->conn->domid, bits, node);
}

static int change(struct request *req, enum store_change what,
		  const void *value, size_t len,
		  const struct store_perms *perms)
{
	domid_t domid = req->conn->domid;
	int ret;

	if (!req->t)
		return store_change(domid, what, req->path, value, len, perms);
	ret = transaction_log(req->conn, req->t, what, req->path, value, len,
			      perms);
	if (ret)
		return ret;
	return store_apply(req->tree, domid, what, req->path, value, len,
			   perms);
}

static int do_read(struct request *req)
{
	const struct store_node *node;
	int ret = find_node(req, STORE_PERM_READ, &node);

	return ret ? ret : reply(req, node->value, node->len);
}

static int do_directory(struct request *req)
{
	const struct store_node *node;
	size_t len = 0, n;
	unsigned int i;
	char *list;
	int ret;

	ret = find_node(req, STORE_PERM_READ, &node);
	if (ret)
		return ret;
	for (i = 0; i < node->nr_children; i++)
		len += strlen(node->children[i]->name) + 1;
	if (len > XENSTORE_PAYLOAD_MAX)
		return -XEN_E2BIG;
	list = heap_alloc(len ? len : 1);
	if (!list)
		return -XEN_ENOMEM;
	len = 0;
	for (i = 0; i < node->nr_children; i++) {
		n = strlen(node->children[i]->name) + 1;
		memcpy(list + len, node->children[i]->name, n);
		len += n;
	}
	ret = reply(req, list, len);
	heap_free(list);
	return ret;
}

/*
 * A part of a long directory: "<generation>\0", then whole names from byte
 * @offset of the list on, as many as fit, and an empty name after the last.
 */
static int do_directory_part(struct request *req)
{
	static char part[XENSTORE_PAYLOAD_MAX];
	const struct store_node *node;
	size_t at = 0, len, n;
	unsigned long offset;
	unsigned int i;
	char *end;
	int ret;

	if (count_strings(req) != 2)
		return -XEN_EINVAL;
	ret = find_node(req, STORE_PERM_READ, &node);
	if (ret)
		return ret;
	offset = strtoul(next_string(req, req->body), &end, 10);
	if (*end)
		return -XEN_EINVAL;
	len = snprintf(part, sizeof(part), "%llu",
		       (unsigned long long)node->gen) + 1;
	for (i = 0; i < node->nr_children; i++, at += n) {
		n = strlen(node->children[i]->name) + 1;
		if (at < offset)
			continue;
		if (len + n > sizeof(part))
			return reply(req, part, len);
		memcpy(part + len, node->children[i]->name, n);
		len += n;
	}
	if (len < sizeof(part))
		part[len++] = '\0';
	return reply(req, part, len);
}

static int do_write(struct request *req)
{
	const struct store_node *node;
	u32 used;
	int ret;

	ret = find_node(req, STORE_PERM_WRITE, &node);
	if (ret)
		return ret;
	used = strlen(req->body) + 1;
	if (req->len - used > STORE_QUOTA_VALUE)
		return -XEN_ENOSPC;
	ret = change(req, STORE_WROTE, req->body + used, req->len - used, NULL);
	return ret ? ret : reply_ok(req);
}

static int do_mkdir(struct request *req)
{
	const struct store_node *node;
	int ret = find_node(req, STORE_PERM_WRITE, &node);

	if (!ret && !node)
		ret = change(req, STORE_MADE, NULL, 0, NULL);
	return ret ? ret : reply_ok(req);
}

static int do_rm(struct request *req)
{
	const struct store_node *node;
	int ret;

	ret = find_node(req, STORE_PERM_WRITE, &node);
	if (ret)
		return ret;
	if (!strcmp(req->path, "/"))
		return -XEN_EINVAL;
	if (node) {
		ret = change(req, STORE_REMOVED, NULL, 0, NULL);
		return ret ? ret : reply_ok(req);
	}
	/* Removing what isn't there is fine, but its directory must be. */
	*strrchr(req->path, '/') = '\0';
	node = tree_lookup(req->tree->root, req->path);
	return node ? reply_ok(req) : -XEN_ENOENT;
}

static char perm_letter(unsigned int bits)
{
	return "nrwb"[bits & (STORE_PERM_READ | STORE_PERM_WRITE)];
}

static int do_get_perms(struct request *req)
{
	const struct store_node *node;
	char text[STORE_MAX_PERMS * 8];
	unsigned int i;
	size_t len = 0;
	int ret;

	ret = find_node(req, STORE_PERM_READ, &node);
	if (ret)
		return ret;
	for (i = 0; i < node->perms.nr; i++)
		len += snprintf(text + len, sizeof(text) - len, "%c%u",
				perm_letter(node->perms.p[i].bits),
				node->perms.p[i].id) + 1;
	return reply(req, text, len);
}

static int parse_perm(const char *text, domid_t *id, u8 *bits)
{
	static const char letters[] = "nrwb";
	const char *letter = *text ? strchr(letters, *text) : NULL;
	unsigned long value;
	char *end;

	if (!letter || text[1] < '0' || text[1] > '9')
		return -XEN_EINVAL;
	value = strtoul(text + 1, &end, 10);
	if (*end || value > 0xffff)
		return -XEN_EINVAL;
	*id = value;
	*bits = letter - letters;
	return 0;
}

static int do_set_perms(struct request *req)
{
	const struct store_node *node;
	struct store_perms perms = {};
	const char *s;
	int ret;

	if (count_strings(req) < 2 || req->body[req->len - 1])
		return -XEN_EINVAL;
	ret = find_node(req, STORE_PERM_WRITE | STORE_PERM_OWNER, &node);
	if (ret)
		return ret;
	for (s = next_string(req, req->body); s; s = next_string(req, s)) {
		if (perms.nr == STORE_QUOTA_PERMS)
			return -XEN_ENOSPC;
		ret = parse_perm(s, &perms.p[perms.nr].id,
				 &perms.p[perms.nr].bits);
		if (ret)
			return ret;
		perms.nr++;
	}
	if (req->conn->domid && perms.p[0].id != node->perms.p[0].id)
		return -XEN_EPERM;
	ret = change(req, STORE_CHMODDED, NULL, 0, &perms);
	return ret ? ret : reply_ok(req);
}

static bool is_special(const char *path)
{
	return !strcmp(path, "@introduceDomain") ||
	       !strcmp(path, "@releaseDomain");
}

/* Path and token of WATCH and UNWATCH; returns what a relative path hides. */
static int take_watch(struct request *req, const char **token)
{
	if (count_strings(req) != 2 || req->body[req->len - 1])
		return -XEN_EINVAL;
	*token = next_string(req, req->body);
	if (is_special(req->body)) {
		memcpy(req->path, req->body, strlen(req->body) + 1);
		return 0;
	}
	return path_canonical(req->conn->domid, req->body, req->path);
}

static int do_watch(struct request *req)
{
	const char *token;
	int skip, ret;

	skip = take_watch(req, &token);
	if (skip < 0)
		return skip;
	ret = watch_add(req->conn, req->path, skip, token);
	if (!ret)
		ret = reply_ok(req);
	if (!ret)
		conn_event(req->conn, req->path + skip, token);
	return ret;
}

static int do_unwatch(struct request *req)
{
	const char *token;
	int ret;

	ret = take_watch(req, &token);
	if (ret >= 0)
		ret = watch_remove(req->conn, req->path, token);
	return ret ? ret : reply_ok(req);
}

static int do_reset_watches(struct request *req)
{
	watch_remove_all(req->conn);
	transaction_drop_all(req->conn);
	return reply_ok(req);
}

static int do_transaction_start(struct request *req)
{
	char text[12];
	u32 id;
	int ret;

	if (req->t)
		return -XEN_EBUSY;
	ret = transaction_start(req->conn, &id);
	if (ret)
		return ret;
	return reply(req, text, snprintf(text, sizeof(text), "%u", id) + 1);
}

static int do_transaction_end(struct request *req)
{
	int ret;

	if (req->len != 2 || (strcmp(req->body, "T") && strcmp(req->body, "F")))
		return -XEN_EINVAL;
	if (!req->t)
		return -XEN_ENOENT;
	ret = transaction_end(req->conn, req->t, *req->body == 'T');
	return ret ? ret : reply_ok(req);
}

static int take_domid(struct request *req, unsigned long *domid)
{
	char *end;

	if (count_strings(req) != 1 || !*req->body)
		return -XEN_EINVAL;
	*domid = strtoul(req->body, &end, 10);
	return *end || *domid > 0xffff ? -XEN_EINVAL : 0;
}

static int do_get_domain_path(struct request *req)
{
	unsigned long domid;
	char text[32];
	int ret = take_domid(req, &domid);

	if (ret)
		return ret;
	return reply(req, text, snprintf(text, sizeof(text),
					 "/local/domain/%lu", domid) + 1);
}

static int do_is_introduced(struct request *req)
{
	unsigned long domid;
	struct list_node *pos;
	bool found;
	int ret;

	ret = take_domid(req, &domid);
	if (ret)
		return ret;
	found = !domid;
	list_for_each(pos, &the_store.conns)
		found |= list_entry(pos, struct store_conn, link)->domid ==
			 domid;
	return reply(req, found ? "T" : "F", 2);
}

/* INTRODUCE, RELEASE, RESUME, SET_TARGET, CONTROL: the toolstack's. */
static int refuse(struct request *req)
{
	return -XEN_EACCES;
}

static int (*const handlers[XS_TYPE_COUNT])(struct request *req) = {
	[XS_CONTROL] = refuse,
	[XS_DIRECTORY] = do_directory,
	[XS_READ] = do_read,
	[XS_GET_PERMS] = do_get_perms,
	[XS_WATCH] = do_watch,
	[XS_UNWATCH] = do_unwatch,
	[XS_TRANSACTION_START] = do_transaction_start,
	[XS_TRANSACTION_END] = do_transaction_end,
	[XS_INTRODUCE] = refuse,
	[XS_RELEASE] = refuse,
	[XS_GET_DOMAIN_PATH] = do_get_domain_path,
	[XS_WRITE] = do_write,
	[XS_MKDIR] = do_mkdir,
	[XS_RM] = do_rm,
	[XS_SET_PERMS] = do_set_perms,
	[XS_IS_DOMAIN_INTRODUCED] = do_is_introduced,
	[XS_RESUME] = refuse,
	[XS_SET_TARGET] = refuse,
	[XS_RESET_WATCHES] = do_reset_watches,
	[XS_DIRECTORY_PART] = do_directory_part,
};

static int dispatch(struct store_conn *conn)
{
	struct request *req = &the_request;

	req->conn = conn;
	req->body = conn->body;
	req->len = conn->hdr.len;
	req->type = conn->hdr.type;
	req->tree = &the_store.tree;
	req->t = NULL;
	if (req->type >= XS_TYPE_COUNT || !handlers[req->type])
		return -XEN_ENOSYS;
	if (conn->hdr.tx_id) {
		req->t = transaction_find(conn, conn->hdr.tx_id);
		if (!req->t)
			return -XEN_ENOENT;
		req->tree = &req->t->tree;
	}
	return handlers[req->type](req);
}

void store_request(struct store_conn *conn)
{
	int ret;

	conn->body[conn->hdr.len] = '\0';
	ret = dispatch(conn);
	if (ret)
		ret = reply_error(conn, -ret);
	if (ret)
		conn_break(conn, XENSTORE_ERROR_COMM, "out of memory");
}
