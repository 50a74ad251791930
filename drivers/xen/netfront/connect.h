/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_CONNECT_H
#define _XEN_NETFRONT_CONNECT_H

#include <xen/interface/io/xenbus.h>

struct netfront;
struct xenbus_device;

void netfront_otherend_changed(struct xenbus_device *xbdev,
			       enum xenbus_state state);
int netfront_resume(struct xenbus_device *xbdev);
void netfront_part(struct netfront *front);

#endif /* _XEN_NETFRONT_CONNECT_H */
