// SPDX-License-Identifier: GPL-2.0
/*
 * From a configuration to a running domain. Domains are built one after the
 * other by deferred work, so that the first already runs while the second is
 * made, dom0 first. Monitor lock.
 *
 * A domU's RAM is from GUEST_RAM0_BASE, in 2 MiB blocks where the size allows.
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
#define MAGIC_PAGES	4
#define SPARE_PAGES	256	/* a toolstack allows 1 MiB over the size */
#define FDT_SIZE	(8 * PAGE_SIZE)
#define QUEUE_SIZE	(2 * MAX_DOMAINS)
#define PAUSE_NS	500000UL

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

static int give_memory(struct domain *d, const struct guest_layout *layout)
{
	unsigned int i;
	int ret = 0;

	if (d->config->memory >> PAGE_SHIFT > page_free_count())
		return -XEN_ENOMEM;
	d->max_pages = (d->config->memory >> PAGE_SHIFT) + MAGIC_PAGES +
		SPARE_PAGES;
	for (i = 0; !ret && i < layout->nr_banks; i++)
		ret = map_ram(d, layout->banks[i].base, layout->banks[i].size);
	return ret ?: map_ram(d, GUEST_MAGIC_BASE, MAGIC_PAGES * PAGE_SIZE);
}

/* Of GICv3, nothing that a guest uses itself is memory. */
static int map_interrupts(struct domain *d)
{
	u64 i;
	int ret;

	for (i = 0; the_machine->gicv && i < GUEST_GICC_SIZE; i += PAGE_SIZE) {
		ret = p2m_map(d, (GUEST_GICC_BASE + i) >> PAGE_SHIFT,
			      the_machine->gicv + i, 0, P2M_MMIO);
		if (ret)
			return ret;
	}
	return d->config->vpl011 ? vpl011_init(d) : 0;
}

static const char *load_payload(struct domain *d,
				const struct guest_layout *layout)
{
	void *fdt = heap_alloc(FDT_SIZE);
	int size;

	if (!fdt)
		return "no memory for its device tree";
	size = guest_fdt_build(d->config, layout, fdt, FDT_SIZE);
	if (size > 0)
		payload_load(d, layout, fdt, size);
	heap_free(fdt);
	return size > 0 ? NULL : "no room for its device tree";
}

static void choose_banks(u64 memory, struct guest_layout *layout)
{
	u64 low = MIN(memory, (u64)GUEST_RAM0_SIZE);

	layout->banks[0] = (struct blob){ GUEST_RAM0_BASE, low };
	layout->banks[1] = (struct blob){ GUEST_RAM1_BASE, memory - low };
	layout->nr_banks = memory > low ? 2 : 1;
}

static const char *domu_fill(struct domain *d, struct guest_layout *layout)
{
	const char *why;

	/* What only needs a look is looked at before memory is spent. */
	choose_banks(d->config->memory, layout);
	layout->dtb_room = FDT_SIZE;
	why = payload_place(d->config, layout);
	if (why)
		return why;
	if (give_memory(d, layout))
		return "not enough free memory";
	if (map_interrupts(d))
		return "no memory for its devices";
	return load_payload(d, layout);
}

/* NULL, or why not; an unfinished domain is the caller's to destroy. */
static const char *fill(struct domain *d)
{
	struct guest_layout layout = { 0 };
	const char *why;

	why = d->config->hardware ? dom0_fill(d, &layout) :
				    domu_fill(d, &layout);
	if (why)
		return why;
	if (!arch_domain_set_width(d, layout.is_32bit))
		return layout.is_32bit ? "this machine runs no 32-bit kernels" :
					 "this machine runs 32-bit kernels only";
	arch_vcpu_boot(d->vcpus[0], layout.entry, layout.dtb);
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
	struct domain *d = domain_create(config->hardware ? 0 : DOMID_INVALID,
					 config->name, config->vcpus);
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
	printk("d%u: %s, %u vCPUs, %llu MiB", d->domid, d->name, d->nr_vcpus,
	       config->memory >> 20);
	vcpu_start(d->vcpus[0]);
	if (!config->paused)
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

void build_dom0_gone(bool reboot)
{
	if (harness_present())
		return;
	printk("dom0 is gone: %s", reboot ? "restarting" : "powering off");
	services_stop();
	if (reboot)
		machine_reset();
	machine_power_off();
}

void build_finished(const struct domain_config *again)
{
	if (again)
		build_queue(again);
	/* the harness still has questions, and says itself when to go */
	if (queue.in != queue.out || domain_next(NULL) || harness_present())
		return;
	printk("No domain left: %llu frames free, powering off",
	       page_free_count());
	services_stop();
	machine_power_off();
}
