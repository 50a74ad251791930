// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of other domains in the address space of a process, for privcmd.
 *
 * The process's pages have no memory (xen_alloc_unpopulated_pages()); foreign
 * frames are put behind them, and the page table then shows those pages. A
 * page of the kernel may take several frames, each with an error of its own:
 * it is shown if any of them is there.
 *
 * Process context, with the mm's mmap lock held by the caller.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <xen/page.h>
#include <xen/interface/memory.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

/* Frames a hypercall: whole pages, whatever their size. */
#define BATCH	64

static_assert(BATCH % XEN_PFN_PER_PAGE == 0);

/**
 * struct foreign_batch - one hypercall
 * @idxs: frames of the other domain
 * @gpfns: where they go
 * @errs: what became of each
 */
struct foreign_batch {
	xen_ulong_t idxs[BATCH];
	xen_pfn_t gpfns[BATCH];
	int errs[BATCH];
};

static unsigned long frame_of(struct page **pages, unsigned int i)
{
	return xen_page_to_gfn(pages[i / XEN_PFN_PER_PAGE]) +
	       i % XEN_PFN_PER_PAGE;
}

static int remove_frame(unsigned long gfn)
{
	struct xen_remove_from_physmap remove = {
		.domid = DOMID_SELF,
		.gpfn = gfn,
	};

	return HYPERVISOR_memory_op(XENMEM_remove_from_physmap, &remove);
}

/* Every element of @errs is set, also if the hypercall itself failed. */
static void place_batch(struct foreign_batch *batch, unsigned int count,
			domid_t domid)
{
	struct xen_add_to_physmap_range add = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_gmfn_foreign,
		.size = count,
		.foreign_domid = domid,
	};
	unsigned int i;
	int err;

	/* What the hypervisor doesn't come to is not there. */
	for (i = 0; i < count; i++)
		batch->errs[i] = -EFAULT;
	set_xen_guest_handle(add.idxs, batch->idxs);
	set_xen_guest_handle(add.gpfns, batch->gpfns);
	set_xen_guest_handle(add.errs, batch->errs);
	err = HYPERVISOR_memory_op(XENMEM_add_to_physmap_range, &add);
	for (i = 0; err < 0 && i < count; i++)
		if (batch->errs[i] == -EFAULT)
			batch->errs[i] = err;
}

/**
 * struct shown - a batch's pages on their way into the page table
 * @mm: whose
 * @pages: the pages that come next
 * @prot: how they are shown
 * @errs: of the frames that come next
 * @left: how many of these there are
 */
struct shown {
	struct mm_struct *mm;
	struct page **pages;
	pgprot_t prot;
	const int *errs;
	unsigned int left;
};

static void show_page(struct mm_struct *mm, pte_t *pte, unsigned long addr,
		      struct page *page, pgprot_t prot)
{
	set_pte_at(mm, addr, pte,
		   pte_mkspecial(pfn_pte(page_to_pfn(page), prot)));
}

static int show_if_any(pte_t *pte, unsigned long addr, void *data)
{
	struct shown *shown = data;
	unsigned int frames = min_t(unsigned int, shown->left,
				    XEN_PFN_PER_PAGE);
	bool any = false;
	unsigned int i;

	for (i = 0; i < frames; i++)
		any |= !shown->errs[i];
	if (any)
		show_page(shown->mm, pte, addr, *shown->pages, shown->prot);
	shown->pages++;
	shown->errs += frames;
	shown->left -= frames;
	return 0;
}

/* No table for a page: none of the batch's frames may stay. */
static void take_back(struct foreign_batch *batch, unsigned int count, int err)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (batch->errs[i])
			continue;
		remove_frame(batch->gpfns[i]);
		batch->errs[i] = err;
	}
}

static void map_batch(struct vm_area_struct *vma, unsigned long addr,
		      struct foreign_batch *batch, unsigned int count,
		      pgprot_t prot, domid_t domid, struct page **pages)
{
	struct shown shown = {
		.mm = vma->vm_mm,
		.pages = pages,
		.prot = prot,
		.errs = batch->errs,
		.left = count,
	};
	unsigned long size = DIV_ROUND_UP(count, XEN_PFN_PER_PAGE) *
			     PAGE_SIZE;
	int err;

	place_batch(batch, count, domid);
	err = apply_to_page_range(vma->vm_mm, addr, size, show_if_any, &shown);
	if (err) {
		zap_vma_ptes(vma, addr, size);
		take_back(batch, count, err);
	}
}

/* Callers show the errors to user space, whatever is returned. */
static int fail_all(int *errs, int nr, int err)
{
	int i;

	for (i = 0; i < nr; i++)
		errs[i] = err;
	return err;
}

/**
 * xen_xlate_remap_gfn_array() - map frames of another domain
 * @vma: where; VM_IO and VM_PFNMAP
 * @addr: from here on
 * @gfn: the other domain's frames
 * @nr: how many
 * @err_ptr: what became of each; may be the same memory as @gfn
 * @prot: of the pages in @vma
 * @domid: the other domain
 * @pages: what to map them into, one for each XEN_PFN_PER_PAGE frames
 *
 * Return: how many were mapped, or a negative errno if none was looked at;
 * @err_ptr is filled in always.
 */
int xen_xlate_remap_gfn_array(struct vm_area_struct *vma, unsigned long addr,
			      xen_pfn_t *gfn, int nr, int *err_ptr,
			      pgprot_t prot, unsigned int domid,
			      struct page **pages)
{
	struct foreign_batch *batch;
	int done, i, count, mapped = 0;

	if (WARN_ON_ONCE((vma->vm_flags & (VM_PFNMAP | VM_IO)) !=
			 (VM_PFNMAP | VM_IO)))
		return fail_all(err_ptr, nr, -EINVAL);
	batch = kmalloc(sizeof(*batch), GFP_KERNEL);
	if (!batch)
		return fail_all(err_ptr, nr, -ENOMEM);

	for (done = 0; done < nr; done += count) {
		count = min(nr - done, BATCH);
		/* All is read before the first error takes a frame's place. */
		for (i = 0; i < count; i++) {
			batch->idxs[i] = gfn[done + i];
			batch->gpfns[i] = frame_of(pages, done + i);
		}
		map_batch(vma, addr + (unsigned long)done * XEN_PAGE_SIZE,
			  batch, count, prot, domid,
			  pages + done / XEN_PFN_PER_PAGE);
		for (i = 0; i < count; i++) {
			err_ptr[done + i] = batch->errs[i];
			mapped += !batch->errs[i];
		}
		cond_resched();
	}
	kfree(batch);
	return mapped;
}
EXPORT_SYMBOL_GPL(xen_xlate_remap_gfn_array);

/**
 * xen_xlate_unmap_gfn_range() - take foreign frames away again
 * @vma: not looked at: its page table is gone already
 * @nr: how many frames
 * @pages: what they were mapped into
 *
 * Return: 0; or a negative errno if a frame is still there, after which the
 * pages must not be used for anything.
 */
int xen_xlate_unmap_gfn_range(struct vm_area_struct *vma, int nr,
			      struct page **pages)
{
	int i, err, ret = 0;

	for (i = 0; i < nr; i++) {
		err = remove_frame(frame_of(pages, i));
		/* It was never mapped: that may be so. */
		if (err && err != -ENOENT)
			ret = err;
		if (i % BATCH == 0)
			cond_resched();
	}
	return ret;
}
EXPORT_SYMBOL_GPL(xen_xlate_unmap_gfn_range);

/** xen_unmap_domain_gfn_range() - see xen_xlate_unmap_gfn_range() */
int xen_unmap_domain_gfn_range(struct vm_area_struct *vma, int nr,
			       struct page **pages)
{
	return xen_xlate_unmap_gfn_range(vma, nr, pages);
}
EXPORT_SYMBOL_GPL(xen_unmap_domain_gfn_range);

static int show_next(pte_t *pte, unsigned long addr, void *data)
{
	struct shown *shown = data;

	show_page(shown->mm, pte, addr, *shown->pages++, shown->prot);
	return 0;
}

/**
 * xen_remap_vma_range() - show pages that frames were put behind already
 * @vma: where; its private data are the pages
 * @addr: the first page goes here
 * @len: bytes
 *
 * Return: 0 or a negative errno.
 */
int xen_remap_vma_range(struct vm_area_struct *vma, unsigned long addr,
			unsigned long len)
{
	struct shown shown = {
		.mm = vma->vm_mm,
		.pages = vma->vm_private_data,
		.prot = vma->vm_page_prot,
	};

	return apply_to_page_range(vma->vm_mm, addr, len, show_next, &shown);
}
EXPORT_SYMBOL_GPL(xen_remap_vma_range);
