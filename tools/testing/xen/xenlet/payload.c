// SPDX-License-Identifier: GPL-2.0
/*
 * What a domain starts from: its kernel where the header wants to be in the
 * first bank of its RAM, device tree and ramdisk 128 MiB behind the start, or
 * at the end of a smaller bank, out of the way of a kernel that relocates
 * itself upwards. A kernel that unpacks itself to the start of RAM stands right
 * below them. Stateless; monitor lock.
 */
#include <xenlet/arch.h>
#include <xenlet/build.h>
#include <xenlet/domain.h>
#include <xenlet/image.h>
#include <xenlet/lib.h>
#include <xenlet/p2m.h>
#include <xenlet/page.h>

#define BLOCK_SIZE	(2ULL << 20)
#define MODULES_OFFSET	(128ULL << 20)

/* [gpa, gpa + size) is @d's memory. */
static void load(struct domain *d, gpa_t gpa, const void *from, u64 size)
{
	const u8 *src = from;

	while (size) {
		struct p2m_entry e = p2m_lookup(d, gpa >> PAGE_SHIFT);
		u64 block = PAGE_SIZE << e.order;
		u64 left = MIN(block - (gpa & (block - 1)), size);
		u8 *dst = paddr_to_ptr(e.pa + (gpa & ~PAGE_MASK));

		/* The rest of a block follows in machine memory, too. */
		memcpy(dst, src, left);
		arch_clean(dst, left);
		src += left;
		gpa += left;
		size -= left;
	}
}

/* @end: of the kernel, as an offset; @room: for it, from the bank's start */
static const char *place_kernel(const struct image *image,
				struct guest_layout *layout, u64 room, u64 *end)
{
	u64 offset = image->offset;

	if (image->anywhere)
		offset = image->size < room ?
			(room - image->size) & ~(u64)(BLOCK_SIZE - 1) : room;
	else if (image->address)
		offset = image->address - layout->banks[0].base;
	if (offset > room || image->size > room - offset)
		return "its kernel does not fit into its memory";
	layout->entry = layout->banks[0].base + offset;
	*end = offset + image->size;
	return NULL;
}

static const char *place_modules(const struct domain_config *config,
				 struct guest_layout *layout, u64 kernel_end)
{
	u64 size = layout->dtb_room + ROUND_UP(config->ramdisk.size, PAGE_SIZE);
	u64 ram = layout->banks[0].size;
	u64 offset = MODULES_OFFSET;

	kernel_end = ROUND_UP(kernel_end, BLOCK_SIZE);
	if (kernel_end > offset || ram < 2 * offset || size > ram - offset)
		offset = size < ram ? (ram - size) & ~(BLOCK_SIZE - 1) : 0;
	if (offset < kernel_end)
		return "its ramdisk does not fit into its memory";
	layout->dtb = layout->banks[0].base + offset;
	layout->ramdisk = layout->dtb + layout->dtb_room;
	layout->ramdisk_size = config->ramdisk.size;
	return NULL;
}

const char *payload_place(const struct domain_config *config,
			  struct guest_layout *layout)
{
	const struct blob *bank = &layout->banks[0];
	struct image image;
	const char *why;
	u64 end;

	why = image_parse(paddr_to_ptr(config->kernel.base),
			  config->kernel.size, &image);
	if (why)
		return why;
	layout->is_32bit = image.is_32bit;
	if (image.anywhere)
		return place_modules(config, layout, 0) ?:
			place_kernel(&image, layout, layout->dtb - bank->base,
				     &end);
	return place_kernel(&image, layout, bank->size, &end) ?:
		place_modules(config, layout, end);
}

void payload_load(struct domain *d, const struct guest_layout *layout,
		  const void *fdt, size_t fdt_size)
{
	const struct domain_config *config = d->config;

	load(d, layout->dtb, fdt, fdt_size);
	load(d, layout->entry, paddr_to_ptr(config->kernel.base),
	     config->kernel.size);
	load(d, layout->ramdisk, paddr_to_ptr(config->ramdisk.base),
	     config->ramdisk.size);
}
