// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the stage 2 tables. 4 KiB granule, 40-bit input, so the walk starts
 * at level 1 with two tables side by side (Arm ARM, D8.2: "concatenated
 * translation tables"). The p2m_type sits in bits 58..55, which hardware
 * ignores. A mapping of RAM holds one reference on each of its frames.
 *
 * Order of every removal: clear the entry, flush the TLBs of all CPUs, and
 * only then drop references, so that no CPU can reach a freed frame.
 *
 * Monitor lock.
 */
#include <xenlet/arch.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/p2m.h>
#include <xenlet/p2m_table.h>
#include <xenlet/page.h>
#include <xen/errno.h>

#define FIRST_LEVEL	1
#define LAST_LEVEL	3
#define ROOT_ORDER	1
#define ROOT_ENTRIES	(2 * TABLE_ENTRIES)
#define TABLE_ENTRIES	512
#define TABLES_LEAST	512

#define PTE_VALID	BIT(0)
#define PTE_TABLE	BIT(1)	/* or page, at the last level */
#define PTE_NORMAL	(0xfULL << 2)
#define PTE_DEVICE	(0x1ULL << 2)
#define PTE_READ	BIT(6)
#define PTE_WRITE	BIT(7)
#define PTE_INNER	(3ULL << 8)
#define PTE_AF		BIT(10)
#define PTE_XN		BIT(54)
#define PTE_TYPE_SHIFT	55
#define PTE_TYPE	(0xfULL << PTE_TYPE_SHIFT)
#define PTE_ADDR	0x0000fffffffff000ULL

/* Tables set aside before a change, so that the change cannot run out. */
struct reserve {
	struct page *list;
};

static unsigned int level_order(unsigned int level)
{
	return 9 * (LAST_LEVEL - level);
}

static bool pte_is_table(u64 pte, unsigned int level)
{
	return level < LAST_LEVEL && (pte & PTE_VALID) && (pte & PTE_TABLE);
}

static u64 *pte_table(u64 pte)
{
	return paddr_to_ptr(pte & PTE_ADDR);
}

static enum p2m_type pte_type(u64 pte)
{
	return (pte & PTE_TYPE) >> PTE_TYPE_SHIFT;
}

static u64 pte_make(paddr_t pa, unsigned int level, enum p2m_type type)
{
	u64 pte = pa | PTE_VALID | PTE_AF | (u64)type << PTE_TYPE_SHIFT;

	pte |= PTE_READ;
	if (type == P2M_MMIO || p2m_is_writable(type))
		pte |= PTE_WRITE;
	if (!p2m_is_ram(type))
		pte |= PTE_XN;
	if (type == P2M_MMIO)
		pte |= PTE_DEVICE;
	else
		pte |= PTE_NORMAL | PTE_INNER;
	if (level == LAST_LEVEL)
		pte |= PTE_TABLE;
	return pte;
}

static unsigned int table_index(gfn_t gfn, unsigned int level)
{
	u64 index = gfn >> level_order(level);

	return level == FIRST_LEVEL ? index : index % TABLE_ENTRIES;
}

static int reserve_fill(struct reserve *reserve, u64 count)
{
	while (count--) {
		struct page *page = page_alloc(NULL, 0);

		if (!page)
			return -XEN_ENOMEM;
		page->next = reserve->list;
		reserve->list = page;
	}
	return 0;
}

static u64 *reserve_take(struct reserve *reserve)
{
	struct page *page = reserve->list;

	reserve->list = page->next;
	page->next = NULL;
	return page_to_ptr(page);
}

static void reserve_drop(struct reserve *reserve)
{
	while (reserve->list) {
		struct page *page = reserve->list;

		reserve->list = page->next;
		page->next = NULL;
		page_put(page);
	}
}

/* Drop what @pte, already out of reach, refers to. */
static void pte_release(struct p2m *p2m, u64 pte, unsigned int level)
{
	struct page *page;
	unsigned int i;

	if (!(pte & PTE_VALID))
		return;
	if (pte_is_table(pte, level)) {
		u64 *table = pte_table(pte);

		for (i = 0; i < TABLE_ENTRIES; i++)
			pte_release(p2m, table[i], level + 1);
		page_put(page_from_paddr(pte & PTE_ADDR));
		p2m->tables--;
		return;
	}
	if (pte_type(pte) == P2M_MMIO)
		return;
	page = page_from_paddr(pte & PTE_ADDR);
	if (!page)
		return;
	for (i = 0; i < 1U << level_order(level); i++)
		page_put(&page[i]);
}

/*
 * Break before make: a live entry never changes into another live one. Below
 * a table are many translations, and one address would flush only its own.
 */
static void pte_replace(struct p2m *p2m, gfn_t gfn, u64 *slot,
			unsigned int level, u64 new)
{
	bool many = pte_is_table(*slot, level);

	if (*slot & PTE_VALID) {
		WRITE_ONCE(*slot, 0);
		arch_p2m_flush(p2m_vttbr(p2m),
			       many ? ~0ULL : gfn << PAGE_SHIFT);
	}
	WRITE_ONCE(*slot, new);
}

/* The table below @slot; a block there is split into equal parts. */
static u64 *table_below(struct p2m *p2m, gfn_t gfn, u64 *slot,
			unsigned int level, struct reserve *reserve)
{
	unsigned int order = level_order(level + 1);
	u64 old = *slot, *table;
	unsigned int i;

	if (pte_is_table(old, level))
		return pte_table(old);

	table = reserve_take(reserve);
	p2m->tables++;
	if (old & PTE_VALID) {
		for (i = 0; i < TABLE_ENTRIES; i++)
			table[i] = pte_make((old & PTE_ADDR) +
					    ((u64)i << (order + PAGE_SHIFT)),
					    level + 1, pte_type(old));
	}
	/* The table's content must be visible before the table is. */
	arch_p2m_publish();
	pte_replace(p2m, gfn, slot, level,
		    (uintptr_t)table | PTE_VALID | PTE_TABLE);
	return table;
}

static void map_one(struct p2m *p2m, gfn_t gfn, paddr_t pa, unsigned int order,
		    enum p2m_type type, struct reserve *reserve)
{
	unsigned int level = FIRST_LEVEL;
	u64 *table = p2m->root, *slot, old;

	while (level_order(level) > order) {
		slot = &table[table_index(gfn, level)];
		table = table_below(p2m, gfn, slot, level, reserve);
		level++;
	}
	slot = &table[table_index(gfn, level)];
	old = *slot;
	pte_replace(p2m, gfn, slot, level, pte_make(pa, level, type));
	pte_release(p2m, old, level);
}

/* The order of the largest block or page that may start at both. */
static unsigned int step_order(gfn_t gfn, paddr_t pa, u64 count)
{
	u64 mask = gfn | pa >> PAGE_SHIFT;
	unsigned int level;

	for (level = FIRST_LEVEL; level < LAST_LEVEL; level++) {
		u64 frames = 1ULL << level_order(level);

		if (!(mask & (frames - 1)) && count >= frames)
			break;
	}
	return level_order(level);
}

/*
 * A table stays when the frame that it was made for goes, so a guest could
 * have one for each 2 MiB of its address space. A domain needs one for each
 * 2 MiB of its memory at most, and few for what it maps of others.
 */
static u64 tables_allowed(const struct domain *d)
{
	return TABLES_LEAST + d->max_pages / TABLE_ENTRIES * 4;
}

int p2m_map(struct domain *d, gfn_t gfn, paddr_t pa, unsigned int order,
	    enum p2m_type type)
{
	struct reserve reserve = { 0 };
	u64 tables = 2, count;
	int ret;

	if (order > P2M_GFN_BITS || gfn >= P2M_GFN_LIMIT ||
	    pa & ~PTE_ADDR || type == P2M_NONE)
		return -XEN_EINVAL;
	count = 1ULL << order;
	if (count > P2M_GFN_LIMIT - gfn)
		return -XEN_EINVAL;

	if ((gfn | pa >> PAGE_SHIFT) & (count - 1))
		tables = (count >> 9) + (count >> 18) + 4;
	if (d->p2m->tables + tables > tables_allowed(d))
		return -XEN_ENOMEM;
	ret = reserve_fill(&reserve, tables);
	if (ret)
		goto out;

	d->p2m->max_gfn = MAX(d->p2m->max_gfn, gfn + count - 1);
	while (count) {
		unsigned int step = step_order(gfn, pa, count);

		map_one(d->p2m, gfn, pa, step, type, &reserve);
		gfn += 1ULL << step;
		pa += PAGE_SIZE << step;
		count -= 1ULL << step;
	}
	arch_p2m_publish();
out:
	reserve_drop(&reserve);
	return ret;
}

/* The entry that translates @gfn, and the level it is at. */
static u64 *walk(struct p2m *p2m, gfn_t gfn, unsigned int *level)
{
	u64 *slot = &p2m->root[table_index(gfn, FIRST_LEVEL)];

	for (*level = FIRST_LEVEL; pte_is_table(*slot, *level);) {
		++*level;
		slot = &pte_table(*slot)[table_index(gfn, *level)];
	}
	return slot;
}

int p2m_unmap(struct domain *d, gfn_t gfn)
{
	struct reserve reserve = { 0 };
	unsigned int level;
	u64 *slot, old;
	int ret;

	if (gfn >= P2M_GFN_LIMIT)
		return -XEN_ENOENT;
	slot = walk(d->p2m, gfn, &level);
	if (!(*slot & PTE_VALID))
		return -XEN_ENOENT;

	ret = reserve_fill(&reserve, LAST_LEVEL - level);
	if (ret)
		goto out;
	for (; level < LAST_LEVEL; level++)
		slot = table_below(d->p2m, gfn, slot, level, &reserve) +
			table_index(gfn, level + 1);
	old = *slot;
	pte_replace(d->p2m, gfn, slot, LAST_LEVEL, 0);
	pte_release(d->p2m, old, LAST_LEVEL);
out:
	reserve_drop(&reserve);
	return ret;
}

struct p2m_entry p2m_lookup(struct domain *d, gfn_t gfn)
{
	struct p2m_entry entry = { .type = P2M_NONE };
	unsigned int level;
	u64 pte;

	if (gfn >= P2M_GFN_LIMIT)
		return entry;
	pte = *walk(d->p2m, gfn, &level);
	if (!(pte & PTE_VALID))
		return entry;

	entry.type = pte_type(pte);
	entry.order = level_order(level);
	entry.pa = (pte & PTE_ADDR) +
		((gfn & ((1ULL << entry.order) - 1)) << PAGE_SHIFT);
	return entry;
}

gfn_t p2m_max_gfn(struct domain *d)
{
	return d->p2m->max_gfn;
}

int p2m_init(struct domain *d)
{
	struct p2m *p2m = heap_alloc(sizeof(*p2m));
	struct page *root;

	if (!p2m)
		return -XEN_ENOMEM;
	root = page_alloc(NULL, ROOT_ORDER);
	if (!root) {
		heap_free(p2m);
		return -XEN_ENOMEM;
	}
	p2m->root = page_to_ptr(root);
	p2m->vmid = d->domid % (P2M_MAX_VMID + 1);
	d->p2m = p2m;
	/* The last user of this VMID may have left translations behind. */
	arch_p2m_flush(p2m_vttbr(p2m), ~0ULL);
	return 0;
}

/* Release entries below @table until @budget is used up; true: all gone. */
static bool drain(struct p2m *p2m, u64 *table, unsigned int entries,
		  unsigned int level, s64 *budget)
{
	unsigned int i;

	for (i = 0; i < entries; i++) {
		u64 pte = table[i];

		if (!(pte & PTE_VALID))
			continue;
		if (*budget <= 0)
			return false;
		if (pte_is_table(pte, level) &&
		    !drain(p2m, pte_table(pte), TABLE_ENTRIES, level + 1,
			   budget))
			return false;
		table[i] = 0;
		pte_release(p2m, pte, level);
		*budget -= 1LL << MIN(level_order(level), 9U);
	}
	return true;
}

bool p2m_destroy_some(struct domain *d, unsigned int frames)
{
	struct p2m *p2m = d->p2m;
	s64 budget = frames;
	struct page *root;

	if (!p2m)
		return true;
	arch_p2m_flush(p2m_vttbr(p2m), ~0ULL);
	if (!drain(p2m, p2m->root, ROOT_ENTRIES, FIRST_LEVEL, &budget))
		return false;

	root = page_from_paddr((uintptr_t)p2m->root);
	page_put(&root[0]);
	page_put(&root[1]);
	heap_free(p2m);
	d->p2m = NULL;
	return true;
}

void p2m_destroy(struct domain *d)
{
	while (!p2m_destroy_some(d, ~0U >> 1))
		;
}
