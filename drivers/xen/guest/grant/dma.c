// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that a device can reach, with no memory of their own behind them,
 * for grants to be mapped into. Process context.
 */
#define pr_fmt(fmt) "xen-grant: " fmt

#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>

static void *alloc_buffer(struct gnttab_dma_alloc_args *args, size_t size)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

	if (args->coherent)
		return dma_alloc_coherent(args->dev, size, &args->dev_bus_addr,
					  gfp);
	return dma_alloc_wc(args->dev, size, &args->dev_bus_addr, gfp);
}

static void free_buffer(struct gnttab_dma_alloc_args *args)
{
	size_t size = (size_t)args->nr_pages << PAGE_SHIFT;

	if (args->coherent)
		dma_free_coherent(args->dev, size, args->vaddr,
				  args->dev_bus_addr);
	else
		dma_free_wc(args->dev, size, args->vaddr, args->dev_bus_addr);
}

/* The memory behind the first @count pages comes back; 0 if all of it did. */
static int refill(struct gnttab_dma_alloc_args *args, int count)
{
	int i;

	for (i = 0; i < count; i++)
		args->frames[i] = xen_page_to_gfn(args->pages[i]);
	return xenmem_reservation_increase(count, args->frames) == count ?
		0 : -EFAULT;
}

/**
 * gnttab_dma_alloc_pages() - a buffer for DMA to map grants into
 * @args: device, kind and size; the rest is filled in
 *
 * Return: 0 or a negative errno.
 */
int gnttab_dma_alloc_pages(struct gnttab_dma_alloc_args *args)
{
	unsigned long pfn;
	int i, count, err;

	if (args->nr_pages <= 0 || args->nr_pages > INT_MAX >> PAGE_SHIFT)
		return -ENOMEM;
	args->vaddr = alloc_buffer(args, (size_t)args->nr_pages << PAGE_SHIFT);
	if (!args->vaddr)
		return -ENOMEM;

	pfn = PHYS_PFN(args->dev_bus_addr);
	for (i = 0; i < args->nr_pages; i++) {
		args->pages[i] = pfn_to_page(pfn + i);
		args->frames[i] = xen_page_to_gfn(args->pages[i]);
		xenmem_reservation_scrub_page(args->pages[i]);
	}

	count = xenmem_reservation_decrease(args->nr_pages, args->frames);
	err = count == args->nr_pages ?
		gnttab_pages_set_private(args->nr_pages, args->pages) :
		-EFAULT;
	if (!err)
		return 0;

	gnttab_pages_clear_private(args->nr_pages, args->pages);
	/* A buffer with holes is never handed out again. */
	if (count <= 0 || !refill(args, count))
		free_buffer(args);
	else
		pr_err("a buffer of %d pages is lost\n", args->nr_pages);
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_dma_alloc_pages);

/**
 * gnttab_dma_free_pages() - free such a buffer
 * @args: what gnttab_dma_alloc_pages() filled in; nothing is mapped there
 *
 * Return: 0; -EFAULT if the hypervisor gave no memory, and the buffer is lost.
 */
int gnttab_dma_free_pages(struct gnttab_dma_alloc_args *args)
{
	int err;

	gnttab_pages_clear_private(args->nr_pages, args->pages);
	err = refill(args, args->nr_pages);
	if (err)
		pr_err("a buffer of %d pages is lost\n", args->nr_pages);
	else
		free_buffer(args);
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_dma_free_pages);
