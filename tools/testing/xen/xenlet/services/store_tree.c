// SPDX-License-Identifier: GPL-2.0
/*
 * The store's nodes: lookup, permissions, copy on write, quotas.
 *
 * Owns nothing but what it hands out; a node belongs to the nodes and trees
 * that point to it. Monitor lock. No recursion follows the depth of a guest's
 * tree without the bound STORE_MAX_DEPTH, which the path check keeps.
 */
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "store_tree.h"

/* No two states of any node share a generation. */
static u64 next_generation = 1;

struct store_account *account_find(struct store_accounts *all, domid_t domid)
{
	unsigned int i;

	for (i = 0; i < STORE_MAX_ACCOUNTS; i++)
		if (all->slot[i] && all->slot[i]->domid == domid)
			return all->slot[i];
	return all->slot[0];
}

struct store_account *account_open(struct store_accounts *all, domid_t domid)
{
	struct store_account *account;
	unsigned int i;

	for (i = 0; i < STORE_MAX_ACCOUNTS; i++)
		if (!all->slot[i])
			break;
	if (i == STORE_MAX_ACCOUNTS)
		return NULL;
	account = heap_alloc(sizeof(*account));
	if (!account)
		return NULL;
	account->domid = domid;
	account->slot = i;
	account->refs = 1;
	all->slot[i] = account;
	return account;
}

static void account_put(struct store_accounts *all,
			struct store_account *account)
{
	if (--account->refs)
		return;
	all->slot[account->slot] = NULL;
	heap_free(account);
}

/* Nodes that a foreign snapshot still holds keep the account, but the domain
 * id is free for another domain from now on.
 */
void account_close(struct store_accounts *all, struct store_account *account)
{
	account->domid = DOMID_INVALID;
	account_put(all, account);
}

static void node_charge(struct store_node *node, size_t bytes)
{
	node->account->bytes += bytes;
	node->charged += bytes;
}

static bool account_allows(const struct store_account *account, size_t bytes)
{
	return !account->slot || account->bytes + bytes <= STORE_QUOTA_BYTES;
}

static struct store_node *node_new(struct store_account *account,
				   const char *name, size_t name_len)
{
	size_t size = sizeof(struct store_node) + name_len + 1;
	struct store_node *node = heap_alloc(size);

	if (!node)
		return NULL;
	node->refs = 1;
	node->gen = next_generation++;
	node->account = account;
	account->refs++;
	node_charge(node, size);
	memcpy(node->name, name, name_len);
	return node;
}

static void node_free_one(struct store_node *node, struct store_accounts *all)
{
	node->account->bytes -= node->charged;
	account_put(all, node->account);
	heap_free(node->children);
	heap_free(node->value);
	heap_free(node);
}

static void node_put(struct store_node *node, struct store_accounts *all)
{
	struct store_node *todo = NULL;
	unsigned int i;

	if (--node->refs)
		return;
	node->next_free = NULL;
	for (todo = node; todo;) {
		node = todo;
		todo = node->next_free;
		for (i = 0; i < node->nr_children; i++) {
			struct store_node *child = node->children[i];

			if (--child->refs)
				continue;
			child->next_free = todo;
			todo = child;
		}
		node_free_one(node, all);
	}
}

/* Room for @nr children: the same for the same number, grown or shrunk. */
static int node_resize(struct store_node *node, unsigned int nr)
{
	struct store_node **list = NULL;
	size_t max = nr ? 4 : 0;

	while (max < nr)
		max *= 2;
	if (max == node->max_children)
		return 0;
	if (max > 0x8000)
		return -XEN_ENOSPC;
	if (max) {
		list = heap_alloc(max * sizeof(*list));
		if (!list)
			return -XEN_ENOMEM;
	}
	if (list && node->nr_children)
		memcpy(list, node->children,
		       node->nr_children * sizeof(*list));
	heap_free(node->children);
	node->account->bytes += (max - node->max_children) * sizeof(*list);
	node->charged += (max - node->max_children) * sizeof(*list);
	node->children = list;
	node->max_children = max;
	return 0;
}

/* A private copy of @node with the same generation: nobody sees a change. */
static struct store_node *node_clone(const struct store_node *node,
				     struct store_accounts *all)
{
	struct store_node *copy;
	unsigned int i;

	copy = node_new(node->account, node->name, strlen(node->name));
	if (!copy)
		return NULL;
	copy->gen = node->gen;
	copy->perms = node->perms;
	if (node->len) {
		copy->value = heap_alloc(node->len);
		if (!copy->value)
			goto fail;
		memcpy(copy->value, node->value, node->len);
		copy->len = node->len;
		node_charge(copy, node->len);
	}
	if (node->nr_children) {
		copy->children = heap_alloc(node->max_children *
					    sizeof(*copy->children));
		if (!copy->children)
			goto fail;
		copy->max_children = node->max_children;
		node_charge(copy, node->max_children *
			    sizeof(*copy->children));
		for (i = 0; i < node->nr_children; i++) {
			copy->children[i] = node->children[i];
			copy->children[i]->refs++;
		}
		copy->nr_children = node->nr_children;
	}
	return copy;
fail:
	node_free_one(copy, all);
	return NULL;
}

/* Make what @slot points to this tree's alone; the nodes above already are. */
static struct store_node *node_own(struct store_node **slot,
				   struct store_accounts *all)
{
	struct store_node *node = *slot, *copy;

	if (node->refs == 1)
		return node;
	if (!account_allows(node->account, node->charged))
		return NULL;
	copy = node_clone(node, all);
	if (!copy)
		return NULL;
	node_put(node, all);
	*slot = copy;
	return copy;
}

static int child_index(const struct store_node *node, const char *name,
		       size_t len)
{
	unsigned int i;

	for (i = 0; i < node->nr_children; i++) {
		const char *have = node->children[i]->name;

		if (!strncmp(have, name, len) && !have[len])
			return i;
	}
	return -1;
}

/* The next component of @path; its length is 0 at the end. */
static const char *path_next(const char *path, size_t *len)
{
	const char *end;

	while (*path == '/')
		path++;
	end = strchr(path, '/');
	*len = end ? (size_t)(end - path) : strlen(path);
	return path;
}

/* Nearest existing node at or above @path. */
static const struct store_node *find_nearest(const struct store_node *node,
					     const char *path, bool *exact)
{
	size_t len;
	int i;

	for (path = path_next(path, &len); len;
	     path = path_next(path + len, &len)) {
		i = child_index(node, path, len);
		if (i < 0) {
			*exact = false;
			return node;
		}
		node = node->children[i];
	}
	*exact = true;
	return node;
}

const struct store_node *tree_lookup(const struct store_node *root,
				     const char *path)
{
	const struct store_node *node;
	bool exact;

	node = find_nearest(root, path, &exact);
	return exact ? node : NULL;
}

unsigned int perms_of(const struct store_perms *perms, domid_t domid)
{
	unsigned int i;

	if (!domid || perms->p[0].id == domid)
		return STORE_PERM_READ | STORE_PERM_WRITE | STORE_PERM_OWNER;
	for (i = 1; i < perms->nr; i++)
		if (perms->p[i].id == domid)
			return perms->p[i].bits;
	return perms->p[0].bits;
}

int tree_access(const struct store_tree *tree, const char *path, domid_t domid,
		unsigned int bits, const struct store_node **node)
{
	const struct store_node *near;
	unsigned int have;
	bool exact;

	near = find_nearest(tree->root, path, &exact);
	have = perms_of(&near->perms, domid);
	*node = exact ? near : NULL;
	if (exact || bits == STORE_PERM_WRITE)
		return (have & bits) == bits ? 0 : -XEN_EACCES;
	return have & STORE_PERM_READ ? -XEN_ENOENT : -XEN_EACCES;
}

int tree_init(struct store_tree *tree, struct store_accounts *all)
{
	memset(tree, 0, sizeof(*tree));
	tree->root = node_new(all->slot[0], "", 0);
	if (!tree->root)
		return -XEN_ENOMEM;
	tree->root->perms.nr = 1;
	tree->root->perms.p[0].id = 0;
	tree->root->perms.p[0].bits = STORE_PERM_READ;
	return 0;
}

void tree_snapshot(struct store_tree *to, const struct store_tree *from)
{
	*to = *from;
	to->root->refs++;
}

void tree_drop(struct store_tree *tree, struct store_accounts *all)
{
	node_put(tree->root, all);
	tree->root = NULL;
}

/* Own the path down to @path, which exists. */
static struct store_node *own_path(struct store_tree *tree,
				   struct store_accounts *all,
				   const char *path, size_t path_len)
{
	const char *end = path + path_len;
	struct store_node *node;
	size_t len;

	node = node_own(&tree->root, all);
	for (path = path_next(path, &len); node && len && path < end;
	     path = path_next(path + len, &len))
		node = node_own(&node->children[child_index(node, path, len)],
				all);
	return node;
}

static struct store_node *add_child(struct store_tree *tree,
				    struct store_accounts *all,
				    struct store_node *parent,
				    const char *name, size_t len,
				    domid_t domid, int *err)
{
	struct store_account *account;
	struct store_perms perms = parent->perms;
	struct store_node *node;

	if (domid)
		perms.p[0].id = domid;
	account = account_find(all, perms.p[0].id);
	*err = -XEN_ENOSPC;
	if (account->slot && tree->owned[account->slot] >= STORE_QUOTA_NODES)
		return NULL;
	if (!account_allows(account, sizeof(*node) + len + 1))
		return NULL;
	*err = node_resize(parent, parent->nr_children + 1);
	if (*err)
		return NULL;
	node = node_new(account, name, len);
	if (!node) {
		*err = -XEN_ENOMEM;
		return NULL;
	}
	node->perms = perms;
	parent->children[parent->nr_children++] = node;
	parent->gen = next_generation++;
	tree->owned[account->slot]++;
	return node;
}

int tree_make(struct store_tree *tree, struct store_accounts *all,
	      const char *path, domid_t domid)
{
	struct store_node *node;
	bool made = false;
	size_t len;
	int i, err;

	if (tree_lookup(tree->root, path))
		return 0;
	node = node_own(&tree->root, all);
	for (path = path_next(path, &len); node && len;
	     path = path_next(path + len, &len)) {
		i = child_index(node, path, len);
		if (i >= 0) {
			node = node_own(&node->children[i], all);
			continue;
		}
		node = add_child(tree, all, node, path, len, domid, &err);
		if (!node)
			return err;
		made = true;
	}
	return node ? made : -XEN_ENOMEM;
}

int tree_set_value(struct store_tree *tree, struct store_accounts *all,
		   const char *path, const void *value, size_t len)
{
	struct store_node *node = own_path(tree, all, path, strlen(path));
	u8 *copy = NULL;

	if (!node)
		return -XEN_ENOMEM;
	if (len > node->len && !account_allows(node->account, len - node->len))
		return -XEN_ENOSPC;
	if (len) {
		copy = heap_alloc(len);
		if (!copy)
			return -XEN_ENOMEM;
		memcpy(copy, value, len);
	}
	heap_free(node->value);
	node->account->bytes -= node->len;
	node->charged -= node->len;
	node->value = copy;
	node->len = len;
	node_charge(node, len);
	node->gen = next_generation++;
	return 0;
}

int tree_set_perms(struct store_tree *tree, struct store_accounts *all,
		   const char *path, const struct store_perms *perms)
{
	struct store_node *node = own_path(tree, all, path, strlen(path));
	struct store_account *account;

	if (!node)
		return -XEN_ENOMEM;
	account = account_find(all, perms->p[0].id);
	if (account != node->account) {
		node->account->bytes -= node->charged;
		tree->owned[node->account->slot]--;
		account_put(all, node->account);
		account->refs++;
		account->bytes += node->charged;
		tree->owned[account->slot]++;
		node->account = account;
	}
	node->perms = *perms;
	node->gen = next_generation++;
	return 0;
}

/* Depth is at most STORE_MAX_DEPTH. */
static void disown_subtree(struct store_tree *tree,
			   const struct store_node *node)
{
	unsigned int i;

	tree->owned[node->account->slot]--;
	for (i = 0; i < node->nr_children; i++)
		disown_subtree(tree, node->children[i]);
}

int tree_remove(struct store_tree *tree, struct store_accounts *all,
		const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	struct store_node *parent, *node;
	int i;

	parent = own_path(tree, all, path, name - path);
	if (!parent)
		return -XEN_ENOMEM;
	i = child_index(parent, name, strlen(name));
	node = parent->children[i];
	disown_subtree(tree, node);
	memmove(&parent->children[i], &parent->children[i + 1],
		(parent->nr_children - i - 1) * sizeof(*parent->children));
	parent->nr_children--;
	parent->gen = next_generation++;
	/* without memory for a shorter list the longer one does */
	node_resize(parent, parent->nr_children);
	node_put(node, all);
	return 0;
}
