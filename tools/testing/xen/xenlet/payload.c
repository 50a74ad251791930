// SPDX-License-Identifier: GPL-2.0
/*
 * What a domain starts from: its kernel where the header wants to be in the
 * first bank of its RAM, device tree and ramdisk 128 MiB behind the start, or
 * at the end of a smaller bank, out of the way of a kernel that relocates
 * itself upwards. Stateless; monitor lock.
 */
#include <xenlet/arch.h>
#include <xenlet/build.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/p2m.h>
#include <xenlet/page.h>

#define BLOCK_SIZE	(2UL << 20)
#define MODULES_OFFSET	(128UL << 20)

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

static const char *place_kernel(const struct domain_config *config,
				struct guest_layout *layout, u64 *end)
{
	const struct image_header *h = paddr_to_ptr(config->kernel.base);
	u64 ram = layout->banks[0].size;
	u64 offset, size;

	if (config->kernel.size < sizeof(*h) || h->magic != IMAGE_MAGIC)
		return "its kernel module is no arm64 Image";
	if (h->flags & IMAGE_BIG_ENDIAN)
		return "its kernel is big endian";
	offset = h->image_size ? h->text_offset : IMAGE_OLD_OFFSET;
	size = MAX(h->image_size, config->kernel.size);
	if (offset % PAGE_SIZE || offset > ram || size > ram - offset)
		return "its kernel does not fit into its memory";
	layout->entry = layout->banks[0].base + offset;
	*end = offset + size;
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
	u64 kernel_end;

	return place_kernel(config, layout, &kernel_end) ?:
		place_modules(config, layout, kernel_end);
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
