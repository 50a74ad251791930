// SPDX-License-Identifier: GPL-2.0
/*
 * Grant references: whatever way they are taken and given back, there are as
 * many as before, and nobody gets one that somebody else has.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/grant/ref.c"

#define FRAMES	4
#define USABLE	(GRANT_FRAME_REFS - GNTTAB_NR_RESERVED_ENTRIES)

static struct grant_frame frame[FRAMES];
static struct grant_frame *frames[FRAMES];
static struct grant_refs refs;

static void fresh(unsigned int count)
{
	unsigned int i;

	memset(frame, 0, sizeof(frame));
	grant_refs_init(&refs, frames, FRAMES);
	bitmap_set(frame[0].used, 0, GNTTAB_NR_RESERVED_ENTRIES);
	for (i = 0; i < count; i++)
		grant_refs_add(&refs, &frame[i]);
}

/* What the counts say is what the bitmaps say. */
static bool consistent(void)
{
	unsigned int i, sum = 0;

	for (i = 0; i < refs.nr_frames; i++) {
		if (frame[i].free != GRANT_FRAME_REFS -
		    bitmap_weight(frame[i].used, GRANT_FRAME_REFS))
			return false;
		if (i < refs.hint && frame[i].free)
			return false;
		sum += frame[i].free;
	}
	return sum == refs.free;
}

static void growth(void)
{
	struct grant_frame more = { .free = 0 };

	fresh(1);
	ktap_ok(refs.free == USABLE, "a table of one frame keeps 8 reserved");
	fresh(FRAMES);
	ktap_ok(refs.free == FRAMES * GRANT_FRAME_REFS - 8,
		"each further frame brings 512");
	ktap_ok(grant_refs_add(&refs, &more) == -ENOSPC &&
		refs.nr_frames == FRAMES, "no frame is added past the limit");
}

static void single(void)
{
	grant_ref_t a, b, first;

	fresh(1);
	ktap_ok(!grant_refs_take(&refs, 1, &a) && a == 8,
		"the lowest unreserved reference comes first");
	ktap_ok(!grant_refs_take(&refs, 1, &b) && b != a,
		"the next one is another");
	ktap_ok(grant_refs_in_use(&refs, a) && grant_refs_in_use(&refs, b),
		"both are in use");
	first = a;
	ktap_ok(grant_refs_put(&refs, a) && !grant_refs_in_use(&refs, a),
		"one given back is free");
	ktap_ok(!grant_refs_put(&refs, a), "it can't be given back twice");
	ktap_ok(!grant_refs_take(&refs, 1, &a) && a == first,
		"and it is used again");
	grant_refs_put(&refs, a);
	grant_refs_put(&refs, b);
	ktap_ok(refs.free == USABLE && consistent(),
		"after all came back there are as many as before");
}

static void wrong_refs(void)
{
	unsigned int free;

	fresh(1);
	free = refs.free;
	ktap_ok(!grant_refs_put(&refs, 0) && !grant_refs_put(&refs, 7),
		"a reserved reference can't be given back");
	ktap_ok(!grant_refs_put(&refs, GRANT_FRAME_REFS) &&
		!grant_refs_put(&refs, GRANT_REF_END),
		"nor one past the table");
	ktap_ok(refs.free == free && consistent(),
		"and nothing changed by trying");
}

static void lists(void)
{
	grant_ref_t head, other = GRANT_REF_END;
	unsigned int count = 0;
	int ref;

	fresh(2);
	ktap_ok(!grant_refs_take(&refs, 0, &head) && head == GRANT_REF_END,
		"a list of none is empty");
	ktap_ok(grant_refs_pop(&refs, &head) == -ENOSPC,
		"nothing can be taken off an empty list");

	grant_refs_take(&refs, 600, &head);
	ktap_ok(refs.free == USABLE + GRANT_FRAME_REFS - 600,
		"a list may span frames");
	while ((ref = grant_refs_pop(&refs, &head)) >= 0) {
		count++;
		grant_refs_push(&refs, &other, ref);
	}
	ktap_ok(count == 600, "all of a list can be taken off");
	ktap_ok(grant_refs_put_list(&refs, other) == 600,
		"and given back as another list");
	ktap_ok(refs.free == USABLE + GRANT_FRAME_REFS && consistent(),
		"after which there are as many as before");

	grant_refs_take(&refs, 3, &head);
	frame[0].next[9] = 8;
	ktap_ok(grant_refs_put_list(&refs, head) == 2,
		"a list that bites its tail comes to an end");
	ktap_ok(grant_refs_take(&refs, 2000, &head) == -ENOSPC && consistent(),
		"asking for more than there are takes none");
}

static void runs(void)
{
	grant_ref_t first, head, i;
	unsigned int free;

	fresh(3);
	free = refs.free;
	ktap_ok(!grant_refs_take_run(&refs, 700, &first) && first == 8,
		"a run may cross from frame to frame");
	ktap_ok(grant_refs_in_use(&refs, 8) && grant_refs_in_use(&refs, 707) &&
		!grant_refs_in_use(&refs, 708), "and is as long as was asked");
	ktap_ok(refs.free == free - 700 && consistent(), "and counted");
	ktap_ok(grant_refs_tail(&refs) == 3 * GRANT_FRAME_REFS - 708,
		"the tail is what follows it");
	for (i = 0; i < 700; i++)
		grant_refs_put(&refs, first + i);
	ktap_ok(refs.free == free && consistent(), "a run goes back one by one");

	/* Every second one in use: plenty are free, and no two in a row. */
	fresh(1);
	grant_refs_take(&refs, USABLE, &head);
	for (i = 9; i < GRANT_FRAME_REFS; i += 2)
		grant_refs_put(&refs, i);
	ktap_ok(grant_refs_take_run(&refs, 2, &first) == -ENOSPC &&
		refs.free == USABLE / 2, "there is no run among single ones");
	ktap_ok(grant_refs_tail(&refs) == 1, "the tail is one");
	grant_refs_add(&refs, &frame[1]);
	ktap_ok(!grant_refs_take_run(&refs, 2, &first) &&
		first == GRANT_FRAME_REFS - 1,
		"a frame more makes one, with the tail");
	ktap_ok(grant_refs_take_run(&refs, 0, &first) == -ENOSPC,
		"a run of none is refused");
}

static void endings(void)
{
	grant_ref_t head, ref;
	u32 gfn = 0;

	fresh(2);
	grant_refs_take(&refs, 600, &head);
	ktap_ok(grant_refs_ending(&refs, 0, &gfn) == GRANT_REF_END,
		"nothing waits for its end at first");
	ktap_ok(grant_refs_end(&refs, 600, 0xabcd) &&
		grant_refs_end(&refs, 20, 0x1234),
		"a reference in use can wait for its end");
	ktap_ok(!grant_refs_end(&refs, 20, 0x1234), "but only once");
	ktap_ok(!grant_refs_end(&refs, 900, 1), "a free one can't");
	ref = grant_refs_ending(&refs, 0, &gfn);
	ktap_ok(ref == 20 && gfn == 0x1234, "it is found with its frame");
	ref = grant_refs_ending(&refs, ref + 1, &gfn);
	ktap_ok(ref == 600 && gfn == 0xabcd, "and so is one in another frame");
	grant_refs_put(&refs, 20);
	ktap_ok(grant_refs_ending(&refs, 0, &gfn) == 600,
		"one that was given back waits no more");
}

/* A driver's life, many times over, in an order that nobody planned. */
static void churn(void)
{
	static bool mine[FRAMES * GRANT_FRAME_REFS];
	unsigned int round, free, i, twice = 0;
	grant_ref_t ref;

	fresh(FRAMES);
	free = refs.free;
	srand(1);
	for (round = 0; round < 20000; round++) {
		ref = rand() % ARRAY_SIZE(mine);
		if (mine[ref]) {
			mine[ref] = !grant_refs_put(&refs, ref);
		} else if (!grant_refs_take(&refs, 1, &ref)) {
			twice += mine[ref];
			mine[ref] = true;
		}
	}
	ktap_ok(!twice, "nobody gets what somebody else has");
	ktap_ok(consistent(), "the counts are right after much use");
	for (i = 0; i < ARRAY_SIZE(mine); i++)
		if (mine[i])
			grant_refs_put(&refs, i);
	ktap_ok(refs.free == free && consistent(), "and none is lost");
}

int main(void)
{
	growth();
	single();
	wrong_refs();
	lists();
	runs();
	endings();
	churn();
	return ktap_done();
}
