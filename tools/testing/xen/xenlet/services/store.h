/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The xenstore inside xenlet.
 *
 * The first half is what the other services use, in the service domain's
 * name: directory and node are given apart, values are formatted strings.
 * The second half is shared by the store's own files only.
 */
#ifndef XENLET_STORE_H
#define XENLET_STORE_H

#include <xenlet/list.h>
#include <xenlet/types.h>
#include <xenlet/work.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/io/xs_wire.h>

#include "store_tree.h"

struct domain;
struct page;
struct store_watch;

int store_init(void);

/** store_connect() - serve @d over the ring in its frame @gfn
 * @port: an unbound port of @d for the service domain
 */
int store_connect(struct domain *d, gfn_t gfn, evtchn_port_t port);
/** store_disconnect() - forget @d: its ring, watches, transactions, quota */
void store_disconnect(struct domain *d);

/** store_set() - write @dir/@node; 0 or -errno (XEN_E*) */
int store_set(const char *dir, const char *node, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** store_get() - read @dir/@node as a string
 * Return: its length; -XEN_ENOENT, -XEN_E2BIG if @buf is too small
 */
int store_get(const char *dir, const char *node, char *buf, size_t size);
/** store_get_uint() - read a decimal number; @missing if there is none,
 * -XEN_EINVAL if it is anything but digits or exceeds 32 bits
 */
int store_get_uint(const char *dir, const char *node, u32 missing, u32 *value);
int store_remove(const char *path);
/** store_chmod() - make @path @owner's, @others (STORE_PERM_*) for the rest,
 * @reader (a domain, or DOMID_INVALID) may read
 */
int store_chmod(const char *path, domid_t owner, unsigned int others,
		domid_t reader);
/**
 * store_watch_local() - have @fn called whenever @path or what is below changes
 *
 * @fn runs inside the writer's request, after the change took effect: it may
 * read the store, note the event and queue work, nothing else.
 */
struct store_watch *store_watch_local(const char *path,
				      void (*fn)(void *ctx, const char *path),
				      void *ctx);
void store_unwatch_local(struct store_watch *watch);

/* The store's own. */

#define STORE_BODY_MAX		XENSTORE_PAYLOAD_MAX
#define STORE_PATH_MAX		XENSTORE_ABS_PATH_MAX

/** struct store_watch - a registered watch
 * @conn: the guest's connection; NULL: @fn is called
 * @skip: bytes of the absolute path that the guest doesn't see, because it
 *	  registered a relative one
 */
struct store_watch {
	struct list_node link;
	struct store_conn *conn;
	void (*fn)(void *ctx, const char *path);
	void *ctx;
	size_t skip;
	const char *token;
	char path[];
};

/** struct store_message - header and body on the way to a guest */
struct store_message {
	struct list_node link;
	bool event;
	u32 len;
	char data[];
};

enum store_change {
	STORE_LOOKED,
	STORE_WROTE,
	STORE_MADE,
	STORE_REMOVED,
	STORE_CHMODDED,
};

/** struct store_log - one step of a transaction, in the order of its steps */
struct store_log {
	struct list_node link;
	enum store_change change;
	struct store_perms perms;
	u32 len;
	u8 *value;	/* inside the same allocation, behind @path */
	char path[];
};

/** struct store_transaction - what a guest did since TRANSACTION_START
 * @base: the store then
 * @tree: the store then, with this transaction's changes
 */
struct store_transaction {
	struct list_node link;
	u32 id;
	struct store_tree base, tree;
	struct list_node log;
	unsigned int nr_log;
	size_t log_bytes;
};

/** struct store_conn - a guest's connection
 * @req_cons, @rsp_prod: the truth; the ring's copies are for the guest only
 * @broken: told why in the ring; nothing is read until the guest reconnects
 */
struct store_conn {
	struct list_node link;
	struct domain *domain;
	domid_t domid;
	struct store_account *account;
	struct work work;

	struct page *page;
	struct xenstore_domain_interface *ring;
	int port;
	u32 req_cons, rsp_prod;
	bool broken;

	u32 have;		/* bytes of header and body assembled */
	struct xsd_sockmsg hdr;
	char body[STORE_BODY_MAX + 1];

	struct list_node out;
	u32 out_done;		/* bytes of the first message sent */
	size_t reply_bytes, event_bytes;
	u64 events_dropped;

	struct list_node transactions;
	unsigned int nr_transactions, nr_watches;
	u32 next_tx;
};

/** struct store - the one store */
struct store {
	bool ready;
	struct store_tree tree;
	struct store_accounts accounts;
	struct list_node conns;
	struct list_node watches;
};

extern struct store the_store;

/* store_path.c */
/** path_canonical() - the absolute form of @in for @domid
 * @out: STORE_PATH_MAX + 1 bytes
 * Return: bytes put in front of @in, or -XEN_EINVAL
 */
int path_canonical(domid_t domid, const char *in, char *out);
bool path_below(const char *path, const char *dir);

/* store_request.c */
/** store_request() - serve the request in @conn->hdr and @conn->body */
void store_request(struct store_conn *conn);

/* store_transaction.c */
struct store_transaction *transaction_find(struct store_conn *conn, u32 id);
int transaction_start(struct store_conn *conn, u32 *id);
int transaction_end(struct store_conn *conn, struct store_transaction *t,
		    bool commit);
void transaction_drop_all(struct store_conn *conn);
int transaction_log(struct store_conn *conn, struct store_transaction *t,
		    enum store_change change, const char *path,
		    const void *value, size_t len,
		    const struct store_perms *perms);
/** store_apply() - do one change to @tree as @domid, already permitted */
int store_apply(struct store_tree *tree, domid_t domid,
		enum store_change change, const char *path, const void *value,
		size_t len, const struct store_perms *perms);
/** store_change() - store_apply() on the store itself, then fire watches */
int store_change(domid_t domid, enum store_change change, const char *path,
		 const void *value, size_t len,
		 const struct store_perms *perms);

/* store_watch.c */
int watch_add(struct store_conn *conn, const char *path, size_t skip,
	      const char *token);
int watch_remove(struct store_conn *conn, const char *path, const char *token);
void watch_remove_all(struct store_conn *conn);
/** watch_fire() - @path changed
 * @old: root of the tree before, for the nodes that went with @path
 */
void watch_fire(const char *path, const struct store_node *old);

/* store_ring.c */
int conn_reply(struct store_conn *conn, u32 type, const void *body, size_t len);
void conn_event(struct store_conn *conn, const char *path, const char *token);
void conn_break(struct store_conn *conn, u32 error, const char *why);

#endif /* XENLET_STORE_H */
