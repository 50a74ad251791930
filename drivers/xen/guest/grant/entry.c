// SPDX-License-Identifier: GPL-2.0
/*
 * One entry of a version 1 grant table: opened by three writes in order,
 * closed by one compare-and-exchange.
 *
 * The owner of a reference is the only one in the guest to touch its entry;
 * the hypervisor changes the flags at any time while a grant is open.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>

#include <asm/barrier.h>
#include <asm/sync_bitops.h>

#include "entry.h"

/**
 * grant_entry_open() - let a domain access a frame
 * @entry: an entry that is closed
 * @domid: the domain
 * @gfn: the 4 KiB frame, in the guest's own address space
 * @readonly: whether the domain may only read it
 *
 * Any context.
 *
 * Return: false, with the entry still closed, if an entry of this version
 * can't hold @gfn.
 */
bool grant_entry_open(struct grant_entry_v1 *entry, domid_t domid,
		      unsigned long gfn, bool readonly)
{
	if (gfn != (u32)gfn)
		return false;

	WRITE_ONCE(entry->domid, domid);
	WRITE_ONCE(entry->frame, gfn);
	/*
	 * An entry whose flags say that it is open is complete: pairs with
	 * the hypervisor's read of the flags before the rest.
	 */
	virt_wmb();
	WRITE_ONCE(entry->flags,
		   GTF_permit_access | (readonly ? GTF_readonly : 0));
	return true;
}

/**
 * grant_entry_close() - take the access back, if nobody is using it
 * @entry: an entry
 *
 * Looking and closing is one step: whoever looks first and closes later gives
 * a peer the time to map the page in between, and then frees a page that the
 * peer can still write.
 *
 * Any context. The exchange is a full barrier: what the peer wrote before it
 * let go is visible when this returns true.
 *
 * Return: true if the domain can't reach the frame any more; false if it is
 * using it, in which case the grant stays open.
 */
bool grant_entry_close(struct grant_entry_v1 *entry)
{
	u16 seen, flags = READ_ONCE(entry->flags);

	for (;;) {
		if (flags & GRANT_IN_USE)
			return false;
		seen = sync_cmpxchg(&entry->flags, flags, (u16)0);
		if (seen == flags)
			return true;
		flags = seen;
	}
}
