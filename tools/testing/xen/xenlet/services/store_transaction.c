// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of the store, alone or in a transaction.
 *
 * A transaction works on a tree of its own that shares what it didn't change.
 * If nobody else changed the store meanwhile, its tree becomes the store.
 * Otherwise each path that the transaction looked at or changed must be in
 * the same generation in its base and in the store; then its changes are done
 * again on the store. Else the guest is told EAGAIN.
 */
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "store.h"

int store_apply(struct store_tree *tree, domid_t domid,
		enum store_change change, const char *path, const void *value,
		size_t len, const struct store_perms *perms)
{
	struct store_accounts *all = &the_store.accounts;
	int ret;

	switch (change) {
	case STORE_WROTE:
		ret = tree_make(tree, all, path, domid);
		if (ret < 0)
			return ret;
		return tree_set_value(tree, all, path, value, len);
	case STORE_MADE:
		ret = tree_make(tree, all, path, domid);
		return ret < 0 ? ret : 0;
	case STORE_REMOVED:
		return tree_remove(tree, all, path);
	case STORE_CHMODDED:
		if (!tree_lookup(tree->root, path))
			return -XEN_EAGAIN;
		return tree_set_perms(tree, all, path, perms);
	case STORE_LOOKED:
		break;
	}
	return 0;
}

int store_change(domid_t domid, enum store_change change, const char *path,
		 const void *value, size_t len,
		 const struct store_perms *perms)
{
	struct store_tree before;
	int ret;

	/* Only a removal needs to know afterwards what there was. */
	if (change != STORE_REMOVED) {
		ret = store_apply(&the_store.tree, domid, change, path, value,
				  len, perms);
		if (!ret)
			watch_fire(path, NULL);
		return ret;
	}
	tree_snapshot(&before, &the_store.tree);
	ret = store_apply(&the_store.tree, domid, change, path, value, len,
			  perms);
	if (!ret)
		watch_fire(path, before.root);
	tree_drop(&before, &the_store.accounts);
	return ret;
}

struct store_transaction *transaction_find(struct store_conn *conn, u32 id)
{
	struct list_node *pos;

	list_for_each(pos, &conn->transactions) {
		struct store_transaction *t;

		t = list_entry(pos, struct store_transaction, link);
		if (t->id == id)
			return t;
	}
	return NULL;
}

int transaction_start(struct store_conn *conn, u32 *id)
{
	struct store_transaction *t;

	if (conn->domid && conn->nr_transactions >= STORE_QUOTA_TRANSACTIONS)
		return -XEN_ENOSPC;
	t = heap_alloc(sizeof(*t));
	if (!t)
		return -XEN_ENOMEM;
	do {
		t->id = ++conn->next_tx;
	} while (!t->id || transaction_find(conn, t->id));
	tree_snapshot(&t->base, &the_store.tree);
	tree_snapshot(&t->tree, &the_store.tree);
	list_init(&t->log);
	list_add_tail(&t->link, &conn->transactions);
	conn->nr_transactions++;
	*id = t->id;
	return 0;
}

static void transaction_free(struct store_conn *conn,
			     struct store_transaction *t)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &t->log)
		heap_free(list_entry(pos, struct store_log, link));
	tree_drop(&t->base, &the_store.accounts);
	tree_drop(&t->tree, &the_store.accounts);
	conn->account->bytes -= t->log_bytes;
	list_del(&t->link);
	conn->nr_transactions--;
	heap_free(t);
}

void transaction_drop_all(struct store_conn *conn)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &conn->transactions)
		transaction_free(conn, list_entry(pos, struct store_transaction,
						  link));
}

int transaction_log(struct store_conn *conn, struct store_transaction *t,
		    enum store_change change, const char *path,
		    const void *value, size_t len,
		    const struct store_perms *perms)
{
	size_t path_len = strlen(path) + 1;
	size_t size = sizeof(struct store_log) + path_len + len;
	struct store_log *log;
	struct list_node *pos;

	if (change == STORE_LOOKED)
		list_for_each(pos, &t->log)
			if (!strcmp(list_entry(pos, struct store_log,
					       link)->path, path))
				return 0;
	if (t->nr_log >= STORE_QUOTA_TX_LOG ||
	    conn->account->bytes + size > STORE_QUOTA_BYTES)
		return -XEN_ENOSPC;
	log = heap_alloc(size);
	if (!log)
		return -XEN_ENOMEM;
	log->change = change;
	memcpy(log->path, path, path_len);
	log->value = (u8 *)log->path + path_len;
	log->len = len;
	if (len)
		memcpy(log->value, value, len);
	if (perms)
		log->perms = *perms;
	list_add_tail(&log->link, &t->log);
	t->nr_log++;
	t->log_bytes += size;
	conn->account->bytes += size;
	return 0;
}

static u64 generation_of(const struct store_tree *tree, const char *path)
{
	const struct store_node *node = tree_lookup(tree->root, path);

	return node ? node->gen : 0;
}

static bool has_conflict(const struct store_transaction *t)
{
	struct list_node *pos;

	list_for_each(pos, &t->log) {
		const char *path = list_entry(pos, struct store_log,
					      link)->path;

		if (generation_of(&t->base, path) !=
		    generation_of(&the_store.tree, path))
			return true;
	}
	return false;
}

/* Do the changes again on top of what others did to the store. */
static int replay(struct store_conn *conn, struct store_transaction *t)
{
	struct store_tree result;
	struct list_node *pos;
	int ret = 0;

	if (has_conflict(t))
		return -XEN_EAGAIN;
	tree_snapshot(&result, &the_store.tree);
	list_for_each(pos, &t->log) {
		struct store_log *log = list_entry(pos, struct store_log, link);

		if (log->change == STORE_REMOVED &&
		    !tree_lookup(result.root, log->path))
			continue;
		ret = store_apply(&result, conn->domid, log->change, log->path,
				  log->value, log->len, &log->perms);
		if (ret) {
			tree_drop(&result, &the_store.accounts);
			return ret;
		}
	}
	tree_drop(&t->tree, &the_store.accounts);
	t->tree = result;
	return 0;
}

/*
 * Has an earlier entry changed the same path? Its watches fire once for all,
 * which also bounds what a guest can have done in one request.
 */
static bool is_repeated(const struct store_transaction *t,
			const struct store_log *log)
{
	struct list_node *pos;

	list_for_each(pos, &t->log) {
		struct store_log *other;

		other = list_entry(pos, struct store_log, link);
		if (other == log)
			break;
		if (other->change != STORE_LOOKED &&
		    !strcmp(other->path, log->path))
			return true;
	}
	return false;
}

static int commit(struct store_conn *conn, struct store_transaction *t)
{
	struct store_tree before;
	struct list_node *pos;
	int ret;

	if (t->base.root != the_store.tree.root) {
		ret = replay(conn, t);
		if (ret)
			return ret;
	}
	before = the_store.tree;
	tree_snapshot(&the_store.tree, &t->tree);
	list_for_each(pos, &t->log) {
		struct store_log *log = list_entry(pos, struct store_log, link);

		if (log->change != STORE_LOOKED && !is_repeated(t, log))
			watch_fire(log->path, before.root);
	}
	tree_drop(&before, &the_store.accounts);
	return 0;
}

int transaction_end(struct store_conn *conn, struct store_transaction *t,
		    bool do_commit)
{
	int ret = do_commit ? commit(conn, t) : 0;

	transaction_free(conn, t);
	return ret;
}
