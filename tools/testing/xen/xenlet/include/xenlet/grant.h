/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grant tables (xen/grant_table.h), version 1.
 *
 * A pin is what Xen does when a domain maps or copies by grant: the entry is
 * validated, GTF_reading / GTF_writing are set by compare-and-swap, and the
 * frame gets a reference. The services pin directly; GNTTABOP_map_grant_ref
 * and GNTTABOP_copy are built on the same calls.
 */
#ifndef XENLET_GRANT_H
#define XENLET_GRANT_H

#include <xenlet/types.h>
#include <xen/xen.h>
#include <xen/grant_table.h>

struct domain;
struct page;

int grant_init(struct domain *d);
void grant_destroy(struct domain *d);

long grant_table_op(u32 cmd, gva_t uop, u32 count);

/**
 * struct grant_pin - access to one frame of another domain
 * @data: the frame's 4 KiB, as xenlet's pointer
 */
struct grant_pin {
	struct domain *owner;
	struct page *page;
	void *data;
	grant_ref_t ref;
	bool writable;
	bool active;
};

/**
 * grant_pin() - validate @ref of @owner for @user and pin its frame
 * Return: GNTST_okay or the GNTST_* that Xen gives
 */
int grant_pin(struct domain *owner, grant_ref_t ref, domid_t user, bool write,
	      struct grant_pin *pin);
/** grant_unpin() - drop the pin; the flags in the guest's entry are cleared
 * when the last pin of that kind goes. Safe on an inactive pin.
 */
void grant_unpin(struct grant_pin *pin);

/** grant_pin_count() - active pins of @d's entries, for the leak counters */
unsigned int grant_pin_count(struct domain *d);
/** grant_map_count() - frames of others that @d has mapped by grant */
unsigned int grant_map_count(struct domain *d);

/** grant_table_frame() - frame @idx of the table for XENMEM_add_to_physmap,
 * growing it as Xen does; NULL: beyond the limit
 */
struct page *grant_table_frame(struct domain *d, unsigned int idx);

/** grant_preset() - write an entry on the guest's behalf before it runs
 * (GNTTAB_RESERVED_CONSOLE, GNTTAB_RESERVED_XENSTORE)
 */
int grant_preset(struct domain *d, grant_ref_t ref, domid_t to, gfn_t gfn);

#endif /* XENLET_GRANT_H */
