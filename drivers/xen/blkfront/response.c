// SPDX-License-Identifier: GPL-2.0
/*
 * Judging responses: pure, any context. All that is judged is a private
 * copy; the ring itself is never looked at twice.
 */
#include <linux/array_size.h>
#include <linux/kernel.h>

#include "response.h"

/**
 * blkfront_response_count() - is the backend's producer possible
 * @rsp_prod: what the backend published, copied once
 * @rsp_cons: responses that we took
 * @req_prod: requests that we sent
 *
 * Indices are free-running and wrap.
 *
 * Return: BLKFRONT_RSP_GOOD or BLKFRONT_RSP_BAD_PRODUCER.
 */
enum blkfront_verdict blkfront_response_count(RING_IDX rsp_prod,
					      RING_IDX rsp_cons,
					      RING_IDX req_prod)
{
	if ((RING_IDX)(rsp_prod - rsp_cons) > (RING_IDX)(req_prod - rsp_cons))
		return BLKFRONT_RSP_BAD_PRODUCER;
	return BLKFRONT_RSP_GOOD;
}

/**
 * blkfront_response_id() - may this id be used to look a request up
 * @id: from a copied response
 * @nr_slots: requests that the ring has
 *
 * Return: BLKFRONT_RSP_GOOD or BLKFRONT_RSP_BAD_ID.
 */
enum blkfront_verdict blkfront_response_id(u64 id, unsigned int nr_slots)
{
	return id < nr_slots ? BLKFRONT_RSP_GOOD : BLKFRONT_RSP_BAD_ID;
}

/**
 * blkfront_response_check() - does a response answer the request it names
 * @rsp: the copied response
 * @pending: what we remember of the request
 *
 * Return: BLKFRONT_RSP_GOOD, or what is wrong.
 */
enum blkfront_verdict
blkfront_response_check(const struct blkif_response *rsp,
			const struct blkfront_pending *pending)
{
	if (!pending->in_flight)
		return BLKFRONT_RSP_NOT_IN_FLIGHT;
	if (rsp->operation != pending->op)
		return BLKFRONT_RSP_BAD_OP;

	switch (rsp->status) {
	case BLKIF_RSP_OKAY:
	case BLKIF_RSP_ERROR:
	case BLKIF_RSP_EOPNOTSUPP:
		return BLKFRONT_RSP_GOOD;
	default:
		return BLKFRONT_RSP_BAD_STATUS;
	}
}

/**
 * blkfront_verdict_text() - what the backend did wrong, for people
 * @verdict: any but BLKFRONT_RSP_GOOD
 *
 * Return: what the response was for.
 */
const char *blkfront_verdict_text(enum blkfront_verdict verdict)
{
	static const char * const texts[] = {
		[BLKFRONT_RSP_GOOD]		= "nothing",
		[BLKFRONT_RSP_BAD_ID]		= "an id that no request has",
		[BLKFRONT_RSP_NOT_IN_FLIGHT]	= "a request not in flight",
		[BLKFRONT_RSP_BAD_OP]		= "another operation",
		[BLKFRONT_RSP_BAD_STATUS]	= "an unknown status",
		[BLKFRONT_RSP_BAD_PRODUCER]	= "more than was asked",
	};

	return (unsigned int)verdict < ARRAY_SIZE(texts) ? texts[verdict] : "?";
}
