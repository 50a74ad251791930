// SPDX-License-Identifier: GPL-2.0
/*
 * The tables themselves, and GRANT_TABLE_OP.
 *
 * Owns d->grants and the list of all tables. Monitor lock held. A table only
 * grows. Destroying one comes after the services let go of the domain; what
 * other domains still have mapped stays theirs until they unmap it.
 */
#include "grant.h"

#include <xenlet/page.h>

static struct {
	struct list_node tables;
} grants = { { &grants.tables, &grants.tables } };

struct list_node *grant_tables(void)
{
	return &grants.tables;
}

struct grant_entry_v1 *grant_entry(struct grant_table *table, grant_ref_t ref)
{
	unsigned int frame = ref / ENTRIES_PER_FRAME;

	if (frame >= table->nr_frames)
		return NULL;
	return (struct grant_entry_v1 *)page_to_ptr(table->frames[frame]) +
	       ref % ENTRIES_PER_FRAME;
}

struct active *grant_active(struct grant_table *table, grant_ref_t ref)
{
	return &table->active[ref / ENTRIES_PER_FRAME][ref % ENTRIES_PER_FRAME];
}

static int add_frame(struct grant_table *table)
{
	unsigned int n = table->nr_frames;
	struct active *active;
	struct page *page;

	active = heap_alloc(ENTRIES_PER_FRAME * sizeof(*active));
	if (!active)
		return -XEN_ENOMEM;
	page = page_alloc(NULL, 0);
	if (!page) {
		heap_free(active);
		return -XEN_ENOMEM;
	}
	table->active[n] = active;
	table->frames[n] = page;
	table->gfns[n] = GFN_INVALID;
	table->nr_frames++;
	return 0;
}

int grant_grow(struct domain *d, unsigned int frames)
{
	struct grant_table *table = d->grants;

	if (frames > GRANT_MAX_FRAMES)
		return -XEN_EINVAL;
	while (table->nr_frames < frames) {
		int ret = add_frame(table);

		if (ret)
			return ret;
	}
	return 0;
}

struct page *grant_table_frame(struct domain *d, unsigned int idx)
{
	if (idx >= GRANT_MAX_FRAMES || grant_grow(d, idx + 1))
		return NULL;
	return d->grants->frames[idx];
}

int grant_init(struct domain *d)
{
	struct grant_table *table = heap_alloc(sizeof(*table));

	if (!table)
		return -XEN_ENOMEM;
	table->domain = d;
	table->free = NO_HANDLE;
	list_add_tail(&table->link, &grants.tables);
	d->grants = table;
	return grant_grow(d, 1);
}

/*
 * Frames that others have mapped are no longer @d's to account for: they
 * are xenlet's until the last mapping goes.
 */
static void disown_active(struct domain *d, struct active *active)
{
	if (active->page->owner == d) {
		active->page->owner = NULL;
		d->pages--;
	}
	page_put(active->page);
	active->page = NULL;
}

static void destroy_frame(struct domain *d, unsigned int n)
{
	struct grant_table *table = d->grants;
	unsigned int i;

	for (i = 0; i < ENTRIES_PER_FRAME; i++)
		if (table->active[n][i].page)
			disown_active(d, &table->active[n][i]);
	heap_free(table->active[n]);
	page_put(table->frames[n]);
}

void grant_destroy(struct domain *d)
{
	struct grant_table *table = d->grants;
	unsigned int i;

	if (!table)
		return;
	mappings_destroy(d);
	mappings_forget_owner(d);
	for (i = 0; i < table->nr_frames; i++)
		destroy_frame(d, i);
	list_del(&table->link);
	heap_free(table);
	d->grants = NULL;
}

int grant_preset(struct domain *d, grant_ref_t ref, domid_t to, gfn_t gfn)
{
	struct grant_entry_v1 *entry;
	int ret;

	ret = grant_grow(d, ref / ENTRIES_PER_FRAME + 1);
	if (ret)
		return ret;
	entry = grant_entry(d->grants, ref);
	entry->domid = to;
	entry->frame = gfn;
	__atomic_store_n(&entry->flags, GTF_permit_access, __ATOMIC_RELEASE);
	return 0;
}

/* The domain that a query names; NULL after setting *@status. */
static struct domain *query_domain(domid_t domid, int16_t *status)
{
	struct domain *d = domain_by_any_id(domid);

	*status = GNTST_okay;
	if (!d)
		*status = GNTST_bad_domain;
	else if (!domain_may_control(d) || !d->grants)
		*status = GNTST_permission_denied;
	return *status == GNTST_okay ? d : NULL;
}

static int setup_table(void *arg)
{
	struct gnttab_setup_table *op = arg;
	struct domain *d = query_domain(op->dom, &op->status);
	gva_t list = handle_gva(op->frame_list);
	u32 i;

	if (!d)
		return 0;
	if (grant_grow(d, op->nr_frames)) {
		op->status = GNTST_general_error;
		return 0;
	}
	for (i = 0; i < op->nr_frames; i++) {
		xen_pfn_t gfn = d->grants->gfns[i];

		if (copy_to_guest(list + i * sizeof(gfn), &gfn, sizeof(gfn))) {
			op->status = GNTST_bad_virt_addr;
			break;
		}
	}
	return 0;
}

static int query_size(void *arg)
{
	struct gnttab_query_size *op = arg;
	struct domain *d = query_domain(op->dom, &op->status);

	if (d) {
		op->nr_frames = d->grants->nr_frames;
		op->max_nr_frames = GRANT_MAX_FRAMES;
	}
	return 0;
}

/* Version 1 is all there is, as on ARM by default. */
static int set_version(void *arg)
{
	struct gnttab_set_version *op = arg;
	u32 wanted = op->version;

	op->version = 1;
	if (wanted == 1)
		return 0;
	return wanted == 2 ? -XEN_ENOSYS : -XEN_EINVAL;
}

static int get_version(void *arg)
{
	struct gnttab_get_version *op = arg;
	struct domain *d = domain_by_any_id(op->dom);

	if (!d)
		return -XEN_ESRCH;
	if (!domain_may_control(d))
		return -XEN_EPERM;
	op->version = 1;
	return 0;
}

static int get_status_frames(void *arg)
{
	struct gnttab_get_status_frames *op = arg;

	if (query_domain(op->dom, &op->status) && op->nr_frames)
		op->status = GNTST_general_error;
	return 0;
}

/**
 * struct grant_op - how an operation's array is walked
 * @one: serves one element
 * @size: of an element
 * @per_entry: elements served before the hypercall is run again; 0: the
 *             operation is no array and wants a count of 1
 * @any_count: no array, and the count is not looked at
 */
struct grant_op {
	int (*one)(void *op);
	u8 size;
	u8 per_entry;
	bool any_count;
};

#define OP(fn, type, n)	{ .one = (fn), .size = sizeof(struct type), \
			  .per_entry = (n) }
#define OP_SINGLE(fn, type) { .one = (fn), .size = sizeof(struct type), \
			      .any_count = true }

static const struct grant_op ops[] = {
	[GNTTABOP_map_grant_ref]   = OP(grant_map, gnttab_map_grant_ref, 32),
	[GNTTABOP_unmap_grant_ref] = OP(grant_unmap, gnttab_unmap_grant_ref,
					32),
	[GNTTABOP_setup_table]     = OP(setup_table, gnttab_setup_table, 0),
	[GNTTABOP_transfer]        = OP(grant_transfer, gnttab_transfer, 64),
	[GNTTABOP_copy]            = OP(grant_copy, gnttab_copy, 32),
	[GNTTABOP_query_size]      = OP(query_size, gnttab_query_size, 0),
	[GNTTABOP_unmap_and_replace] = OP(grant_unmap_and_replace,
					  gnttab_unmap_and_replace, 32),
	[GNTTABOP_set_version]     = OP_SINGLE(set_version,
					       gnttab_set_version),
	[GNTTABOP_get_status_frames] = OP(get_status_frames,
					  gnttab_get_status_frames, 0),
	[GNTTABOP_get_version]     = OP_SINGLE(get_version,
					       gnttab_get_version),
	[GNTTABOP_swap_grant_ref]  = OP(grant_swap, gnttab_swap_grant_ref, 64),
	[GNTTABOP_cache_flush]     = OP(grant_cache_flush, gnttab_cache_flush,
					8),
};

/* Xen keeps continuations in the bits above. */
#define GRANT_CMD_MASK	0xfff

static const struct grant_op *find_op(u32 cmd)
{
	return cmd < ARRAY_SIZE(ops) && ops[cmd].one ? &ops[cmd] : NULL;
}

static int serve(const struct grant_op *op, gva_t where)
{
	u64 buf[8];
	int ret;

	if (copy_from_guest(buf, where, op->size))
		return -XEN_EFAULT;
	ret = op->one(buf);
	if (copy_to_guest(where, buf, op->size) && !ret)
		ret = -XEN_EFAULT;
	return ret;
}

/* Returns 0 or -errno when done, else how many elements were served. */
long grant_table_op(u32 cmd, gva_t uop, u32 count)
{
	const struct grant_op *op = find_op(cmd);
	u32 i;

	if ((s32)count < 0 || cmd > GRANT_CMD_MASK)
		return -XEN_EINVAL;
	if (!op)
		return -XEN_ENOSYS;
	if (!op->per_entry)
		return op->any_count || count == 1 ? serve(op, uop) :
						     -XEN_EINVAL;
	for (i = 0; i < count; i++) {
		int ret;

		if (i == op->per_entry)
			return i;
		ret = serve(op, uop + i * op->size);
		if (ret)
			return ret;
	}
	return 0;
}

long do_grant_table_op(struct hypercall *call)
{
	long done = grant_table_op(call->arg[0], call->arg[1], call->arg[2]);

	if (done <= 0)
		return done;
	call->arg[1] += done * find_op(call->arg[0])->size;
	call->arg[2] -= done;
	call->again = true;
	return 0;
}
