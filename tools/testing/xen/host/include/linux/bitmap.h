/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header on the host: slow, and plainly right. */
#ifndef XEN_HOST_LINUX_BITMAP_H
#define XEN_HOST_LINUX_BITMAP_H

#include <limits.h>
#include <stdbool.h>

#define BITS_PER_LONG	(sizeof(long) * CHAR_BIT)
#define BITS_TO_LONGS(bits) \
	(((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) \
	unsigned long name[BITS_TO_LONGS(bits)]

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return map[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG) & 1;
}

static inline void __set_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= 1UL << (nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~(1UL << (nr % BITS_PER_LONG));
}

static inline bool __test_and_set_bit(unsigned long nr, unsigned long *map)
{
	bool old = test_bit(nr, map);

	__set_bit(nr, map);
	return old;
}

static inline void bitmap_set(unsigned long *map, unsigned int start,
			      unsigned int count)
{
	while (count--)
		__set_bit(start++, map);
}

static inline unsigned int bitmap_weight(const unsigned long *map,
					 unsigned int bits)
{
	unsigned int weight = 0;

	while (bits--)
		weight += test_bit(bits, map);
	return weight;
}

static inline unsigned long find_bit_that_is(const unsigned long *map,
					     unsigned long size,
					     unsigned long from, bool is)
{
	while (from < size && test_bit(from, map) != is)
		from++;
	return from < size ? from : size;
}

static inline unsigned long find_next_bit(const unsigned long *map,
					  unsigned long size,
					  unsigned long from)
{
	return find_bit_that_is(map, size, from, true);
}

static inline unsigned long find_next_zero_bit(const unsigned long *map,
					       unsigned long size,
					       unsigned long from)
{
	return find_bit_that_is(map, size, from, false);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map,
						unsigned long size)
{
	return find_next_zero_bit(map, size, 0);
}

static inline unsigned long find_last_bit(const unsigned long *map,
					  unsigned long size)
{
	unsigned long bit = size;

	while (bit--)
		if (test_bit(bit, map))
			return bit;
	return size;
}

#endif /* XEN_HOST_LINUX_BITMAP_H */
