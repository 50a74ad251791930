// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing guest memory.
 *
 * Owns no data. Runs under the monitor lock, which also keeps the stage 2
 * tables still: a translation made here is good until the function returns.
 * By virtual address, each page is translated once: stage 1 by the CPU with
 * the guest's own EL1 permissions, stage 2 by lookup. Only RAM is touched, so
 * that no pointer of a guest makes xenlet access a device.
 */
#include <xenlet/domain.h>
#include <xenlet/guest_access.h>
#include <xenlet/lib.h>
#include <xenlet/p2m.h>
#include <xenlet/page.h>

#include <xen/errno.h>

static bool may_access(enum p2m_type type, bool write)
{
	if (write)
		return p2m_is_writable(type);
	return type != P2M_NONE && type != P2M_MMIO;
}

/* xenlet's pointer to what @d has at @gpa, NULL if it may not be used. */
static void *phys_to_ptr(struct domain *d, gpa_t gpa, bool write)
{
	struct p2m_entry entry = p2m_lookup(d, gpa >> PAGE_SHIFT);

	if (!may_access(entry.type, write))
		return NULL;
	return (u8 *)paddr_to_ptr(entry.pa) + (gpa & ~PAGE_MASK);
}

static size_t left_in_page(u64 addr, size_t len)
{
	return MIN(len, PAGE_SIZE - (addr & ~PAGE_MASK));
}

static void *virt_to_ptr(gva_t va, bool write)
{
	gpa_t gpa;

	if (arch_translate(va, write, &gpa))
		return NULL;
	return phys_to_ptr(current_domain(), gpa, write);
}

int copy_from_guest(void *dst, gva_t src, size_t len)
{
	u8 *to = dst;

	while (len) {
		size_t part = left_in_page(src, len);
		const void *from = virt_to_ptr(src, false);

		if (!from)
			return -XEN_EFAULT;
		memcpy(to, from, part);
		to += part;
		src += part;
		len -= part;
	}
	return 0;
}

int copy_to_guest(gva_t dst, const void *src, size_t len)
{
	const u8 *from = src;

	while (len) {
		size_t part = left_in_page(dst, len);
		void *to = virt_to_ptr(dst, true);

		if (!to)
			return -XEN_EFAULT;
		memcpy(to, from, part);
		from += part;
		dst += part;
		len -= part;
	}
	return 0;
}

struct page *guest_frame_get(struct domain *d, gfn_t gfn, bool write)
{
	struct p2m_entry entry = p2m_lookup(d, gfn);
	struct page *page;

	if (!p2m_is_ram(entry.type) || (write && !p2m_is_writable(entry.type)))
		return NULL;
	page = page_from_paddr(entry.pa);
	if (page)
		page_get(page);
	return page;
}

struct page *guest_own_frame_get(struct domain *d, gfn_t gfn)
{
	struct p2m_entry entry = p2m_lookup(d, gfn);
	struct page *page;

	if (entry.type != P2M_RAM_RW && entry.type != P2M_SHARED_RW)
		return NULL;
	page = page_from_paddr(entry.pa);
	if (page)
		page_get(page);
	return page;
}

int guest_phys_read(struct domain *d, gpa_t gpa, void *dst, size_t len)
{
	u8 *to = dst;

	while (len) {
		size_t part = left_in_page(gpa, len);
		const void *from = phys_to_ptr(d, gpa, false);

		if (!from)
			return -XEN_EFAULT;
		memcpy(to, from, part);
		to += part;
		gpa += part;
		len -= part;
	}
	return 0;
}

int guest_phys_write(struct domain *d, gpa_t gpa, const void *src, size_t len)
{
	const u8 *from = src;

	while (len) {
		size_t part = left_in_page(gpa, len);
		void *to = phys_to_ptr(d, gpa, true);

		if (!to)
			return -XEN_EFAULT;
		memcpy(to, from, part);
		from += part;
		gpa += part;
		len -= part;
	}
	return 0;
}
