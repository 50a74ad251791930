// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkfront's cutting of memory into segments: whatever the block layer
 * hands over, the backend must see each byte once, in order, and nothing
 * beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#include "../../../../drivers/xen/blkfront/split.c"

#define FRAMES		64
#define SECTORS		(FRAMES * 8)
#define MAX_RUNS	40

struct segment {
	unsigned long gfn;
	unsigned int first, last;
};

/* A request of random runs, and what the frontend would put on the ring. */
static unsigned int cut_all(struct blkfront_run *runs, unsigned int nr,
			    struct segment *segs)
{
	struct blkfront_cutter cutter = {};
	struct blkfront_cut cut;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		while (blkfront_cut_next(&cutter, &runs[i], &cut)) {
			struct segment *seg = &segs[cutter.nr - 1];

			if (!cut.extends) {
				seg->gfn = cut.gfn;
				seg->first = cut.first_sect;
			}
			seg->last = cut.last_sect;
		}
	}
	return cutter.nr;
}

static unsigned int walk_runs(const struct blkfront_run *runs,
			      unsigned int nr, unsigned int *out)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < nr; i++)
		for (j = 0; j < runs[i].len / 512; j++)
			out[n++] = runs[i].gfn * 8 + runs[i].offset / 512 + j;
	return n;
}

static unsigned int walk_segments(const struct segment *segs,
				  unsigned int nr, unsigned int *out)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < nr; i++)
		for (j = segs[i].first; j <= segs[i].last; j++)
			out[n++] = segs[i].gfn * 8 + j;
	return n;
}

static unsigned int make_runs(struct blkfront_run *runs)
{
	unsigned int nr = 1 + rand() % MAX_RUNS, at = rand() % SECTORS, i;

	for (i = 0; i < nr; i++) {
		unsigned int len = 1 + rand() % 20;

		/* Half of them go on where the last one ended. */
		if (rand() & 1 || at + len > SECTORS)
			at = rand() % (SECTORS - 20);
		runs[i].gfn = at / 8;
		runs[i].offset = at % 8 * 512;
		runs[i].len = len * 512;
		at += len;
	}
	return nr;
}

static void test_random(void)
{
	static unsigned int want[MAX_RUNS * 20], got[MAX_RUNS * 20 + 8];
	bool same = true, inside = true, packed = true;
	static struct segment segs[MAX_RUNS * 4];
	struct blkfront_run runs[MAX_RUNS];
	unsigned int round, i;

	srand(3);
	for (round = 0; round < 20000; round++) {
		unsigned int nr = make_runs(runs), nr_segs, n;

		n = walk_runs(runs, nr, want);
		nr_segs = cut_all(runs, nr, segs);
		for (i = 0; i < nr_segs; i++) {
			inside &= segs[i].first <= segs[i].last &&
				  segs[i].last < 8;
			packed &= !i || segs[i].gfn != segs[i - 1].gfn ||
				  segs[i].first != segs[i - 1].last + 1;
		}
		same &= walk_segments(segs, nr_segs, got) == n &&
			!memcmp(want, got, n * sizeof(*want));
	}
	ktap_ok(same, "the backend sees each sector once, in order");
	ktap_ok(inside, "no segment leaves its frame or is empty");
	ktap_ok(packed, "what touches within a frame is one segment");
}

static void test_pieces(void)
{
	unsigned int segs, max;
	bool enough = true, minimal = true;

	for (max = 1; max <= 64; max++) {
		for (segs = 0; segs <= 600; segs++) {
			unsigned int n = blkfront_split_pieces(segs, max);

			enough &= n * max >= segs && n >= 1;
			minimal &= n == 1 || (n - 1) * max < segs;
		}
	}
	ktap_ok(enough, "the pieces carry all segments");
	ktap_ok(minimal, "and none is one too many");
}

static void test_indirect(void)
{
	unsigned int segs;
	bool right = true;

	for (segs = 12; segs <= 4096; segs++) {
		unsigned int pages = blkfront_split_indirect(segs);

		right &= pages * 512 >= segs && (pages - 1) * 512 < segs &&
			 pages <= BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST;
	}
	ktap_ok(right, "as many indirect pages as needed, never more than fit");
	ktap_ok(!blkfront_split_indirect(BLKIF_MAX_SEGMENTS_PER_REQUEST),
		"none for what the ring request holds itself");
}

int main(void)
{
	test_random();
	test_pieces();
	test_indirect();
	return ktap_done();
}
