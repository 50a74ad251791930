// SPDX-License-Identifier: GPL-2.0
/*
 * Framing of the store's messages: the same messages come out however the
 * bytes are split, and a length that can't be is seen before memory is asked
 * for.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/xenbus/store_msg.c"

/* Three messages, one of them without a body, one with a zero inside. */
static char stream[256];
static size_t stream_len;

static void say(u32 type, u32 id, const char *body, u32 len)
{
	struct xsd_sockmsg hdr = { .type = type, .req_id = id, .len = len };

	memcpy(stream + stream_len, &hdr, sizeof(hdr));
	memcpy(stream + stream_len + sizeof(hdr), body, len);
	stream_len += sizeof(hdr) + len;
}

struct receiver {
	struct store_msg msg;
	unsigned int done;
	unsigned int wrong;
};

static void check(struct receiver *r)
{
	static const char *const bodies[] = { "value", "", "path\0token" };
	static const u32 types[] = { XS_READ, XS_MKDIR, XS_WATCH_EVENT };
	static const u32 lens[] = { 5, 0, 11 };
	const struct store_msg *msg = &r->msg;

	if (r->done >= 3 || msg->hdr.type != types[r->done] ||
	    msg->hdr.req_id != 10 + r->done || msg->hdr.len != lens[r->done] ||
	    memcmp(msg->body, bodies[r->done], msg->hdr.len) ||
	    msg->body[msg->hdr.len])
		r->wrong++;
	r->done++;
	free(r->msg.body);
	store_msg_reset(&r->msg);
}

/* Give bytes as a ring with only these in it would. */
static void feed(struct receiver *r, const char *data, size_t len)
{
	enum store_msg_step step;
	size_t count;
	void *where;

	do {
		count = store_msg_want(&r->msg, &where);
		if (count > len)
			count = len;
		if (!count && !(r->msg.body && !r->msg.hdr.len))
			return;
		memcpy(where, data, count);
		data += count;
		len -= count;
		step = store_msg_got(&r->msg, count);
		if (step == STORE_MSG_BODY)
			store_msg_give(&r->msg, malloc(r->msg.hdr.len + 1));
		else if (step == STORE_MSG_DONE)
			check(r);
		else if (step == STORE_MSG_BAD)
			r->wrong++;
	} while (step != STORE_MSG_MORE);
}

static void pieces(void)
{
	unsigned int bad = 0;
	struct receiver r;
	size_t a, b, i;

	for (a = 0; a <= stream_len; a++) {
		for (b = a; b <= stream_len; b++) {
			memset(&r, 0, sizeof(r));
			feed(&r, stream, a);
			feed(&r, stream + a, b - a);
			feed(&r, stream + b, stream_len - b);
			bad += r.wrong || r.done != 3 || r.msg.body;
		}
	}
	ktap_ok(!bad, "messages survive being split anywhere, twice");

	memset(&r, 0, sizeof(r));
	for (i = 0; i < stream_len; i++)
		feed(&r, stream + i, 1);
	ktap_ok(r.done == 3 && !r.wrong, "and coming byte by byte");
}

static enum store_msg_step header(u32 type, u32 len)
{
	struct xsd_sockmsg hdr = { .type = type, .len = len };
	struct store_msg msg = { .body = NULL };
	void *where;

	if (store_msg_want(&msg, &where) != sizeof(hdr))
		return STORE_MSG_MORE;
	memcpy(where, &hdr, sizeof(hdr));
	return store_msg_got(&msg, sizeof(hdr));
}

static void headers(void)
{
	ktap_ok(header(XS_READ, XENSTORE_PAYLOAD_MAX) == STORE_MSG_BODY,
		"the longest body is accepted");
	ktap_ok(header(XS_READ, XENSTORE_PAYLOAD_MAX + 1) == STORE_MSG_BAD,
		"one byte more is not");
	ktap_ok(header(XS_READ, -1U) == STORE_MSG_BAD,
		"nor the longest that can be said");
	ktap_ok(header(XS_TYPE_COUNT, 0) == STORE_MSG_BAD,
		"a type that isn't is refused");
	ktap_ok(header(XS_INVALID, 0) == STORE_MSG_BAD,
		"and the one that never will be");
}

static bool pair(const char *body, size_t len)
{
	char *copy = malloc(len + 1);
	const char *first, *second;
	bool is;

	memcpy(copy, body, len);
	copy[len] = '\0';
	is = store_msg_pair(copy, len, &first, &second);
	free(copy);
	return is;
}

static void bodies(void)
{
	char names[] = "vif\0vbd\0console", *list[3];
	const char *first, *second;

	ktap_ok(store_msg_pair("device\0001f", 10, &first, &second) &&
		!strcmp(first, "device") && !strcmp(second, "1f"),
		"an event is a path and a token");
	ktap_ok(!pair("device", 6) && !pair("device\0", 7),
		"one string is no event");
	ktap_ok(!pair("a\0b", 3), "a token ends with a zero");
	ktap_ok(!pair("a\0b\0c\0", 6), "three strings are no event");
	ktap_ok(!pair("", 0), "nothing is no event");

	ktap_ok(store_msg_strings(names, sizeof(names), NULL) == 3,
		"names are counted");
	ktap_ok(store_msg_strings(names, sizeof(names), list) == 3 &&
		!strcmp(list[0], "vif") && !strcmp(list[2], "console"),
		"and found");
	ktap_ok(store_msg_strings(names, sizeof(names) - 1, list) == 3,
		"the last may lack its zero");
	ktap_ok(!store_msg_strings(names, 0, list), "no bytes, no names");
}

static void errors(void)
{
	ktap_ok(store_msg_errno("ENOENT") == -ENOENT, "errors have numbers");
	ktap_ok(store_msg_errno("EAGAIN") == -EAGAIN,
		"that of a lost transaction too");
	ktap_ok(store_msg_errno("EWHATEVER") == -EINVAL &&
		store_msg_errno("") == -EINVAL,
		"one that nobody knows is EINVAL");
	ktap_ok(!strcmp(store_msg_name(XS_DIRECTORY_PART), "directory-part") &&
		!strcmp(store_msg_name(-1U), "unknown"),
		"types have names, those that are not too");
}

int main(void)
{
	say(XS_READ, 10, "value", 5);
	say(XS_MKDIR, 11, "", 0);
	say(XS_WATCH_EVENT, 12, "path\0token", 11);
	pieces();
	headers();
	bodies();
	errors();
	return ktap_done();
}
