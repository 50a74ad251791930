/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store's tree of nodes, as a value: two trees share the nodes in which
 * they do not differ, so that a transaction's snapshot costs one reference.
 *
 * A node that more than one tree can reach is never changed; tree_*() copy
 * the nodes from the root down to the one they change. What was not changed
 * keeps its generation, by which a commit finds conflicts.
 */
#ifndef XENLET_STORE_TREE_H
#define XENLET_STORE_TREE_H

#include <xenlet/types.h>

#include <xen/xen.h>

#define STORE_MAX_PERMS		8
#define STORE_MAX_DEPTH		48
#define STORE_MAX_ACCOUNTS	64

/* What one guest may keep, as xenstored's defaults where it has one. */
#define STORE_QUOTA_NODES	1000
#define STORE_QUOTA_VALUE	2048
#define STORE_QUOTA_PERMS	5
#define STORE_QUOTA_WATCHES	128
#define STORE_QUOTA_TRANSACTIONS 10
#define STORE_QUOTA_TX_LOG	1024
#define STORE_QUOTA_BYTES	(1024 * 1024)
#define STORE_QUOTA_EVENT_BYTES	(64 * 1024)

#define STORE_PERM_READ		1
#define STORE_PERM_WRITE	2
#define STORE_PERM_OWNER	4

/** struct store_perms - who may do what
 * @p: the first entry names the owner and what everybody else may do, the
 *     others name what that one domain may do instead
 */
struct store_perms {
	unsigned int nr;
	struct {
		domid_t id;
		u8 bits;
	} p[STORE_MAX_PERMS];
};

/** struct store_account - what a domain's nodes cost
 * @slot: index into struct store_tree.owned; 0 is the service domain's
 * @refs: one for the domain, one for each node charged
 */
struct store_account {
	domid_t domid;
	unsigned int slot;
	u32 refs;
	size_t bytes;
};

struct store_node {
	u32 refs;
	u16 nr_children, max_children;
	u32 len;
	u64 gen;
	struct store_account *account;
	size_t charged;
	struct store_perms perms;
	struct store_node **children;
	struct store_node *next_free;
	u8 *value;
	char name[];
};

/** struct store_tree - a root and how many of its nodes each account owns */
struct store_tree {
	struct store_node *root;
	u16 owned[STORE_MAX_ACCOUNTS];
};

/** struct store_accounts - the accounts by slot */
struct store_accounts {
	struct store_account *slot[STORE_MAX_ACCOUNTS];
};

struct store_account *account_open(struct store_accounts *all, domid_t domid);
void account_close(struct store_accounts *all, struct store_account *account);
struct store_account *account_find(struct store_accounts *all, domid_t domid);

int tree_init(struct store_tree *tree, struct store_accounts *all);
/** tree_snapshot() - make @to equal to @from */
void tree_snapshot(struct store_tree *to, const struct store_tree *from);
void tree_drop(struct store_tree *tree, struct store_accounts *all);

/** tree_lookup() - the node at the absolute @path, or NULL */
const struct store_node *tree_lookup(const struct store_node *root,
				     const char *path);

/** perms_of() - STORE_PERM_* bits that @domid has by @perms */
unsigned int perms_of(const struct store_perms *perms, domid_t domid);

/**
 * tree_access() - may @domid do @bits at @path
 * @node: where to put the node; NULL if it doesn't exist
 *
 * Writing to a missing node asks its nearest existing ancestor. A missing
 * node is told as -EACCES where that ancestor may not be read.
 *
 * Return: 0, -EACCES, or -ENOENT for a missing node that isn't to be written.
 */
int tree_access(const struct store_tree *tree, const char *path, domid_t domid,
		unsigned int bits, const struct store_node **node);

/*
 * Changes. They assume that tree_access() allowed them and fail with -ENOMEM
 * or, for a quota of the owner, -ENOSPC; a failure leaves the tree's contents
 * as they were, but for parents that were made on the way.
 */

/** tree_make() - make @path and its missing parents, owned by @domid
 * Return: 1 if it was made, 0 if it was there
 */
int tree_make(struct store_tree *tree, struct store_accounts *all,
	      const char *path, domid_t domid);
int tree_set_value(struct store_tree *tree, struct store_accounts *all,
		   const char *path, const void *value, size_t len);
int tree_set_perms(struct store_tree *tree, struct store_accounts *all,
		   const char *path, const struct store_perms *perms);
int tree_remove(struct store_tree *tree, struct store_accounts *all,
		const char *path);

#endif /* XENLET_STORE_TREE_H */
