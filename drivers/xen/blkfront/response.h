/* SPDX-License-Identifier: GPL-2.0 */
/* Is a response one that we can have been waiting for. */
#ifndef _XEN_BLKFRONT_RESPONSE_H
#define _XEN_BLKFRONT_RESPONSE_H

#include <linux/types.h>

#include <xen/interface/io/blkif.h>

/**
 * struct blkfront_pending - what we remember of a ring request, privately
 * @op: the operation that its response has to name
 * @in_flight: it was sent and has not been answered
 */
struct blkfront_pending {
	u8 op;
	bool in_flight;
};

/**
 * enum blkfront_verdict - on what the backend wrote
 * @BLKFRONT_RSP_GOOD: it answers a request
 * @BLKFRONT_RSP_BAD_ID: no request ever has this id
 * @BLKFRONT_RSP_NOT_IN_FLIGHT: nothing was asked, or it was answered before
 * @BLKFRONT_RSP_BAD_OP: another operation than the request's
 * @BLKFRONT_RSP_BAD_STATUS: no status of the protocol
 * @BLKFRONT_RSP_BAD_PRODUCER: more responses than requests
 */
enum blkfront_verdict {
	BLKFRONT_RSP_GOOD,
	BLKFRONT_RSP_BAD_ID,
	BLKFRONT_RSP_NOT_IN_FLIGHT,
	BLKFRONT_RSP_BAD_OP,
	BLKFRONT_RSP_BAD_STATUS,
	BLKFRONT_RSP_BAD_PRODUCER,
};

enum blkfront_verdict blkfront_response_id(u64 id, unsigned int nr_slots);
enum blkfront_verdict
blkfront_response_check(const struct blkif_response *rsp,
			const struct blkfront_pending *pending);
enum blkfront_verdict blkfront_response_count(RING_IDX rsp_prod,
					      RING_IDX rsp_cons,
					      RING_IDX req_prod);
const char *blkfront_verdict_text(enum blkfront_verdict verdict);

#endif /* _XEN_BLKFRONT_RESPONSE_H */
