// SPDX-License-Identifier: GPL-2.0
/*
 * Extended regions: addresses at which dom0 may map what is others', which
 * are RAM of the machine's and not its own. Stateless.
 */
#include <xenlet/dom0.h>
#include <xenlet/lib.h>

#define BLOCK	(2ULL << 20)
#define LEAST	(64ULL << 20)

static void add(struct dom0_regions *regions, u64 base, u64 end)
{
	base = ROUND_UP(base, BLOCK);
	end &= ~(BLOCK - 1);
	if (end <= base || end - base < LEAST || regions->nr == LAYOUT_BANKS)
		return;
	regions->region[regions->nr++] = (struct blob){ base, end - base };
}

/* Where the part of a bank that begins at @at ends, and if it is free. */
static u64 part_end(u64 at, u64 end, const struct blob *used,
		    unsigned int nr_used, bool *free)
{
	unsigned int i;

	*free = true;
	for (i = 0; i < nr_used; i++) {
		u64 base = used[i].base, stop = base + used[i].size;

		if (at >= base && at < stop) {
			*free = false;
			return stop;
		}
		if (base > at && base < end)
			end = base;
	}
	return end;
}

void extended_regions(const struct blob *ram, unsigned int nr_ram,
		      const struct blob *used, unsigned int nr_used,
		      struct dom0_regions *regions)
{
	unsigned int i;

	for (i = 0; i < nr_ram; i++) {
		u64 at = ram[i].base, end = at + ram[i].size, stop;
		bool free;

		for (; at < end; at = stop) {
			stop = part_end(at, end, used, nr_used, &free);
			if (free)
				add(regions, at, stop);
		}
	}
}
