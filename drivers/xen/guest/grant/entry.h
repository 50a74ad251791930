/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One entry of a version 1 grant table: the guest writes the frame and the
 * domain, then the flags; the hypervisor sets and clears the reading and
 * writing flags while a peer uses the page.
 */
#ifndef XEN_GRANT_ENTRY_H
#define XEN_GRANT_ENTRY_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

#define GRANT_IN_USE	(GTF_reading | GTF_writing)

bool grant_entry_open(struct grant_entry_v1 *entry, domid_t domid,
		      unsigned long gfn, bool readonly);
bool grant_entry_close(struct grant_entry_v1 *entry);

#endif /* XEN_GRANT_ENTRY_H */
