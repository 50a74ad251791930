// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the store's protocol: a state machine that is told how many
 * bytes came and says what it wants next. Pure.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "store_msg.h"

/** store_msg_reset() - forget what came, and the body, which isn't freed */
void store_msg_reset(struct store_msg *msg)
{
	msg->body = NULL;
	msg->have = 0;
}

/**
 * store_msg_want() - where the next bytes go
 * @msg: the message
 * @where: where
 *
 * Return: how many are missing from the header or the body.
 */
size_t store_msg_want(struct store_msg *msg, void **where)
{
	if (msg->body) {
		*where = msg->body + msg->have;
		return msg->hdr.len - msg->have;
	}
	*where = (char *)&msg->hdr + msg->have;
	return sizeof(msg->hdr) - msg->have;
}

/**
 * store_msg_got() - bytes were put where store_msg_want() said
 * @msg: the message
 * @count: how many, up to what was wanted
 *
 * Return: what to do now.
 */
enum store_msg_step store_msg_got(struct store_msg *msg, size_t count)
{
	msg->have += count;
	if (msg->body) {
		if (msg->have < msg->hdr.len)
			return STORE_MSG_MORE;
		msg->body[msg->hdr.len] = '\0';
		return STORE_MSG_DONE;
	}

	if (msg->have < sizeof(msg->hdr))
		return STORE_MSG_MORE;
	if (msg->hdr.len > XENSTORE_PAYLOAD_MAX ||
	    msg->hdr.type >= XS_TYPE_COUNT)
		return STORE_MSG_BAD;
	return STORE_MSG_BODY;
}

/**
 * store_msg_give() - give a buffer for the body
 * @msg: a message whose header is complete
 * @buf: room for the header's length and one byte
 */
void store_msg_give(struct store_msg *msg, char *buf)
{
	msg->body = buf;
	msg->have = 0;
}

/**
 * store_msg_pair() - take a body of two strings apart
 * @body: the body, of @len bytes and a zero after them
 * @len: its length, the second string's zero counted
 * @first: the first string
 * @second: the second string
 *
 * Return: false if these are not two strings.
 */
bool store_msg_pair(const char *body, size_t len, const char **first,
		    const char **second)
{
	size_t split = strlen(body) + 1;

	if (split >= len || split + strlen(body + split) + 1 != len)
		return false;
	*first = body;
	*second = body + split;
	return true;
}

/**
 * store_msg_strings() - take a body of strings apart
 * @body: the body, of @len bytes and a zero after them
 * @len: its length
 * @list: filled with where each starts, if not NULL
 *
 * Return: how many there are.
 */
unsigned int store_msg_strings(char *body, size_t len, char **list)
{
	unsigned int count = 0;
	size_t at;

	for (at = 0; at < len; at += strlen(body + at) + 1) {
		if (list)
			list[count] = body + at;
		count++;
	}
	return count;
}

/**
 * store_msg_errno() - what an answer of type XS_ERROR means
 * @name: its body
 *
 * Return: a negative errno; -EINVAL for one that the protocol doesn't name.
 */
int store_msg_errno(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (!strcmp(name, xsd_errors[i].errstring))
			return -xsd_errors[i].errnum;
	return -EINVAL;
}

static const char *const names[XS_TYPE_COUNT] = {
	[XS_CONTROL] = "control",
	[XS_DIRECTORY] = "directory",
	[XS_READ] = "read",
	[XS_GET_PERMS] = "get-perms",
	[XS_WATCH] = "watch",
	[XS_UNWATCH] = "unwatch",
	[XS_TRANSACTION_START] = "transaction-start",
	[XS_TRANSACTION_END] = "transaction-end",
	[XS_INTRODUCE] = "introduce",
	[XS_RELEASE] = "release",
	[XS_GET_DOMAIN_PATH] = "get-domain-path",
	[XS_WRITE] = "write",
	[XS_MKDIR] = "mkdir",
	[XS_RM] = "rm",
	[XS_SET_PERMS] = "set-perms",
	[XS_WATCH_EVENT] = "watch-event",
	[XS_ERROR] = "error",
	[XS_IS_DOMAIN_INTRODUCED] = "is-domain-introduced",
	[XS_RESUME] = "resume",
	[XS_SET_TARGET] = "set-target",
	[XS_RESET_WATCHES] = "reset-watches",
	[XS_DIRECTORY_PART] = "directory-part",
};

/** store_msg_name() - the name of a message type, for messages to people */
const char *store_msg_name(u32 type)
{
	return type < XS_TYPE_COUNT && names[type] ? names[type] : "unknown";
}
