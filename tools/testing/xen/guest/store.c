// SPDX-License-Identifier: GPL-2.0
/*
 * The store's ring (xen/io/xs_wire.h): requests and their errors, then what
 * breaks the protocol: a length that is too long, indices that cannot be. The
 * connection ends, the guest does not, and it may connect again.
 */
#include "test.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/io/xs_wire.h>

#define ANSWER_NS	2000000000ULL

static struct xenstore_domain_interface *ring;
static evtchn_port_t port;
static char body[XENSTORE_PAYLOAD_MAX + 1];
static struct xsd_sockmsg answer;

static uint64_t param(uint32_t index)
{
	struct xen_hvm_param op = { .domid = DOMID_SELF, .index = index };

	return hvm_op(HVMOP_get_param, &op) ? ~0ULL : op.value;
}

static void barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void kick(void)
{
	struct evtchn_send op = { .port = port };

	barrier();
	event_channel_op(EVTCHNOP_send, &op);
}

/* True once *@field is @want, false if that takes too long. */
static bool becomes(const uint32_t *field, uint32_t want)
{
	uint64_t end = now_ns() + ANSWER_NS;

	while (READ_ONCE(*field) != want)
		if (now_ns() > end)
			return false;
	return true;
}

static void put(const void *src, uint32_t len)
{
	const char *bytes = src;

	while (len--) {
		ring->req[MASK_XENSTORE_IDX(ring->req_prod)] = *bytes++;
		barrier();
		ring->req_prod++;
	}
}

static bool get(void *dst, uint32_t len)
{
	uint64_t end = now_ns() + ANSWER_NS;
	char *bytes = dst;

	while (len) {
		if (READ_ONCE(ring->rsp_prod) == ring->rsp_cons) {
			if (now_ns() > end)
				return false;
			continue;
		}
		barrier();
		*bytes++ = ring->rsp[MASK_XENSTORE_IDX(ring->rsp_cons)];
		ring->rsp_cons++;
		len--;
	}
	return true;
}

/* A request that fits into the ring; true if it was answered. */
static bool ask(uint32_t type, const void *request, uint32_t len)
{
	static uint32_t id;
	struct xsd_sockmsg hdr = { .type = type, .req_id = ++id, .len = len };

	put(&hdr, sizeof(hdr));
	put(request, len);
	kick();
	memset(body, 0, sizeof(body));
	if (!get(&answer, sizeof(answer)) || answer.len > XENSTORE_PAYLOAD_MAX)
		return false;
	return get(body, answer.len) && answer.req_id == id;
}

static bool gives(uint32_t type, const char *request, uint32_t len,
		  const char *error)
{
	return ask(type, request, len) && answer.type == XS_ERROR &&
	       !strncmp(body, error, strlen(error) + 1);
}

#define GIVES(type, request, error) \
	gives(type, request, sizeof(request), error)

static void requests(void)
{
	check(ask(XS_READ, "domid", 6) && answer.type == XS_READ && answer.len,
	      "our own domid can be read");
	check(GIVES(XS_READ, "none", "ENOENT"), "what is not there is ENOENT");
	check(GIVES(XS_READ, "a//b", "EINVAL"), "a malformed path is EINVAL");
	check(gives(XS_READ, "domid", 5, "EINVAL"),
	      "a path without an end is EINVAL");
	if (env->privileged)
		report(SKIP, "our domid is not ours to write", "this is dom0");
	else
		check(GIVES(XS_WRITE, "domid\0007", "EACCES"),
		      "our domid is not ours to write");
	check(GIVES(XS_INTRODUCE, "9\0001\0001", "EACCES"),
	      "introducing domains is not ours");
	check(GIVES(1000, "x", "ENOSYS"), "an unknown request is ENOSYS");
	check(gives(XS_READ, NULL, 0, "EINVAL"), "an empty request is EINVAL");
}

static void reconnect(const char *name)
{
	WRITE_ONCE(ring->connection, XENSTORE_RECONNECT);
	kick();
	report(becomes(&ring->connection, XENSTORE_CONNECTED) &&
	       ask(XS_READ, "domid", 6) ? PASS : FAIL, name,
	       "connection %u, error %u", ring->connection, ring->error);
}

static void breaking(void)
{
	struct xsd_sockmsg hdr = {
		.type = XS_READ, .len = XENSTORE_PAYLOAD_MAX + 1,
	};

	put(&hdr, sizeof(hdr));
	kick();
	check(becomes(&ring->error, XENSTORE_ERROR_PROTO),
	      "a request that is too long ends the connection");
	if (!(ring->server_features & XENSTORE_SERVER_FEATURE_RECONNECTION)) {
		report(SKIP, "the connection can be made again",
		       "the store does not offer it");
		return;
	}
	reconnect("the connection can be made again");
	ring->req_prod = ring->req_cons + XENSTORE_RING_SIZE + 1;
	kick();
	check(becomes(&ring->error, XENSTORE_ERROR_RINGIDX),
	      "a request index that cannot be ends it");
	reconnect("it can be made again after that");
	ring->rsp_cons = ring->rsp_prod + 1;
	memset(&hdr, 0, sizeof(hdr));
	put(&hdr, sizeof(hdr));
	kick();
	check(becomes(&ring->error, XENSTORE_ERROR_RINGIDX),
	      "so does a response index");
	reconnect("and it can be made again at the end");
}

void test_main(void)
{
	uint64_t gfn = param(HVM_PARAM_STORE_PFN);

	port = param(HVM_PARAM_STORE_EVTCHN);
	if (!gfn || gfn == ~0ULL) {
		report(SKIP, "there is a store", "no frame for it");
		return;
	}
	map_normal(gfn * PAGE_SIZE);
	ring = (void *)(uintptr_t)(gfn * PAGE_SIZE);
	requests();
	if (!(ring->server_features & XENSTORE_SERVER_FEATURE_ERROR))
		report(SKIP, "a broken connection is told",
		       "the store does not tell");
	else
		breaking();
}
