// SPDX-License-Identifier: GPL-2.0
/*
 * Watches: the list of all of them, in the order of registration, and who
 * hears of a change. A guest hears only of nodes that it may read.
 */
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "store.h"

static struct store_watch *watch_new(const char *path, const char *token)
{
	size_t path_len = strlen(path) + 1, token_len = strlen(token) + 1;
	struct store_watch *watch;

	watch = heap_alloc(sizeof(*watch) + path_len + token_len);
	if (!watch)
		return NULL;
	memcpy(watch->path, path, path_len);
	memcpy(watch->path + path_len, token, token_len);
	watch->token = watch->path + path_len;
	list_add_tail(&watch->link, &the_store.watches);
	return watch;
}

static void watch_free(struct store_watch *watch)
{
	list_del(&watch->link);
	if (watch->conn)
		watch->conn->nr_watches--;
	heap_free(watch);
}

static struct store_watch *watch_find(struct store_conn *conn,
				      const char *path, const char *token)
{
	struct list_node *pos;

	list_for_each(pos, &the_store.watches) {
		struct store_watch *watch;

		watch = list_entry(pos, struct store_watch, link);
		if (watch->conn == conn && !strcmp(watch->path, path) &&
		    !strcmp(watch->token, token))
			return watch;
	}
	return NULL;
}

int watch_add(struct store_conn *conn, const char *path, size_t skip,
	      const char *token)
{
	struct store_watch *watch;

	if (watch_find(conn, path, token))
		return -XEN_EEXIST;
	if (conn->domid && conn->nr_watches >= STORE_QUOTA_WATCHES)
		return -XEN_E2BIG;
	watch = watch_new(path, token);
	if (!watch)
		return -XEN_ENOMEM;
	watch->conn = conn;
	watch->skip = skip;
	conn->nr_watches++;
	return 0;
}

int watch_remove(struct store_conn *conn, const char *path, const char *token)
{
	struct store_watch *watch = watch_find(conn, path, token);

	if (!watch)
		return -XEN_ENOENT;
	watch_free(watch);
	return 0;
}

void watch_remove_all(struct store_conn *conn)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &the_store.watches) {
		struct store_watch *watch;

		watch = list_entry(pos, struct store_watch, link);
		if (watch->conn == conn)
			watch_free(watch);
	}
}

struct store_watch *store_watch_local(const char *path,
				      void (*fn)(void *ctx, const char *path),
				      void *ctx)
{
	struct store_watch *watch = watch_new(path, "");

	if (!watch)
		return NULL;
	watch->fn = fn;
	watch->ctx = ctx;
	return watch;
}

void store_unwatch_local(struct store_watch *watch)
{
	if (watch)
		watch_free(watch);
}

/* The special paths have no node; they are domain 0's alone. */
static bool may_hear(const struct store_watch *watch,
		     const struct store_node *node)
{
	if (!watch->conn || !watch->conn->domid)
		return true;
	return node && (perms_of(&node->perms, watch->conn->domid) &
			STORE_PERM_READ);
}

static void deliver(struct store_watch *watch, const char *path)
{
	if (watch->conn)
		conn_event(watch->conn, path + watch->skip, watch->token);
	else
		watch->fn(watch->ctx, path);
}

void watch_fire(const char *path, const struct store_node *old)
{
	const struct store_node *node = NULL, *gone = NULL, *below;
	struct store_tree now;
	struct list_node *pos;

	/* who hears of it may change the store in turn: keep what we look at */
	tree_snapshot(&now, &the_store.tree);
	if (*path == '/') {
		node = tree_lookup(now.root, path);
		if (!node && old)
			gone = tree_lookup(old, path);
	}
	list_for_each(pos, &the_store.watches) {
		struct store_watch *watch;

		watch = list_entry(pos, struct store_watch, link);
		if (path_below(path, watch->path)) {
			if (may_hear(watch, node ? node : gone))
				deliver(watch, path);
		} else if (gone && path_below(watch->path, path)) {
			/* went together with the node above it */
			below = tree_lookup(old, watch->path);
			if (below && may_hear(watch, below))
				deliver(watch, watch->path);
		}
	}
	tree_drop(&now, &the_store.accounts);
}
