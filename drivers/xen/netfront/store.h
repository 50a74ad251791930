/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_STORE_H
#define _XEN_NETFRONT_STORE_H

#include <linux/types.h>

struct netfront;
struct xenbus_device;

int netfront_store_mac(struct xenbus_device *xbdev, u8 *addr);
unsigned int netfront_store_mtu(struct xenbus_device *xbdev);
void netfront_store_offer(struct netfront *front);
int netfront_store_publish(struct netfront *front);

#endif /* _XEN_NETFRONT_STORE_H */
