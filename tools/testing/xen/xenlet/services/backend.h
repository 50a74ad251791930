/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the block and the network backend have in common: a pair of store
 * directories, the xenbus states in them, and who moves when.
 *
 *   frontend             backend, by its own state
 *   Initialising         Initialising|Closing|Closed -> publish -> InitWait
 *                        Connected -> disconnect, publish -> InitWait
 *   Initialised,         InitWait -> connect -> Connected
 *     Connected
 *   Closing              disconnect -> Closing
 *   Closed, gone         disconnect -> Closed
 */
#ifndef XENLET_BACKEND_H
#define XENLET_BACKEND_H

#include <xenlet/list.h>
#include <xenlet/types.h>
#include <xenlet/work.h>

#include <xen/io/xenbus.h>

struct backend;
struct domain;
struct store_watch;

/** struct backend_ops - a kind of device
 * @publish: write what the backend offers
 * @connect: read what the frontend chose and map it; 0, or a negative
 *	     value after backend_fail() or with nothing left mapped
 * @disconnect: give back all that connect took; called once per connect
 */
struct backend_ops {
	const char *type;
	void (*publish)(struct backend *b);
	int (*connect)(struct backend *b);
	void (*disconnect)(struct backend *b);
};

struct backend {
	const struct backend_ops *ops;
	struct domain *domain;
	u32 id;
	enum xenbus_state state;
	bool connected;
	unsigned int failures;
	struct store_watch *watch;
	struct work work;
	char front[48], back[48];
};

/** backend_create() - both directories with what every device has
 * Further nodes follow by store_set(), then backend_start().
 */
void backend_create(struct backend *b, const struct backend_ops *ops,
		    struct domain *d, u32 id);
int backend_start(struct backend *b);
void backend_destroy(struct backend *b);
/**
 * backend_fail() - the frontend broke the protocol: say it and close
 *
 * Only notes it: rings are given back from work, so that it may be called
 * in the middle of using them. Check @b->connected after calls that may.
 */
void backend_fail(struct backend *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* XENLET_BACKEND_H */
