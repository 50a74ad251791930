// SPDX-License-Identifier: GPL-2.0
/* Ranges of bytes as grants, for pages of 4, 16 and 64 KiB. */
#include <linux/kernel.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/grant/range.h"

static const unsigned int page_sizes[] = { 4096, 16384, 65536 };

/* Cut a range; return the number of grants, or 0 if any of them is wrong. */
static unsigned int cut(unsigned int page_size, unsigned int offset,
			unsigned int len, unsigned int *bytes)
{
	struct grant_range range, chunk;
	unsigned long at = 100 * 4096UL + offset;
	unsigned int count = 0;

	*bytes = 0;
	range = grant_range_in_page(100, page_size, offset, len);
	while (grant_range_next(&range, &chunk)) {
		if (chunk.gfn * 4096 + chunk.offset != at || !chunk.len ||
		    chunk.offset + chunk.len > 4096)
			return 0;
		at += chunk.len;
		*bytes += chunk.len;
		count++;
	}
	return count;
}

static void one_size(unsigned int size)
{
	unsigned int kib = size / 1024, bytes;

	ktap_ok(cut(size, 0, size, &bytes) == size / 4096 && bytes == size,
		"a page of %u KiB is %u grants", kib, size / 4096);
	ktap_ok(cut(size, 17, 100, &bytes) == 1 && bytes == 100,
		"%u KiB: a short range is one grant", kib);
	ktap_ok(cut(size, size - 1, 100, &bytes) == 1 && bytes == 1,
		"%u KiB: a range ends with its page", kib);
	ktap_ok(!cut(size, 0, 0, &bytes), "%u KiB: no bytes, no grant", kib);
	ktap_ok(!cut(size, size, 1, &bytes) && !cut(size, ~0U, 1, &bytes),
		"%u KiB: nothing starts behind the page", kib);
	if (size > 4096)
		ktap_ok(cut(size, 4095, 4098, &bytes) == 3 && bytes == 4098,
			"%u KiB: a range may touch three grants", kib);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(page_sizes); i++)
		one_size(page_sizes[i]);
	return ktap_done();
}
