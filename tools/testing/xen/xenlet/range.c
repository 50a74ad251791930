// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of machine memory. Stateless; a list belongs to its caller.
 */
#include <xenlet/lib.h>
#include <xenlet/range.h>

const struct range *range_claim(struct range_list *list, u64 base, u64 size,
				bool shared, const char *what)
{
	u64 end = base + size;
	unsigned int i;

	if (list->nr == RANGE_MAX)
		return &list->range[RANGE_MAX - 1];
	for (i = 0; i < list->nr && list->range[i].end <= base; i++)
		;
	if (i < list->nr && list->range[i].base < end) {
		const struct range *r = &list->range[i];

		return shared && r->shared && r->base == base &&
			r->end == end ? NULL : r;
	}

	memmove(&list->range[i + 1], &list->range[i],
		(list->nr - i) * sizeof(list->range[0]));
	list->range[i].base = base;
	list->range[i].end = end;
	list->range[i].shared = shared;
	snprintf(list->range[i].what, sizeof(list->range[i].what), "%s", what);
	list->nr++;
	return NULL;
}

bool range_inside(const struct blob *banks, unsigned int nr, u64 base,
		  u64 size)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 offset = base - banks[i].base;

		if (base >= banks[i].base && offset <= banks[i].size &&
		    size <= banks[i].size - offset)
			return true;
	}
	return false;
}

void range_free(const struct range_list *list, const struct blob *bank,
		void (*fn)(u64 base, u64 size))
{
	u64 base = bank->base, end = bank->base + bank->size;
	unsigned int i;

	for (i = 0; i < list->nr && base < end; i++) {
		const struct range *r = &list->range[i];

		if (r->end <= base || r->base >= end)
			continue;
		if (r->base > base)
			fn(base, r->base - base);
		base = r->end;
	}
	if (base < end)
		fn(base, end - base);
}
