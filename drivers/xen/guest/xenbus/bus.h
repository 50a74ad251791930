/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frontend bus: devices that are found in the store below "device".
 *
 * A struct xenbus_device is made and dropped by enumerate.c. Between probe
 * and remove its driver owns it; its state is written by xenbus_switch_state()
 * alone, and what the peer wrote reaches the driver through the xenwatch
 * thread only.
 */
#ifndef XEN_XENBUS_BUS_H
#define XEN_XENBUS_BUS_H

#include <xen/xenbus.h>

#define XENBUS_ROOT	"device"

extern const struct bus_type xen_bus;

int bus_init(void);
void bus_exit(void);

/* enumerate.c */
int enumerate_init(void);
void enumerate_exit(void);

/* reset.c */
void xenbus_reset_node(const char *nodename, unsigned int local);
bool xenbus_await_peer(const char *otherend, unsigned int states);

/* wait.c */
void xenbus_wait_for_devices(struct xenbus_driver *drv);

/* user.c */
int user_init(void);
void user_exit(void);

/* debugfs.c */
void xenbus_debugfs_init(void);
void xenbus_debugfs_exit(void);

#endif /* XEN_XENBUS_BUS_H */
