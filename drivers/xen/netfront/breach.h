/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_BREACH_H
#define _XEN_NETFRONT_BREACH_H

/*
 * The ways in which a backend breaks the protocol of
 * xen/interface/io/netif.h. Any of them ends the use of the device.
 */
enum netfront_breach {
	NETFRONT_NO_BREACH,
	NETFRONT_TX_PRODUCER,
	NETFRONT_TX_ID_RANGE,
	NETFRONT_TX_ID_IDLE,
	NETFRONT_TX_NULL,
	NETFRONT_TX_GRANT,
	NETFRONT_RX_PRODUCER,
	NETFRONT_RX_ID,
	NETFRONT_RX_BOUNDS,
	NETFRONT_RX_SLOTS,
	NETFRONT_RX_UNFINISHED,
	NETFRONT_RX_EXTRA_PLACE,
	NETFRONT_RX_EXTRA_TYPE,
	NETFRONT_RX_EXTRA_TWICE,
	NETFRONT_RX_GSO_TYPE,
	NETFRONT_RX_GSO_SIZE,
	NETFRONT_RX_GSO_PREFIX,
	NETFRONT_RX_GRANT,
};

const char *netfront_breach_text(enum netfront_breach breach);

#endif /* _XEN_NETFRONT_BREACH_H */
