/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layers of the core, from the bottom up. main.c brings them up in the
 * order in which they stand here and takes them down in reverse.
 *
 * Every init runs once, in process context, and leaves nothing behind when it
 * fails; every exit follows a successful init.
 */
#ifndef XEN_GUEST_CORE_H
#define XEN_GUEST_CORE_H

#include <xen/guest.h>

struct device_node;

/* discover.c */
int xen_discover(struct device_node *node, struct xen_guest *guest);

/* grant/: needs the context, features and hypercalls; not events */
int xen_grant_init(void);
void xen_grant_exit(void);

/* events/ */
int xen_events_init(void);
void xen_events_exit(void);

/* xenbus/: needs grants and events */
int xen_xenbus_init(void);
void xen_xenbus_exit(void);

#endif /* XEN_GUEST_CORE_H */
