/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list of claimed ranges of machine memory, to find overlaps and what is
 * left free.
 */
#ifndef XENLET_RANGE_H
#define XENLET_RANGE_H

#include <xenlet/config.h>
#include <xenlet/types.h>

#define RANGE_MAX	128

/**
 * struct range - claimed memory
 * @shared: never written, so that another may claim exactly the same
 * @what: whose it is, for messages
 */
struct range {
	u64 base, end;
	bool shared;
	char what[48];
};

/** struct range_list - sorted by base, disjoint */
struct range_list {
	unsigned int nr;
	struct range range[RANGE_MAX];
};

/**
 * range_claim() - add [@base, @base + @size)
 * Return: NULL, or a range that it overlaps; a list that is full claims to
 * overlap its last one.
 */
const struct range *range_claim(struct range_list *list, u64 base, u64 size,
				bool shared, const char *what);

/** range_inside() - does [@base, @base + @size) lie within one of @banks */
bool range_inside(const struct blob *banks, unsigned int nr, u64 base,
		  u64 size);

/** range_free() - call @fn for each part of @bank that nobody claimed */
void range_free(const struct range_list *list, const struct blob *bank,
		void (*fn)(u64 base, u64 size));

#endif /* XENLET_RANGE_H */
