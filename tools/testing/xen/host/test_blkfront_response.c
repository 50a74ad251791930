// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkfront's judgement of responses, against a backend that writes
 * whatever it likes: a model of the frontend's ring takes only what it is
 * told to take, and must end up with every request answered once.
 */
#include <stdlib.h>

#include "ktap.h"

#include "../../../../drivers/xen/blkfront/response.c"

#define SLOTS	32

struct model {
	struct blkfront_pending slots[SLOTS];
	RING_IDX req_prod;
	RING_IDX rsp_cons;
	unsigned int answered;
};

static void send_all(struct model *m)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (m->slots[i].in_flight)
			continue;
		m->slots[i].op = i % 4;
		m->slots[i].in_flight = true;
		m->req_prod++;
	}
}

static enum blkfront_verdict take(struct model *m,
				  const struct blkif_response *rsp)
{
	enum blkfront_verdict verdict;

	verdict = blkfront_response_id(rsp->id, SLOTS);
	if (verdict)
		return verdict;
	/* ASan stops here if the id was not judged well. */
	verdict = blkfront_response_check(rsp, &m->slots[rsp->id]);
	if (verdict)
		return verdict;
	m->slots[rsp->id].in_flight = false;
	m->rsp_cons++;
	m->answered++;
	return BLKFRONT_RSP_GOOD;
}

static void test_honest(void)
{
	struct model m = {};
	unsigned int round, i;
	bool good = true;

	m.req_prod = UINT32_MAX - 40;
	m.rsp_cons = m.req_prod;
	for (round = 0; round < 10; round++) {
		send_all(&m);
		for (i = 0; i < SLOTS; i++) {
			struct blkif_response rsp = {
				.id = SLOTS - 1 - i,
				.operation = (SLOTS - 1 - i) % 4,
			};

			good &= !blkfront_response_count(m.rsp_cons + 1,
							 m.rsp_cons,
							 m.req_prod);
			good &= !take(&m, &rsp);
		}
	}
	ktap_ok(good, "answers in reverse are good, across the wrap");
	ktap_ok(m.answered == 10 * SLOTS, "each request is answered");
	ktap_ok(blkfront_response_count(m.rsp_cons + 1, m.rsp_cons,
					m.req_prod) ==
		BLKFRONT_RSP_BAD_PRODUCER,
		"nothing more is expected then");
}

static void test_twice(void)
{
	struct blkif_response rsp = { .id = 5, .operation = 1 };
	struct model m = {};

	send_all(&m);
	ktap_ok(take(&m, &rsp) == BLKFRONT_RSP_GOOD, "an answer is taken");
	ktap_ok(take(&m, &rsp) == BLKFRONT_RSP_NOT_IN_FLIGHT,
		"the same answer again is not");
}

static void test_noise(void)
{
	unsigned int i, taken = 0, refused = 0;
	struct model m = {};
	bool sound = true;

	srand(1);
	send_all(&m);
	for (i = 0; i < 1000000; i++) {
		u64 noise = (u64)rand() << 33 ^ (u64)rand() << 11 ^ rand();
		struct blkif_response rsp = {
			.id = i % 3 ? noise % (SLOTS + 2) : noise,
			.operation = noise >> 7 & 7,
			.status = (s16)(noise >> 10 & 7) - 4,
		};
		bool expected = rsp.id < SLOTS &&
				m.slots[rsp.id].in_flight &&
				m.slots[rsp.id].op == rsp.operation &&
				rsp.status <= 0 && rsp.status >= -2;

		if (take(&m, &rsp)) {
			refused++;
			sound &= !expected;
		} else {
			taken++;
			sound &= expected;
		}
		if (!(i % 1000))
			send_all(&m);
	}
	ktap_ok(sound, "of a million noisy answers exactly the right are taken");
	ktap_ok(taken > SLOTS && refused > taken, "and there were both kinds");
	ktap_ok(m.answered == m.rsp_cons && m.answered <= m.req_prod,
		"the consumer moved once for each");
}

static void test_producers(void)
{
	unsigned int i;
	bool sound = true;

	srand(2);
	for (i = 0; i < 1000000; i++) {
		RING_IDX cons = (RING_IDX)rand() << 8 ^ rand();
		RING_IDX asked = rand() % (SLOTS + 1);
		RING_IDX prod = cons + rand() % 200 - 100;
		bool fits = prod - cons <= asked;

		sound &= fits == !blkfront_response_count(prod, cons,
							  cons + asked);
	}
	ktap_ok(sound, "a producer is good from the consumer to what was asked");
}

int main(void)
{
	test_honest();
	test_twice();
	test_noise();
	test_producers();
	return ktap_done();
}
