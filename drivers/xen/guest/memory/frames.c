// SPDX-License-Identifier: GPL-2.0
/*
 * A place for frames of the hypervisor's own where the device tree names
 * none: pages without memory, seen by the kernel as one piece.
 *
 * Process context.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "../core.h"

/**
 * xen_xlate_map_ballooned_pages() - make a place for frames
 * @gfns: where each of them goes
 * @virt: where they will be seen, one after the other
 * @nr_grant_frames: how many
 *
 * Return: 0 or a negative errno.
 */
int xen_xlate_map_ballooned_pages(xen_pfn_t **gfns, void **virt,
				  unsigned long nr_grant_frames)
{
	unsigned long nr_pages = DIV_ROUND_UP(nr_grant_frames,
					      XEN_PFN_PER_PAGE);
	struct page **pages;
	xen_pfn_t *frames;
	unsigned long i;
	int err = -ENOMEM;

	pages = kvcalloc(nr_pages, sizeof(*pages), GFP_KERNEL);
	frames = kvcalloc(nr_grant_frames, sizeof(*frames), GFP_KERNEL);
	if (!pages || !frames)
		goto err_free;
	err = xen_alloc_unpopulated_pages(nr_pages, pages);
	if (err)
		goto err_free;

	*virt = vmap(pages, nr_pages, VM_MAP, PAGE_KERNEL);
	if (!*virt) {
		err = -ENOMEM;
		goto err_pages;
	}
	for (i = 0; i < nr_grant_frames; i++)
		frames[i] = xen_page_to_gfn(pages[i / XEN_PFN_PER_PAGE]) +
			    i % XEN_PFN_PER_PAGE;
	*gfns = frames;
	kvfree(pages);
	return 0;

err_pages:
	xen_free_unpopulated_pages(nr_pages, pages);
err_free:
	kvfree(frames);
	kvfree(pages);
	return err;
}

void xen_xlate_unmap_ballooned_pages(xen_pfn_t *gfns, void *virt,
				     unsigned long count)
{
	struct page *page;
	unsigned long i;

	vunmap(virt);
	for (i = 0; i < count; i += XEN_PFN_PER_PAGE) {
		page = xen_pfn_to_page(gfns[i]);
		xen_free_unpopulated_pages(1, &page);
	}
	kvfree(gfns);
}
