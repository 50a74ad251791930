// SPDX-License-Identifier: GPL-2.0
/*
 * Reproducible data: a xorshift64* stream. The reader makes the same stream
 * again and compares every byte, so a block that is stale, swapped or zero
 * does not pass as a checksum of short data might.
 */
#include <string.h>

#include "init.h"

void pattern_start(struct pattern *p, uint64_t seed)
{
	p->state = seed ? seed : 1;
}

static uint64_t next_word(struct pattern *p)
{
	uint64_t x = p->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	p->state = x;
	return x * 0x2545f4914f6cdd1dull;
}

void pattern_fill(struct pattern *p, void *buf, size_t len)
{
	uint64_t *words = buf;
	size_t i;

	for (i = 0; i < len / sizeof(*words); i++)
		words[i] = next_word(p);
}

size_t pattern_check(struct pattern *p, const void *buf, size_t len)
{
	const uint64_t *words = buf;
	size_t i;

	for (i = 0; i < len / sizeof(*words); i++)
		if (words[i] != next_word(p))
			return i * sizeof(*words);
	return len;
}
