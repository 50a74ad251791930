// SPDX-License-Identifier: GPL-2.0
/*
 * The domain's memory reservation: giving pages to the hypervisor and asking
 * for them back. The calls of the balloon and of whoever else wants frames
 * without memory. Any context that may make hypercalls.
 */
#include <linux/export.h>
#include <linux/moduleparam.h>
#include <xen/page.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <asm/xen/hypercall.h>

bool xen_scrub_pages __read_mostly =
	!IS_ENABLED(CONFIG_XEN_BALLOON) ||
	IS_ENABLED(CONFIG_XEN_SCRUB_PAGES_DEFAULT);
module_param_named(scrub_pages, xen_scrub_pages, bool, 0644);
MODULE_PARM_DESC(scrub_pages,
		 "Clear pages before they go back to the hypervisor");
#ifndef MODULE
/* By the name that it has always had on the command line. */
core_param(xen_scrub_pages, xen_scrub_pages, bool, 0);
#endif

/* An extent is a Linux page, so that all of it comes and goes. */
#define EXTENT_ORDER	(PAGE_SHIFT - XEN_PAGE_SHIFT)

static int reserve(unsigned int cmd, int count, xen_pfn_t *frames)
{
	struct xen_memory_reservation reservation = {
		.nr_extents = count,
		.extent_order = EXTENT_ORDER,
		.domid = DOMID_SELF,
	};

	set_xen_guest_handle(reservation.extent_start, frames);
	return HYPERVISOR_memory_op(cmd, &reservation);
}

/**
 * xenmem_reservation_increase() - ask for memory behind frames
 * @count: how many Linux pages
 * @frames: the first 4 KiB frame of each
 *
 * Return: how many were served, or a negative errno.
 */
int xenmem_reservation_increase(int count, xen_pfn_t *frames)
{
	return reserve(XENMEM_populate_physmap, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_increase);

/**
 * xenmem_reservation_decrease() - give the memory behind frames away
 * @count: how many Linux pages
 * @frames: the first 4 KiB frame of each
 *
 * Return: how many were taken, or a negative errno.
 */
int xenmem_reservation_decrease(int count, xen_pfn_t *frames)
{
	return reserve(XENMEM_decrease_reservation, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_decrease);
