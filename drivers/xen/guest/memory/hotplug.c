// SPDX-License-Identifier: GPL-2.0
/*
 * More pages than the guest started with: space of the extended regions
 * becomes memory of the kernel, with nothing behind it. When it is set online,
 * by user space or by the kernel's policy, its pages go to the balloon, which
 * asks the hypervisor for memory.
 *
 * Memory that was added stays. A module that did it stays as well.
 */
#define pr_fmt(fmt) "xen: memory: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "memory.h"
#include "space.h"

/**
 * struct added - memory that was added
 * @list: in hotplug.added
 * @first_pfn: where
 * @pages: how much
 */
struct added {
	struct list_head list;
	unsigned long first_pfn;
	unsigned long pages;
};

/**
 * struct hotplug - what was added
 * @lock: a leaf; covers @added
 * @added: all of it
 * @possible: nobody else takes care of pages that are set online
 */
static struct hotplug {
	/* A leaf. */
	spinlock_t lock;
	struct list_head added;
	bool possible;
} hotplug = {
	.lock = __SPIN_LOCK_UNLOCKED(hotplug.lock),
	.added = LIST_HEAD_INIT(hotplug.added),
};

static bool is_ours(unsigned long pfn)
{
	const struct added *added;

	guard(spinlock)(&hotplug.lock);

	list_for_each_entry(added, &hotplug.added, list)
		if (pfn >= added->first_pfn &&
		    pfn - added->first_pfn < added->pages)
			return true;
	return false;
}

/* Somebody else may add memory, with something behind it. */
static void page_online(struct page *page, unsigned int order)
{
	if (is_ours(page_to_pfn(page)))
		balloon_add(page, 1UL << order);
	else
		generic_online_page(page, order);
}

/*
 * Unused space of that size. The kernel takes it by itself, so it is only
 * looked for; whoever were to take it in between would let that fail.
 */
static int find_space(u64 size, u64 align, u64 *start)
{
	struct resource *space = space_reserve(size, align, "System RAM");

	if (IS_ERR(space))
		return PTR_ERR(space);
	*start = space->start;
	space_release(space);
	return 0;
}

static int hotplug_range(struct added *added, u64 start, u64 size)
{
	int err;

	added->first_pfn = PHYS_PFN(start);
	added->pages = size >> PAGE_SHIFT;
	/* Before it is added: it may be set online at once. */
	scoped_guard(spinlock, &hotplug.lock)
		list_add(&added->list, &hotplug.added);

	err = add_memory(first_online_node, start, size, MHP_MERGE_RESOURCE);
	if (!err)
		return 0;
	scoped_guard(spinlock, &hotplug.lock)
		list_del(&added->list);
	return err;
}

long memory_grow(unsigned long pages)
{
	u64 align = memory_block_size_bytes();
	u64 size = round_up((u64)pages << PAGE_SHIFT, align);
	struct added *added;
	u64 start;
	long err;

	added = kzalloc(sizeof(*added), GFP_KERNEL);
	if (!added)
		return -ENOMEM;
	err = find_space(size, align, &start);
	if (!err)
		err = hotplug_range(added, start, size);
	if (err) {
		pr_info("%llu MiB cannot be added (%ld)\n", size >> 20, err);
		kfree(added);
		return err;
	}
	__module_get(THIS_MODULE);
	pr_info("%llu MiB added at %#llx\n", size >> 20, start);
	return added->pages;
}

bool memory_can_grow(void)
{
	return hotplug.possible;
}

void memory_hotplug_init(void)
{
	int err = set_online_page_callback(page_online);

	hotplug.possible = !err;
	if (err)
		pr_info("another driver adds memory: this one doesn't\n");
}

/* Nothing was ever added, or the module could not go. */
void memory_hotplug_exit(void)
{
	if (hotplug.possible)
		restore_online_page_callback(page_online);
	hotplug.possible = false;
}
