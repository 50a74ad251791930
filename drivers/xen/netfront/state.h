/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_STATE_H
#define _XEN_NETFRONT_STATE_H

#include <xen/interface/io/xenbus.h>

/**
 * enum netfront_action - what to do when the backend's state changes
 * @NETFRONT_WAIT: nothing; another change will come
 * @NETFRONT_CONNECT: set up queues and tell the backend where they are
 * @NETFRONT_ANNOUNCE: both ends are connected: tell the neighbours
 * @NETFRONT_CLOSE: give everything back and close
 * @NETFRONT_REOPEN: a backend came back to a closed frontend: start over
 */
enum netfront_action {
	NETFRONT_WAIT,
	NETFRONT_CONNECT,
	NETFRONT_ANNOUNCE,
	NETFRONT_CLOSE,
	NETFRONT_REOPEN,
};

enum netfront_action netfront_react(enum xenbus_state own,
				    enum xenbus_state peer);

#endif /* _XEN_NETFRONT_STATE_H */
