// SPDX-License-Identifier: GPL-2.0
/*
 * Granting access to a page and ending it.
 *
 * There is no function that tells whether a grant is in use: the answer would
 * be old when the caller acts on it. A grant is ended, or it is not.
 *
 * Any context.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/export.h>
#include <linux/mm.h>

#include "entry.h"
#include "table.h"
#include "trace.h"

/**
 * grant_entry() - the entry of a reference
 * @table: the table
 * @ref: the reference
 *
 * Return: NULL, after a warning, if the table has no such reference.
 */
struct grant_entry_v1 *grant_entry(struct grant_table *table, grant_ref_t ref)
{
	if (WARN_ON_ONCE(ref >= grant_refs_size(&table->refs)))
		return NULL;
	return table->entries + ref;
}

/**
 * gnttab_grant_foreign_access_ref() - grant access through a reference
 * @ref: a reference that the caller took
 * @domid: the peer
 * @frame: the 4 KiB frame
 * @readonly: whether the peer may only read it
 */
void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t domid,
				     unsigned long frame, int readonly)
{
	struct grant_entry_v1 *entry = grant_entry(&xen_grants, ref);

	if (!entry)
		return;
	if (!grant_entry_open(entry, domid, frame, readonly))
		WARN_ONCE(1, "frame %#lx is out of a grant's reach", frame);
	trace_xen_grant_open(ref, domid, frame, readonly);
}
EXPORT_SYMBOL_GPL(gnttab_grant_foreign_access_ref);

/**
 * gnttab_grant_foreign_access() - take a reference and grant access
 * @domid: the peer
 * @frame: the 4 KiB frame
 * @readonly: whether the peer may only read it
 *
 * Return: the reference, or -ENOSPC.
 */
int gnttab_grant_foreign_access(domid_t domid, unsigned long frame,
				int readonly)
{
	grant_ref_t ref;
	int err;

	err = gnttab_alloc_grant_references(1, &ref);
	if (err)
		return err;
	gnttab_grant_foreign_access_ref(ref, domid, frame, readonly);
	return ref;
}
EXPORT_SYMBOL_GPL(gnttab_grant_foreign_access);

static bool end_access(grant_ref_t ref)
{
	struct grant_entry_v1 *entry = grant_entry(&xen_grants, ref);
	bool closed = entry && grant_entry_close(entry);

	trace_xen_grant_close(ref, closed);
	return closed;
}

/**
 * gnttab_end_foreign_access_ref() - end a grant and keep its reference
 * @ref: the reference
 *
 * Return: 1 if the peer can't reach the page any more, 0 if it is using it.
 */
int gnttab_end_foreign_access_ref(grant_ref_t ref)
{
	if (end_access(ref))
		return 1;
	pr_warn_ratelimited("reference %u is still in use by its peer\n", ref);
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_end_foreign_access_ref);

/**
 * gnttab_try_end_foreign_access() - end a grant and give its reference back
 * @ref: the reference
 *
 * Return: 1 if so, 0 if the peer is using the page: nothing changed.
 */
int gnttab_try_end_foreign_access(grant_ref_t ref)
{
	if (!end_access(ref))
		return 0;
	grant_ref_put(&xen_grants, ref);
	return 1;
}
EXPORT_SYMBOL_GPL(gnttab_try_end_foreign_access);

/**
 * gnttab_end_foreign_access() - end a grant now, or once the peer lets go
 * @ref: the reference, which is the caller's no more
 * @page: the caller's reference to the granted page, dropped once the peer
 *	can't reach the page; or NULL, and then the page is held by a reference
 *	of its own for as long as the peer uses it
 */
void gnttab_end_foreign_access(grant_ref_t ref, struct page *page)
{
	if (!gnttab_try_end_foreign_access(ref))
		grant_reclaim_later(&xen_grants, ref, page);
	else if (page)
		put_page(page);
}
EXPORT_SYMBOL_GPL(gnttab_end_foreign_access);
