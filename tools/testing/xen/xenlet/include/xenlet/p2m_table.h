/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stage 2 table as the code that switches guests and tears them down
 * sees it; everyone else wants p2m.h.
 */
#ifndef XENLET_P2M_TABLE_H
#define XENLET_P2M_TABLE_H

#include <xenlet/types.h>

#define P2M_GFN_BITS	28	/* 40-bit addresses */
#define P2M_GFN_LIMIT	(1ULL << P2M_GFN_BITS)
#define P2M_MAX_VMID	255

struct domain;

/**
 * struct p2m - stage 2 of a domain
 * @tables: below the root
 */
struct p2m {
	u64 *root;
	u64 tables;
	gfn_t max_gfn;
	unsigned int vmid;
};

/** p2m_vttbr() - root and VMID in the register's format */
static inline u64 p2m_vttbr(const struct p2m *p2m)
{
	return (u64)p2m->vmid << 48 | (uintptr_t)p2m->root;
}

/** p2m_destroy_some() - p2m_destroy() in steps of about @frames frames;
 * true: the tables are gone
 */
bool p2m_destroy_some(struct domain *d, unsigned int frames);

#endif /* XENLET_P2M_TABLE_H */
