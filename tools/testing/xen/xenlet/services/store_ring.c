// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's connection: the ring page, framing, queues of what goes out.
 *
 * The work function moves bytes both ways until nothing moves any more or it
 * did enough for one call. Requests are not read while replies wait that the
 * guest doesn't take. Watch events wait in a bounded queue that holds each
 * event once. The ring's indices are the guest's to write: ours are private.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "barrier.h"
#include "store.h"

#define REPLY_BYTES_HELD	(2 * XENSTORE_PAYLOAD_MAX)
#define REQUESTS_PER_CALL	16

static struct store_message *message_new(struct store_conn *conn, u32 type,
					 u32 req_id, u32 tx_id, size_t len)
{
	struct xsd_sockmsg hdr = {
		.type = type, .req_id = req_id, .tx_id = tx_id, .len = len,
	};
	struct store_message *msg;

	msg = heap_alloc(sizeof(*msg) + sizeof(hdr) + len);
	if (!msg)
		return NULL;
	msg->len = sizeof(hdr) + len;
	memcpy(msg->data, &hdr, sizeof(hdr));
	list_add_tail(&msg->link, &conn->out);
	work_queue(&conn->work);
	return msg;
}

static void message_free(struct store_conn *conn, struct store_message *msg)
{
	if (msg->event)
		conn->event_bytes -= msg->len;
	else
		conn->reply_bytes -= msg->len;
	list_del(&msg->link);
	heap_free(msg);
}

int conn_reply(struct store_conn *conn, u32 type, const void *body, size_t len)
{
	struct store_message *msg;

	msg = message_new(conn, type, conn->hdr.req_id, conn->hdr.tx_id, len);
	if (!msg)
		return -XEN_ENOMEM;
	if (len)
		memcpy(msg->data + sizeof(struct xsd_sockmsg), body, len);
	conn->reply_bytes += msg->len;
	return 0;
}

/* Is the same event waiting, none of it sent? */
static bool event_waits(struct store_conn *conn, const char *path,
			const char *token)
{
	size_t path_len = strlen(path) + 1, token_len = strlen(token) + 1;
	u32 len = sizeof(struct xsd_sockmsg) + path_len + token_len;
	struct list_node *pos;

	list_for_each(pos, &conn->out) {
		struct store_message *msg;
		const char *body;

		msg = list_entry(pos, struct store_message, link);
		body = msg->data + sizeof(struct xsd_sockmsg);
		if (!msg->event || msg->len != len ||
		    (pos == conn->out.next && conn->out_done))
			continue;
		if (!memcmp(body, path, path_len) &&
		    !memcmp(body + path_len, token, token_len))
			return true;
	}
	return false;
}

void conn_event(struct store_conn *conn, const char *path, const char *token)
{
	size_t path_len = strlen(path) + 1, token_len = strlen(token) + 1;
	bool room = conn->event_bytes < STORE_QUOTA_EVENT_BYTES;
	struct store_message *msg = NULL;
	char *body;

	/* a full queue isn't searched: a guest could have that done often */
	if (conn->broken || (room && event_waits(conn, path, token)))
		return;
	if (room && path_len + token_len <= XENSTORE_PAYLOAD_MAX)
		msg = message_new(conn, XS_WATCH_EVENT, 0, 0,
				  path_len + token_len);
	if (!msg) {
		if (!conn->events_dropped++)
			printk("d%u: store: watch events dropped, it does not read them",
			       conn->domid);
		return;
	}
	msg->event = true;
	conn->event_bytes += msg->len;
	body = msg->data + sizeof(struct xsd_sockmsg);
	memcpy(body, path, path_len);
	memcpy(body + path_len, token, token_len);
}

static void conn_forget(struct store_conn *conn)
{
	while (!list_empty(&conn->out))
		message_free(conn, list_entry(conn->out.next,
					      struct store_message, link));
	conn->out_done = 0;
	conn->have = 0;
	watch_remove_all(conn);
	transaction_drop_all(conn);
}

void conn_break(struct store_conn *conn, u32 error, const char *why)
{
	printk("d%u: store: connection closed: %s", conn->domid, why);
	conn->broken = true;
	conn_forget(conn);
	WRITE_ONCE(conn->ring->error, error);
	event_service_notify(conn->port);
}

/* The guest asked for a fresh ring (XENSTORE_SERVER_FEATURE_RECONNECTION). */
static void conn_reset(struct store_conn *conn)
{
	struct xenstore_domain_interface *ring = conn->ring;

	conn_forget(conn);
	conn->broken = false;
	conn->req_cons = 0;
	conn->rsp_prod = 0;
	WRITE_ONCE(ring->req_cons, 0);
	WRITE_ONCE(ring->req_prod, 0);
	WRITE_ONCE(ring->rsp_cons, 0);
	WRITE_ONCE(ring->rsp_prod, 0);
	WRITE_ONCE(ring->error, XENSTORE_ERROR_NONE);
	/* the guest uses the ring once it sees the connection made */
	smp_wmb();
	WRITE_ONCE(ring->connection, XENSTORE_CONNECTED);
	event_service_notify(conn->port);
}

/* Copy out of the request ring; 0 if it is empty or the guest broke it. */
static u32 ring_read(struct store_conn *conn, void *dst, u32 want)
{
	u32 prod = READ_ONCE(conn->ring->req_prod);
	u32 queued = prod - conn->req_cons, done = 0;

	if (queued > XENSTORE_RING_SIZE) {
		conn_break(conn, XENSTORE_ERROR_RINGIDX, "request index");
		return 0;
	}
	want = MIN(want, queued);
	/* pairs with the guest's barrier before it moved req_prod */
	smp_rmb();
	while (done < want) {
		u32 at = MASK_XENSTORE_IDX(conn->req_cons + done);
		u32 n = MIN(want - done, XENSTORE_RING_SIZE - at);

		memcpy((char *)dst + done, conn->ring->req + at, n);
		done += n;
	}
	if (done) {
		conn->req_cons += done;
		/* the guest may overwrite what we copied from now on */
		smp_mb();
		WRITE_ONCE(conn->ring->req_cons, conn->req_cons);
	}
	return done;
}

static u32 ring_write(struct store_conn *conn, const void *src, u32 want)
{
	u32 cons = READ_ONCE(conn->ring->rsp_cons);
	u32 queued = conn->rsp_prod - cons, done = 0;

	if (queued > XENSTORE_RING_SIZE) {
		conn_break(conn, XENSTORE_ERROR_RINGIDX, "response index");
		return 0;
	}
	want = MIN(want, XENSTORE_RING_SIZE - queued);
	/* pairs with the guest's barrier before it moved rsp_cons */
	smp_mb();
	while (done < want) {
		u32 at = MASK_XENSTORE_IDX(conn->rsp_prod + done);
		u32 n = MIN(want - done, XENSTORE_RING_SIZE - at);

		memcpy(conn->ring->rsp + at, (const char *)src + done, n);
		done += n;
	}
	if (done) {
		conn->rsp_prod += done;
		/* the guest reads the bytes once it sees the index */
		smp_wmb();
		WRITE_ONCE(conn->ring->rsp_prod, conn->rsp_prod);
	}
	return done;
}

static bool send_some(struct store_conn *conn)
{
	struct store_message *msg;
	bool moved = false;
	u32 n;

	while (!list_empty(&conn->out)) {
		msg = list_entry(conn->out.next, struct store_message, link);
		n = ring_write(conn, msg->data + conn->out_done,
			       msg->len - conn->out_done);
		if (!n)
			break;
		moved = true;
		conn->out_done += n;
		if (conn->out_done < msg->len)
			break;
		conn->out_done = 0;
		message_free(conn, msg);
	}
	return moved;
}

/* Assemble header and body; a complete request is served. */
static bool receive_some(struct store_conn *conn)
{
	const u32 head = sizeof(conn->hdr);
	u32 n;

	if (conn->reply_bytes >= REPLY_BYTES_HELD)
		return false;
	if (conn->have < head) {
		n = ring_read(conn, (char *)&conn->hdr + conn->have,
			      head - conn->have);
		conn->have += n;
		if (!n || conn->have < head)
			return n;
		if (conn->hdr.len > STORE_BODY_MAX) {
			conn_break(conn, XENSTORE_ERROR_PROTO,
				   "request longer than 4096 bytes");
			return false;
		}
	}
	if (conn->have < head + conn->hdr.len) {
		n = ring_read(conn, conn->body + conn->have - head,
			      head + conn->hdr.len - conn->have);
		conn->have += n;
		if (!n || conn->have < head + conn->hdr.len)
			return n;
	}
	conn->have = 0;
	store_request(conn);
	return true;
}

static void conn_work(struct work *work)
{
	struct store_conn *conn = container_of(work, struct store_conn, work);
	bool moved = false, again = true;
	unsigned int i;

	if (READ_ONCE(conn->ring->connection) == XENSTORE_RECONNECT) {
		conn_reset(conn);
		return;
	}
	for (i = 0; again && i < REQUESTS_PER_CALL && !conn->broken; i++) {
		again = receive_some(conn);
		if (!conn->broken)
			again |= send_some(conn);
		moved |= again;
	}
	if (moved && !conn->broken)
		event_service_notify(conn->port);
	if (again && !conn->broken)
		work_queue(&conn->work);
}

static void conn_kicked(void *ctx)
{
	struct store_conn *conn = ctx;

	work_queue(&conn->work);
}

static int conn_attach(struct store_conn *conn, gfn_t gfn, evtchn_port_t port)
{
	conn->page = guest_frame_get(conn->domain, gfn, true);
	if (!conn->page)
		return -XEN_EINVAL;
	conn->ring = page_to_ptr(conn->page);
	conn->req_cons = READ_ONCE(conn->ring->req_cons);
	conn->rsp_prod = READ_ONCE(conn->ring->rsp_prod);
	WRITE_ONCE(conn->ring->server_features,
		   XENSTORE_SERVER_FEATURE_RECONNECTION |
		   XENSTORE_SERVER_FEATURE_ERROR);
	WRITE_ONCE(conn->ring->connection, XENSTORE_CONNECTED);
	conn->port = event_service_bind(conn->domain, port, conn_kicked, conn);
	return conn->port < 0 ? conn->port : 0;
}

static void conn_free(struct store_conn *conn)
{
	work_cancel(&conn->work);
	if (conn->port > 0)
		event_service_unbind(conn->port);
	conn_forget(conn);
	if (conn->page)
		page_put(conn->page);
	if (conn->account)
		account_close(&the_store.accounts, conn->account);
	list_del(&conn->link);
	heap_free(conn);
}

int store_connect(struct domain *d, gfn_t gfn, evtchn_port_t port)
{
	struct store_conn *conn = heap_alloc(sizeof(*conn));
	int ret = -XEN_ENOMEM;

	if (!conn)
		return ret;
	conn->domain = d;
	conn->domid = d->domid;
	list_init(&conn->out);
	list_init(&conn->transactions);
	list_add_tail(&conn->link, &the_store.conns);
	work_init(&conn->work, conn_work);
	conn->account = account_open(&the_store.accounts, d->domid);
	if (conn->account)
		ret = conn_attach(conn, gfn, port);
	if (ret) {
		conn_free(conn);
		return ret;
	}
	watch_fire("@introduceDomain", NULL);
	/* The guest may have written before we listened. */
	work_queue(&conn->work);
	return 0;
}

void store_disconnect(struct domain *d)
{
	struct list_node *pos, *tmp;

	list_for_each_safe(pos, tmp, &the_store.conns) {
		struct store_conn *conn;

		conn = list_entry(pos, struct store_conn, link);
		if (conn->domain != d)
			continue;
		conn_free(conn);
		watch_fire("@releaseDomain", NULL);
	}
}
