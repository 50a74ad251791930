/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A folder of dom0's for another domain: 9P2000.L, over the rings of Xen's 9pfs
 * (docs/misc/9pfs.pandoc there). The other domain is not trusted: nothing that
 * it says is used before it was copied and checked, and nothing outside of the
 * folder can be named.
 *
 *	p9_message.c	fields of a message
 *	p9_files.c	what a request does to the folder
 *	p9_ring.c	requests out of a ring, answers into it
 *	p9_server.c	the device's nodes in the store, and the loop
 */
#ifndef P9_H
#define P9_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../init/init.h"

/* The largest message, and the size, type and tag before each. */
#define P9_MESSAGE_SIZE	(512 * 1024)
#define P9_HEAD		7

/* p9_message.c */
/**
 * struct p9_in - the fields of a request, front to back
 * @at: the next one
 * @left: bytes from there on
 * @bad: something did not fit; every field since then was 0
 */
struct p9_in {
	const uint8_t *at;
	size_t left;
	bool bad;
};

/**
 * struct p9_out - the fields of an answer
 * @at: where the next one goes
 * @left: room from there on
 * @full: something did not fit
 */
struct p9_out {
	uint8_t *at;
	size_t left;
	bool full;
};

/** p9_get() - a number of @bytes bytes, 8 at most */
uint64_t p9_get(struct p9_in *in, unsigned int bytes);
/** p9_get_data() - the next @len bytes where they are; NULL if there are less */
const uint8_t *p9_get_data(struct p9_in *in, size_t len);
/** p9_get_string() - with an end; one that doesn't fit, or holds an end, is bad */
void p9_get_string(struct p9_in *in, char *buf, size_t size);
/** p9_put() - a number of @bytes bytes, 8 at most */
void p9_put(struct p9_out *out, unsigned int bytes, uint64_t value);
/** p9_put_string() - its length and its bytes */
void p9_put_string(struct p9_out *out, const char *text);
/** p9_put_data() - room for @len bytes, to be filled; NULL if there is none */
uint8_t *p9_put_data(struct p9_out *out, size_t len);

/* p9_files.c */
#define P9_FIDS		256

/**
 * struct p9_fid - a file that the client has a number for
 * @used: it has
 * @number: the client's
 * @path: descriptor of the file as a place; nothing can be read from it
 * @io: descriptor of the open file, or -1
 */
struct p9_fid {
	bool used;
	uint32_t number;
	int path;
	int io;
};

/**
 * struct p9_files - what a client sees of a folder
 * @folder: descriptor of the folder
 * @message_size: what was agreed on; 0 until it was
 * @fids: all files that it has numbers for
 */
struct p9_files {
	int folder;
	uint32_t message_size;
	struct p9_fid fids[P9_FIDS];
};

/** p9_files_open() - begin to serve @folder; -1 and errno */
int p9_files_open(struct p9_files *f, const char *folder);
/** p9_files_close() - with all that the client left open */
void p9_files_close(struct p9_files *f);
/**
 * p9_files_answer() - carry out a request
 * @request: a whole message
 * @len: its length, at least that of a head
 * @answer: room for P9_MESSAGE_SIZE bytes
 *
 * Return: the length of the answer.
 */
size_t p9_files_answer(struct p9_files *f, const uint8_t *request, size_t len,
		       uint8_t *answer);

/* p9_ring.c */
/**
 * struct p9_ring - a pair of rings: requests to us, answers to the frontend
 * @page: their indexes
 * @data: their bytes
 * @size: of each
 * @port: ours
 * @taken: bytes of requests taken so far
 * @given: bytes of answers given so far
 */
struct p9_ring {
	struct shared page;
	struct shared data;
	uint32_t size;
	int port;
	uint32_t taken;
	uint32_t given;
};

/** p9_ring_open() - map what the frontend offers; -1 after step_fail() */
int p9_ring_open(struct p9_ring *r, int events, unsigned int domid,
		 uint32_t ref, unsigned int port);
/** p9_ring_close() - unmap it; -1 after step_fail() */
int p9_ring_close(struct p9_ring *r);
/**
 * p9_ring_take() - the next request
 * @buf: room for P9_MESSAGE_SIZE bytes
 *
 * Return: its length, 0 if there is none yet, -1 after step_fail() if the
 * frontend breaks the rules.
 */
int p9_ring_take(struct p9_ring *r, uint8_t *buf);
/** p9_ring_give() - an answer, as soon as there is room; -1 after step_fail() */
int p9_ring_give(struct p9_ring *r, int events, const uint8_t *buf,
		 uint32_t len);

/* p9_server.c: serve-9p <domid> <tag> <folder> */
int serve_9p(int argc, char **argv);

#endif /* P9_H */
