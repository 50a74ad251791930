// SPDX-License-Identifier: GPL-2.0
/*
 * What is said about a backend that broke the protocol. Pure.
 */

#include "breach.h"

/* Each ends the sentence "the backend ...". */
static const char * const text[] = {
	[NETFRONT_NO_BREACH]	= "did nothing wrong",
	[NETFRONT_TX_PRODUCER]	= "answered more transmit requests than it got",
	[NETFRONT_TX_ID_RANGE]	= "sent a transmit response with an id out of range",
	[NETFRONT_TX_ID_IDLE]	= "answered a transmit request that isn't under way",
	[NETFRONT_TX_NULL]	= "sent a null response to a transmit request",
	[NETFRONT_TX_GRANT]	= "kept a page mapped whose transmission it reported",
	[NETFRONT_RX_PRODUCER]	= "filled more receive requests than it got",
	[NETFRONT_RX_ID]	= "sent a receive response with a wrong id",
	[NETFRONT_RX_BOUNDS]	= "sent data that cross the end of their page",
	[NETFRONT_RX_SLOTS]	= "sent a packet of too many slots",
	[NETFRONT_RX_UNFINISHED] = "sent a packet without an end",
	[NETFRONT_RX_EXTRA_PLACE] = "sent extra info behind other than a first slot",
	[NETFRONT_RX_EXTRA_TYPE] = "sent extra info of a type that doesn't exist",
	[NETFRONT_RX_EXTRA_TWICE] = "sent extra info twice",
	[NETFRONT_RX_GSO_TYPE]	= "sent GSO of a type that wasn't offered",
	[NETFRONT_RX_GSO_SIZE]	= "sent GSO with segments of no possible size",
	[NETFRONT_RX_GSO_PREFIX] = "sent a GSO prefix, which wasn't offered",
	[NETFRONT_RX_GRANT]	= "kept a page mapped that it had filled",
};

/**
 * netfront_breach_text() - say in words what a backend did
 * @breach: which breach
 */
const char *netfront_breach_text(enum netfront_breach breach)
{
	return text[breach];
}
