// SPDX-License-Identifier: GPL-2.0
/*
 * From a configuration to a running domain. Domains are built one after the
 * other by deferred work, so that the first already runs while the second is
 * made. Monitor lock.
 *
 * Memory: RAM from GUEST_RAM0_BASE in 2 MiB blocks where the size allows;
 * the kernel where its header wants to be, device tree and ramdisk behind it
 * at 128 MiB, or at the end of a smaller domain, out of the way of a kernel
 * that relocates itself upwards.
 */
#include <xenlet/abi.h>
#include <xenlet/arch.h>
#include <xenlet/build.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/p2m.h>
#include <xenlet/page.h>
#include <xenlet/service.h>
#include <xenlet/vpl011.h>
#include <xenlet/work.h>
#include <xen/errno.h>

#define BLOCK_ORDER	9
#define BLOCK_SIZE	(PAGE_SIZE << BLOCK_ORDER)
#define MODULES_OFFSET	(128UL << 20)
#define MAGIC_PAGES	4
#define SPARE_PAGES	256	/* a toolstack allows 1 MiB over the size */
#define FDT_SIZE	(8 * PAGE_SIZE)
#define QUEUE_SIZE	(2 * MAX_DOMAINS)
#define PAUSE_NS	500000UL

#define IMAGE_MAGIC		0x644d5241
#define IMAGE_OLD_OFFSET	0x80000
#define IMAGE_BIG_ENDIAN	1

/* The arm64 boot header (Linux: arch/arm64/booting.rst). */
struct image_header {
	u32 code[2];
	u64 text_offset, image_size, flags;
	u64 reserved[3];
	u32 magic;
	u32 reserved_end;
};

static struct {
	const struct domain_config *waiting[QUEUE_SIZE];
	unsigned int in, out;
	struct work work;
	struct timer pause;
} queue;

static int map_ram(struct domain *d, gpa_t base, u64 size)
{
	while (size) {
		unsigned int order = size >= BLOCK_SIZE ? BLOCK_ORDER : 0;
		struct page *page = page_alloc(d, order);

		if (!page && order)
			page = page_alloc(d, order = 0);
		if (!page)
			return -XEN_ENOMEM;
		if (p2m_map(d, base >> PAGE_SHIFT, page_to_paddr(page), order,
			    P2M_RAM_RW)) {
			unsigned int i;

			for (i = 0; i < 1U << order; i++)
				page_put(&page[i]);
			return -XEN_ENOMEM;
		}
		base += PAGE_SIZE << order;
		size -= PAGE_SIZE << order;
	}
	return 0;
}

static int give_memory(struct domain *d, struct guest_layout *layout)
{
	u64 low = MIN(d->config->memory, (u64)GUEST_RAM0_SIZE);
	u64 high = d->config->memory - low;
	int ret;

	if (d->config->memory >> PAGE_SHIFT > page_free_count())
		return -XEN_ENOMEM;
	d->max_pages = (d->config->memory >> PAGE_SHIFT) + MAGIC_PAGES +
		SPARE_PAGES;
	layout->ram_size[0] = low;
	layout->ram_size[1] = high;
	ret = map_ram(d, GUEST_RAM0_BASE, low);
	ret = ret ?: map_ram(d, GUEST_RAM1_BASE, high);
	return ret ?: map_ram(d, GUEST_MAGIC_BASE, MAGIC_PAGES * PAGE_SIZE);
}

static int map_interrupts(struct domain *d)
{
	u64 i;
	int ret;

	for (i = 0; i < GUEST_GICC_SIZE; i += PAGE_SIZE) {
		ret = p2m_map(d, (GUEST_GICC_BASE + i) >> PAGE_SHIFT,
			      the_machine->gicv + i, 0, P2M_MMIO);
		if (ret)
			return ret;
	}
	return d->config->vpl011 ? vpl011_init(d) : 0;
}

/* [gpa, gpa + size) was given to @d by give_memory(). */
static void load(struct domain *d, gpa_t gpa, const void *from, u64 size)
{
	const u8 *src = from;

	while (size) {
		struct p2m_entry e = p2m_lookup(d, gpa >> PAGE_SHIFT);
		u64 left = PAGE_SIZE - (gpa & ~PAGE_MASK);
		u8 *dst = paddr_to_ptr(e.pa + (gpa & ~PAGE_MASK));

		/* The rest of a block follows in machine memory, too. */
		if (e.order == BLOCK_ORDER)
			left = BLOCK_SIZE - (gpa & (BLOCK_SIZE - 1));
		left = MIN(left, size);
		memcpy(dst, src, left);
		arch_clean(dst, left);
		src += left;
		gpa += left;
		size -= left;
	}
}

static const char *place_kernel(const struct domain_config *config,
				struct guest_layout *layout, u64 *end)
{
	const struct image_header *h = paddr_to_ptr(config->kernel.base);
	u64 offset, size;

	if (config->kernel.size < sizeof(*h) || h->magic != IMAGE_MAGIC)
		return "its kernel module is no arm64 Image";
	if (h->flags & IMAGE_BIG_ENDIAN)
		return "its kernel is big endian";
	offset = h->image_size ? h->text_offset : IMAGE_OLD_OFFSET;
	size = MAX(h->image_size, config->kernel.size);
	if (offset % PAGE_SIZE || offset > layout->ram_size[0] ||
	    size > layout->ram_size[0] - offset)
		return "its kernel does not fit into its memory";
	layout->entry = GUEST_RAM0_BASE + offset;
	*end = offset + size;
	return NULL;
}

static const char *place_modules(const struct domain_config *config,
				 struct guest_layout *layout, u64 kernel_end)
{
	u64 size = FDT_SIZE + ROUND_UP(config->ramdisk.size, PAGE_SIZE);
	u64 ram = layout->ram_size[0];
	u64 offset = MODULES_OFFSET;

	kernel_end = ROUND_UP(kernel_end, BLOCK_SIZE);
	if (kernel_end > offset || ram < 2 * offset || size > ram - offset)
		offset = size < ram ? (ram - size) & ~(BLOCK_SIZE - 1) : 0;
	if (offset < kernel_end)
		return "its ramdisk does not fit into its memory";
	layout->dtb = GUEST_RAM0_BASE + offset;
	layout->ramdisk = layout->dtb + FDT_SIZE;
	layout->ramdisk_size = config->ramdisk.size;
	return NULL;
}

static const char *load_payload(struct domain *d,
				const struct guest_layout *layout)
{
	const struct domain_config *config = d->config;
	void *fdt = heap_alloc(FDT_SIZE);
	int size;

	if (!fdt)
		return "no memory for its device tree";
	size = guest_fdt_build(config, layout, fdt, FDT_SIZE);
	if (size > 0)
		load(d, layout->dtb, fdt, size);
	heap_free(fdt);
	if (size <= 0)
		return "no room for its device tree";
	load(d, layout->entry, paddr_to_ptr(config->kernel.base),
	     config->kernel.size);
	load(d, layout->ramdisk, paddr_to_ptr(config->ramdisk.base),
	     config->ramdisk.size);
	return NULL;
}

/* NULL, or why not; an unfinished domain is the caller's to destroy. */
static const char *fill(struct domain *d)
{
	struct guest_layout layout = { 0 };
	const char *why;
	u64 kernel_end;

	/* What only needs a look is looked at before memory is spent. */
	layout.ram_size[0] = MIN(d->config->memory, (u64)GUEST_RAM0_SIZE);
	why = place_kernel(d->config, &layout, &kernel_end);
	why = why ?: place_modules(d->config, &layout, kernel_end);
	if (why)
		return why;
	if (give_memory(d, &layout))
		return "not enough free memory";
	if (map_interrupts(d))
		return "no memory for its devices";
	why = load_payload(d, &layout);
	if (why)
		return why;
	arch_vcpu_start(d->vcpus[0], layout.entry, layout.dtb);
	if (services_domain_built(d))
		return "the services cannot serve it";
	return NULL;
}

void build_refused(const char *name, const char *why)
{
	struct domain nobody = { .domid = DOMID_INVALID };

	snprintf(nobody.name, sizeof(nobody.name), "%s", name);
	printk("Domain %s refused: %s", name, why);
	harness_domain_event(&nobody, "refused", why);
}

static void build(const struct domain_config *config)
{
	struct domain *d = domain_create(DOMID_INVALID, config->name,
					 config->vcpus);
	const char *why;

	if (!d) {
		build_refused(config->name, "no memory or no domain id left");
		build_finished(NULL);
		return;
	}
	d->config = config;
	why = fill(d);
	if (why) {
		build_refused(config->name, why);
		domain_destroy(d);
		return;
	}
	printk("d%u: %s, %u vCPUs, %lu MiB", d->domid, d->name, d->nr_vcpus,
	       config->memory >> 20);
	vcpu_start(d->vcpus[0]);
	domain_unpause(d);
}

static void build_next(struct work *work)
{
	if (queue.out == queue.in)
		return;
	build(queue.waiting[queue.out++ % QUEUE_SIZE]);
	/* What was built gets to run before the next one is made. */
	if (queue.out != queue.in)
		timer_set(&queue.pause, time_ns() + PAUSE_NS);
}

static void build_more(struct timer *timer)
{
	work_queue(&queue.work);
}

void build_queue(const struct domain_config *config)
{
	if (!queue.work.fn) {
		work_init(&queue.work, build_next);
		timer_init(&queue.pause, build_more);
	}
	queue.waiting[queue.in++ % QUEUE_SIZE] = config;
	if (!queue.pause.deadline)
		work_queue(&queue.work);
}

void build_finished(const struct domain_config *again)
{
	if (again)
		build_queue(again);
	/* the harness still has questions, and says itself when to go */
	if (queue.in != queue.out || domain_next(NULL) || harness_present())
		return;
	printk("No domain left: %lu frames free, powering off",
	       page_free_count());
	services_stop();
	machine_power_off();
}
