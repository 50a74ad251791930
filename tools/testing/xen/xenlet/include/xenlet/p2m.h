/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a domain's guest frame numbers stand for. The stage 2 table is the
 * only store: the type sits in the descriptors' software bits.
 *
 * All calls need the monitor lock. TLB maintenance is inside and broadcast:
 * when a call returns, no CPU can use the old translation.
 */
#ifndef XENLET_P2M_H
#define XENLET_P2M_H

#include <xenlet/types.h>

struct domain;

enum p2m_type {
	P2M_NONE,	/* nothing there: access faults */
	P2M_RAM_RW,	/* the domain's own frame */
	P2M_RAM_RO,	/* the domain's own frame, read only */
	P2M_SHARED_RW,	/* xenlet's frame: shared info, grant table */
	P2M_GRANT_RW,	/* another domain's frame, mapped by grant */
	P2M_GRANT_RO,
	P2M_FOREIGN_RW,	/* another domain's frame, mapped by privilege */
	P2M_MMIO,	/* device memory */
};

struct p2m_entry {
	enum p2m_type type;
	paddr_t pa;	/* of the 4 KiB frame looked up */
	unsigned int order;	/* of the mapping it is part of */
};

int p2m_init(struct domain *d);
/** p2m_destroy() - drop all mappings, their references and the tables */
void p2m_destroy(struct domain *d);

/**
 * p2m_map() - map 2^order frames at @gfn, replacing what was there
 *
 * The caller's reference on each frame passes to the mapping; p2m_unmap(),
 * a replacement or p2m_destroy() drops it (P2M_MMIO has none).
 *
 * Return: 0, -ENOMEM without side effects, also when the domain has as many
 * tables as it may have, -EINVAL for a gfn out of range
 * (the guest's address space is 40 bits wide).
 */
int p2m_map(struct domain *d, gfn_t gfn, paddr_t pa, unsigned int order,
	    enum p2m_type type);

/** p2m_unmap() - remove one 4 KiB frame; -ENOENT if nothing was there */
int p2m_unmap(struct domain *d, gfn_t gfn);

/** p2m_lookup() - what is at @gfn; .type is P2M_NONE for nothing */
struct p2m_entry p2m_lookup(struct domain *d, gfn_t gfn);

/** p2m_max_gfn() - the highest gfn that was ever mapped, for
 * XENMEM_maximum_gpfn
 */
gfn_t p2m_max_gfn(struct domain *d);

static inline bool p2m_is_ram(enum p2m_type t)
{
	return t == P2M_RAM_RW || t == P2M_RAM_RO;
}

static inline bool p2m_is_writable(enum p2m_type t)
{
	return t == P2M_RAM_RW || t == P2M_SHARED_RW || t == P2M_GRANT_RW ||
	       t == P2M_FOREIGN_RW;
}

#endif /* XENLET_P2M_H */
