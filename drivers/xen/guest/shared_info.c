// SPDX-License-Identifier: GPL-2.0
/*
 * The shared info page and the vCPUs' part of it.
 *
 * Owns the page's place in the guest's memory map, its mapping, and the
 * per-CPU pointers to vcpu_info. The page goes where no RAM is, so that giving
 * it back leaves no hole: the last page of the grant region if frames cannot
 * reach it, else the last page of the extended regions, else a page of RAM
 * that was handed to the hypervisor first.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <asm/sync_bitops.h>
#include <asm/xen/events.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <xen/balloon.h>
#include <xen/guest.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/memory.h>
#include <xen/interface/vcpu.h>
#include <xen/xen-ops.h>

#include "core.h"
#include "shared_info.h"

struct shared_info *HYPERVISOR_shared_info;
EXPORT_SYMBOL_GPL(HYPERVISOR_shared_info);

DEFINE_PER_CPU(struct vcpu_info *, xen_vcpu);
EXPORT_PER_CPU_SYMBOL_GPL(xen_vcpu);

DEFINE_PER_CPU(uint32_t, xen_vcpu_id);
EXPORT_PER_CPU_SYMBOL(xen_vcpu_id);

/* Where the page is; @ram only if nothing better was found. */
static struct {
	phys_addr_t addr;
	bool in_grant_region;
	struct page *ram;
} place;

/* The most bytes that grant frames can ever take. */
static resource_size_t max_grant_bytes(void)
{
	struct gnttab_query_size query = { .dom = DOMID_SELF };

	if (HYPERVISOR_grant_table_op(GNTTABOP_query_size, &query, 1) ||
	    query.status != GNTST_okay)
		return RESOURCE_SIZE_MAX;
	return (resource_size_t)query.max_nr_frames << XEN_PAGE_SHIFT;
}

static int choose_place(const struct xen_guest *guest)
{
	const struct resource *grants = &guest->grant_region;
	int err;

	if (grants->end && resource_size(grants) > max_grant_bytes()) {
		place.addr = ALIGN_DOWN(grants->end + 1, XEN_PAGE_SIZE) -
			     XEN_PAGE_SIZE;
		place.in_grant_region = true;
		return 0;
	}
	if (guest->nr_extended) {
		place.addr = guest->extended[guest->nr_extended - 1].end + 1 -
			     XEN_PAGE_SIZE;
		return 0;
	}
	err = xen_alloc_ballooned_pages(1, &place.ram);
	if (!err)
		place.addr = page_to_phys(place.ram);
	return err;
}

static void free_place(void)
{
	if (place.ram)
		xen_free_ballooned_pages(1, &place.ram);
	memset(&place, 0, sizeof(place));
}

int xen_guest_grant_space(struct resource *res)
{
	const struct xen_guest *guest = xen_guest();

	if (!guest->grant_region.end)
		return -ENXIO;
	*res = guest->grant_region;
	if (place.in_grant_region)
		res->end = place.addr - 1;
	return 0;
}

static int map_page(void)
{
	struct xen_add_to_physmap add = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_shared_info,
		.gpfn = place.addr >> XEN_PAGE_SHIFT,
	};

	return HYPERVISOR_memory_op(XENMEM_add_to_physmap, &add);
}

static void unmap_page(void)
{
	struct xen_remove_from_physmap remove = {
		.domid = DOMID_SELF,
		.gpfn = place.addr >> XEN_PAGE_SHIFT,
	};

	if (HYPERVISOR_memory_op(XENMEM_remove_from_physmap, &remove))
		pr_warn("shared info stays at %pa\n", &place.addr);
}

int xen_shared_info_init(void)
{
	unsigned int cpu;
	void *page;
	int err;

	for_each_possible_cpu(cpu)
		per_cpu(xen_vcpu_id, cpu) = cpu;

	err = choose_place(xen_guest());
	if (err)
		return err;
	err = map_page();
	if (err) {
		pr_err("shared info at %pa: error %d\n", &place.addr, err);
		goto err_place;
	}
	page = place.ram ? page_address(place.ram) :
			   memremap(place.addr, XEN_PAGE_SIZE, MEMREMAP_WB);
	if (!page) {
		err = -ENOMEM;
		goto err_unmap;
	}
	HYPERVISOR_shared_info = page;
	return 0;

err_unmap:
	unmap_page();
err_place:
	free_place();
	return err;
}

/* Comes last of all who read vcpu_info: no CPU takes upcalls any more. */
void xen_shared_info_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(xen_vcpu, cpu) = NULL;
	if (!place.ram)
		memunmap(HYPERVISOR_shared_info);
	HYPERVISOR_shared_info = NULL;
	unmap_page();
	free_place();
}

/* An event from the vCPU to itself shows in the slot, if Xen writes there. */
static bool is_live(unsigned int cpu, const struct vcpu_info *slot)
{
	struct evtchn_bind_ipi ipi = { .vcpu = xen_vcpu_nr(cpu) };
	unsigned long *masked = (void *)HYPERVISOR_shared_info->evtchn_mask;
	struct evtchn_close close;
	struct evtchn_send send;
	bool live;

	if (HYPERVISOR_event_channel_op(EVTCHNOP_bind_ipi, &ipi))
		return false;
	send.port = ipi.port;
	close.port = ipi.port;
	sync_clear_bit(ipi.port, masked);
	HYPERVISOR_event_channel_op(EVTCHNOP_send, &send);
	live = READ_ONCE(slot->evtchn_upcall_pending);
	sync_set_bit(ipi.port, masked);
	HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
	return live;
}

int xen_vcpu_register(unsigned int cpu)
{
	struct vcpu_register_vcpu_info info = {
		.mfn = place.addr >> XEN_PAGE_SHIFT,
	};
	struct vcpu_info *slot;
	int offset, err;

	if (per_cpu(xen_vcpu, cpu))
		return 0;
	offset = xen_vcpu_slot(xen_vcpu_nr(cpu));
	if (offset < 0)
		return offset;

	slot = (void *)HYPERVISOR_shared_info + offset;
	info.offset = offset;
	err = HYPERVISOR_vcpu_op(VCPUOP_register_vcpu_info, xen_vcpu_nr(cpu),
				 &info);
	if (err) {
		/* Refused because an earlier load chose the same place? */
		WRITE_ONCE(slot->evtchn_upcall_pending, 0);
		xchg_xen_ulong(&slot->evtchn_pending_sel, 0);
		if (!is_live(cpu, slot))
			return err;
		/* As the first registration leaves it: look at all ports. */
		xchg_xen_ulong(&slot->evtchn_pending_sel, ~(xen_ulong_t)0);
	}
	per_cpu(xen_vcpu, cpu) = slot;
	return 0;
}
