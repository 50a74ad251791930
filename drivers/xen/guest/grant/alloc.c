// SPDX-License-Identifier: GPL-2.0
/*
 * Taking and giving back references, for drivers.
 *
 * Every function may be called from any context. A private list belongs to
 * who took it, who alone may take from it and put onto it.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/export.h>

#include "table.h"

/*
 * Run the callbacks that waited for as many references as there are now.
 * They run under the lock: after gnttab_cancel_free_callback() none is
 * running, and none may call back into this layer.
 */
static void wake_waiters(struct grant_table *table)
{
	struct gnttab_free_callback **link = &table->waiters;
	struct gnttab_free_callback *waiter;

	while ((waiter = *link)) {
		if (table->refs.free < waiter->count) {
			link = &waiter->next;
			continue;
		}
		*link = waiter->next;
		waiter->next = NULL;
		waiter->fn(waiter->arg);
	}
}

/**
 * grant_ref_put() - give one reference back
 * @table: the table
 * @ref: the reference, whose entry is closed
 */
void grant_ref_put(struct grant_table *table, grant_ref_t ref)
{
	unsigned long flags;
	bool known;

	spin_lock_irqsave(&table->lock, flags);
	known = grant_refs_put(&table->refs, ref);
	wake_waiters(table);
	spin_unlock_irqrestore(&table->lock, flags);

	WARN_ONCE(!known, "reference %u given back, which nobody had", ref);
}

/**
 * gnttab_alloc_grant_references() - reserve references as a private list
 * @count: how many
 * @head: the list's head
 *
 * Return: 0, or -ENOSPC with nothing reserved.
 */
int gnttab_alloc_grant_references(u16 count, grant_ref_t *head)
{
	struct grant_table *table = &xen_grants;
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&table->lock, flags);
	if (count > table->refs.free)
		err = grant_table_grow(table, count - table->refs.free);
	if (!err)
		err = grant_refs_take(&table->refs, count, head);
	spin_unlock_irqrestore(&table->lock, flags);
	return err ? -ENOSPC : 0;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_grant_references);

/**
 * gnttab_alloc_grant_reference_seq() - reserve consecutive references
 * @count: how many
 * @first: the lowest of them
 *
 * Return: 0, or -ENOSPC with nothing reserved.
 */
int gnttab_alloc_grant_reference_seq(unsigned int count, grant_ref_t *first)
{
	struct grant_table *table = &xen_grants;
	struct grant_refs *refs = &table->refs;
	unsigned long flags;
	int err;

	spin_lock_irqsave(&table->lock, flags);
	err = grant_refs_take_run(refs, count, first);
	if (err && count > grant_refs_tail(refs)) {
		err = grant_table_grow(table, count - grant_refs_tail(refs));
		if (!err)
			err = grant_refs_take_run(refs, count, first);
	}
	spin_unlock_irqrestore(&table->lock, flags);
	return err ? -ENOSPC : 0;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_grant_reference_seq);

/** gnttab_free_grant_reference() - give back @ref, whose entry is closed */
void gnttab_free_grant_reference(grant_ref_t ref)
{
	grant_ref_put(&xen_grants, ref);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_reference);

/** gnttab_free_grant_references() - give back the private list at @head */
void gnttab_free_grant_references(grant_ref_t head)
{
	struct grant_table *table = &xen_grants;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	grant_refs_put_list(&table->refs, head);
	wake_waiters(table);
	spin_unlock_irqrestore(&table->lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_references);

/**
 * gnttab_free_grant_reference_seq() - give back consecutive references
 * @head: the lowest
 * @count: how many
 */
void gnttab_free_grant_reference_seq(grant_ref_t head, unsigned int count)
{
	while (count--)
		grant_ref_put(&xen_grants, head + count);
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_reference_seq);

/** gnttab_empty_grant_references() - is the list at @private_head empty */
int gnttab_empty_grant_references(const grant_ref_t *private_head)
{
	return *private_head == GRANT_REF_END;
}
EXPORT_SYMBOL_GPL(gnttab_empty_grant_references);

/**
 * gnttab_claim_grant_reference() - take one off a private list
 * @private_head: the list's head
 *
 * Return: the reference, or -ENOSPC if the list is empty.
 */
int gnttab_claim_grant_reference(grant_ref_t *private_head)
{
	return grant_refs_pop(&xen_grants.refs, private_head);
}
EXPORT_SYMBOL_GPL(gnttab_claim_grant_reference);

/**
 * gnttab_release_grant_reference() - put one onto a private list
 * @private_head: the list's head
 * @release: a reference in use, whose entry is closed
 */
void gnttab_release_grant_reference(grant_ref_t *private_head,
				    grant_ref_t release)
{
	WARN_ON_ONCE(!grant_refs_push(&xen_grants.refs, private_head,
				      release));
}
EXPORT_SYMBOL_GPL(gnttab_release_grant_reference);

static bool is_waiting(const struct grant_table *table,
		       const struct gnttab_free_callback *callback)
{
	const struct gnttab_free_callback *waiter;

	for (waiter = table->waiters; waiter; waiter = waiter->next)
		if (waiter == callback)
			return true;
	return false;
}

/**
 * gnttab_request_free_callback() - be told when references are free
 * @callback: the caller's, until @fn ran or it was cancelled
 * @fn: called once, with interrupts off; at once if there are enough. It must
 *	not call this layer.
 * @arg: for @fn
 * @count: how many references to wait for
 */
void gnttab_request_free_callback(struct gnttab_free_callback *callback,
				  void (*fn)(void *), void *arg, u16 count)
{
	struct grant_table *table = &xen_grants;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	if (!is_waiting(table, callback)) {
		callback->fn = fn;
		callback->arg = arg;
		callback->count = count;
		callback->next = table->waiters;
		table->waiters = callback;
		wake_waiters(table);
	}
	spin_unlock_irqrestore(&table->lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_request_free_callback);

/**
 * gnttab_cancel_free_callback() - be told no more
 * @callback: as registered; when this returns it isn't running and won't
 */
void gnttab_cancel_free_callback(struct gnttab_free_callback *callback)
{
	struct grant_table *table = &xen_grants;
	struct gnttab_free_callback **link;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	for (link = &table->waiters; *link; link = &(*link)->next) {
		if (*link == callback) {
			*link = callback->next;
			callback->next = NULL;
			break;
		}
	}
	spin_unlock_irqrestore(&table->lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_cancel_free_callback);
