// SPDX-License-Identifier: GPL-2.0
/*
 * What is said about a backend that broke the protocol. Pure.
 */

#include "breach.h"

static const char * const text[] = {
	[NETFRONT_NO_BREACH]	= "nothing wrong",
	[NETFRONT_TX_PRODUCER]	= "answers more transmit requests than it got",
	[NETFRONT_TX_ID_RANGE]	= "transmit response with an id out of range",
	[NETFRONT_TX_ID_IDLE]	= "transmit response to no request",
	[NETFRONT_TX_NULL]	= "null response to a transmit request",
	[NETFRONT_TX_GRANT]	= "keeps a page mapped that it answered for",
	[NETFRONT_RX_PRODUCER]	= "fills more receive requests than it got",
	[NETFRONT_RX_ID]	= "receive response with a wrong id",
	[NETFRONT_RX_BOUNDS]	= "received data crosses the end of its page",
	[NETFRONT_RX_SLOTS]	= "received packet has too many slots",
	[NETFRONT_RX_UNFINISHED] = "received packet has no end",
	[NETFRONT_RX_EXTRA_PLACE] = "extra info behind other than a first slot",
	[NETFRONT_RX_EXTRA_TYPE] = "extra info of a type that doesn't exist",
	[NETFRONT_RX_EXTRA_TWICE] = "extra info given twice",
	[NETFRONT_RX_GSO_TYPE]	= "GSO of a type that wasn't offered",
	[NETFRONT_RX_GSO_SIZE]	= "GSO with segments of size 0",
	[NETFRONT_RX_GSO_PREFIX] = "GSO prefix, which wasn't offered",
	[NETFRONT_RX_GRANT]	= "keeps a page mapped that it has filled",
};

/**
 * netfront_breach_text() - say in words what a backend did
 * @breach: which breach
 */
const char *netfront_breach_text(enum netfront_breach breach)
{
	return text[breach];
}
