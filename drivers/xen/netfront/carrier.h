/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_CARRIER_H
#define _XEN_NETFRONT_CARRIER_H

struct netfront;

void netfront_carrier_follow(struct netfront *front);
void netfront_carrier_leave(struct netfront *front);

#endif /* _XEN_NETFRONT_CARRIER_H */
