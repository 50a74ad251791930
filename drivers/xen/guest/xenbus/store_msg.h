/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the store's protocol, put together from bytes as they come, and
 * taken apart. All state is in struct store_msg: the same code serves what
 * the store sends and what programs write to /dev/xen/xenbus.
 */
#ifndef XEN_STORE_MSG_H
#define XEN_STORE_MSG_H

#include <linux/types.h>
#include <xen/interface/io/xs_wire.h>

/**
 * enum store_msg_step - what to do after bytes came
 * @STORE_MSG_MORE: get more
 * @STORE_MSG_BODY: the header is complete: give a buffer for the body
 * @STORE_MSG_DONE: the message is complete
 * @STORE_MSG_BAD: the header can't be; what follows is without meaning
 */
enum store_msg_step {
	STORE_MSG_MORE,
	STORE_MSG_BODY,
	STORE_MSG_DONE,
	STORE_MSG_BAD,
};

/**
 * struct store_msg - a message that is being put together
 * @hdr: its header
 * @body: its body: @hdr.len bytes and a zero after them; NULL while the
 *	header is incomplete. Whoever gave it takes it back.
 * @have: bytes that came, of the header or, once there is a body, of that
 */
struct store_msg {
	struct xsd_sockmsg hdr;
	char *body;
	size_t have;
};

void store_msg_reset(struct store_msg *msg);
size_t store_msg_want(struct store_msg *msg, void **where);
enum store_msg_step store_msg_got(struct store_msg *msg, size_t count);
void store_msg_give(struct store_msg *msg, char *buf);

bool store_msg_pair(const char *body, size_t len, const char **first,
		    const char **second);
unsigned int store_msg_strings(char *body, size_t len, char **list);
int store_msg_errno(const char *name);
const char *store_msg_name(u32 type);

#endif /* XEN_STORE_MSG_H */
