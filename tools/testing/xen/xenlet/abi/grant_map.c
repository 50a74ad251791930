// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping by grant: handles and their stage 2 entries.
 *
 * Owns the mappings of every table. Monitor lock held. A mapping holds a pin
 * on the owner's entry; its stage 2 entry holds a reference of its own on
 * the frame. A handle whose owner is gone has no pin any more, only the
 * stage 2 entry.
 */
#include "grant.h"

#include <xenlet/p2m.h>
#include <xenlet/page.h>

static struct mapping *find_mapping(struct grant_table *table, grant_handle_t h)
{
	if (h / MAPPINGS_PER_BUCKET >= table->nr_buckets)
		return NULL;
	return &table->buckets[h / MAPPINGS_PER_BUCKET]
			      [h % MAPPINGS_PER_BUCKET];
}

static bool add_bucket(struct grant_table *table)
{
	grant_handle_t first = table->nr_buckets * MAPPINGS_PER_BUCKET;
	struct mapping *bucket;
	unsigned int i;

	if (table->nr_buckets == MAPPING_BUCKETS)
		return false;
	bucket = heap_alloc(MAPPINGS_PER_BUCKET * sizeof(*bucket));
	if (!bucket)
		return false;
	for (i = 0; i < MAPPINGS_PER_BUCKET - 1; i++)
		bucket[i].next_free = first + i + 1;
	bucket[i].next_free = NO_HANDLE;
	table->buckets[table->nr_buckets++] = bucket;
	table->free = first;
	return true;
}

static grant_handle_t take_handle(struct grant_table *table)
{
	grant_handle_t handle;

	if (table->free == NO_HANDLE && !add_bucket(table))
		return NO_HANDLE;
	handle = table->free;
	table->free = find_mapping(table, handle)->next_free;
	return handle;
}

static void give_handle(struct grant_table *table, grant_handle_t handle)
{
	struct mapping *mapping = find_mapping(table, handle);

	*mapping = (struct mapping){ .next_free = table->free };
	table->free = handle;
}

/* What ARM can map: into the guest's physical space, nothing else. */
static int check_flags(u32 flags)
{
	if (!(flags & (GNTMAP_device_map | GNTMAP_host_map)))
		return GNTST_bad_gntref;
	if (flags & (GNTMAP_device_map | GNTMAP_application_map |
		     GNTMAP_contains_pte))
		return GNTST_general_error;
	return GNTST_okay;
}

static enum p2m_type grant_type(bool writable)
{
	return writable ? P2M_GRANT_RW : P2M_GRANT_RO;
}

/* Consumes nothing on failure; on success the pin lives in the handle. */
static int insert(struct domain *d, struct gnttab_map_grant_ref *op,
		  const struct grant_pin *pin)
{
	struct mapping *mapping = find_mapping(d->grants, op->handle);
	paddr_t pa = page_to_paddr(pin->page);

	if (op->flags & ~(GNTMAP_host_map | GNTMAP_readonly))
		return GNTST_general_error;
	page_get(pin->page);
	if (p2m_map(d, op->host_addr >> PAGE_SHIFT, pa, 0,
		    grant_type(pin->writable))) {
		page_put(pin->page);
		return GNTST_general_error;
	}
	*mapping = (struct mapping){
		.owner = pin->owner, .page = pin->page, .ref = pin->ref,
		.writable = pin->writable, .next_free = NO_HANDLE,
	};
	d->grants->maps++;
	op->dev_bus_addr = pa;
	return GNTST_okay;
}

static int map(struct domain *d, struct gnttab_map_grant_ref *op)
{
	struct domain *owner;
	struct grant_pin pin;
	int status;

	status = check_flags(op->flags);
	if (status != GNTST_okay)
		return status;
	owner = domain_by_id(op->dom);
	if (!owner)
		return GNTST_bad_domain;
	op->handle = take_handle(d->grants);
	if (op->handle == NO_HANDLE)
		return GNTST_no_space;
	status = grant_pin(owner, op->ref, d->domid,
			   !(op->flags & GNTMAP_readonly), &pin);
	if (status == GNTST_okay) {
		status = insert(d, op, &pin);
		if (status != GNTST_okay)
			grant_unpin(&pin);
	}
	if (status != GNTST_okay)
		give_handle(d->grants, op->handle);
	return status;
}

int grant_map(void *arg)
{
	struct gnttab_map_grant_ref *op = arg;

	op->status = map(current_domain(), op);
	return 0;
}

static void drop_mapping(struct grant_table *table, grant_handle_t handle)
{
	struct mapping *mapping = find_mapping(table, handle);

	if (mapping->owner)
		grant_release(mapping->owner, mapping->ref, mapping->writable);
	table->maps--;
	give_handle(table, handle);
}

/* Address 0 means "not this one": as on Xen, nothing is undone then. */
static int unmap(struct domain *d, grant_handle_t handle, gpa_t addr,
		 u64 bus_addr)
{
	struct mapping *mapping = find_mapping(d->grants, handle);
	struct p2m_entry entry;

	if (!mapping || !mapping->page)
		return GNTST_bad_handle;
	if (bus_addr && bus_addr != page_to_paddr(mapping->page))
		return GNTST_general_error;
	if (!addr)
		return GNTST_okay;
	/*
	 * The frame may be mapped twice: a writable pin must not go for a
	 * read-only mapping and leave the writable one behind.
	 */
	entry = p2m_lookup(d, addr >> PAGE_SHIFT);
	if (entry.type != grant_type(mapping->writable) ||
	    entry.pa != page_to_paddr(mapping->page) ||
	    p2m_unmap(d, addr >> PAGE_SHIFT))
		return GNTST_general_error;
	drop_mapping(d->grants, handle);
	return GNTST_okay;
}

int grant_unmap(void *arg)
{
	struct gnttab_unmap_grant_ref *op = arg;

	op->status = unmap(current_domain(), op->handle, op->host_addr,
			   op->dev_bus_addr);
	return 0;
}

/* There is no second mapping that ARM could put in its place. */
int grant_unmap_and_replace(void *arg)
{
	struct gnttab_unmap_and_replace *op = arg;

	op->status = op->new_addr ? GNTST_general_error :
		     unmap(current_domain(), op->handle, op->host_addr, 0);
	return 0;
}

unsigned int grant_map_count(struct domain *d)
{
	return d->grants ? d->grants->maps : 0;
}

bool mapping_of_page(struct domain *d, const struct page *page)
{
	struct grant_table *table = d->grants;
	grant_handle_t handle;
	struct mapping *mapping;

	for (handle = 0; (mapping = find_mapping(table, handle)); handle++)
		if (mapping->page == page)
			return true;
	return false;
}

/* p2m_destroy() drops the stage 2 entries and their references. */
void mappings_destroy(struct domain *d)
{
	struct grant_table *table = d->grants;
	struct mapping *mapping;
	grant_handle_t handle;
	unsigned int i;

	for (handle = 0; (mapping = find_mapping(table, handle)); handle++)
		if (mapping->page)
			drop_mapping(table, handle);
	for (i = 0; i < table->nr_buckets; i++)
		heap_free(table->buckets[i]);
	table->nr_buckets = 0;
}

void mappings_forget_owner(struct domain *d)
{
	struct list_node *pos;

	list_for_each(pos, grant_tables()) {
		struct grant_table *table;
		struct mapping *mapping;
		grant_handle_t handle;

		table = list_entry(pos, struct grant_table, link);
		for (handle = 0; (mapping = find_mapping(table, handle)); handle++)
			if (mapping->owner == d)
				mapping->owner = NULL;
	}
}
