// SPDX-License-Identifier: GPL-2.0
/*
 * The boot headers of Linux, which every kernel for Xen on ARM has: arm64's
 * Image (Documentation/arch/arm64/booting.rst) and arm's zImage (Xen's
 * docs/misc/arm/booting.txt). Pure.
 */
#include <xenlet/image.h>
#include <xenlet/lib.h>

#define IMAGE_MAGIC		0x644d5241
#define IMAGE_OLD_OFFSET	0x80000
#define IMAGE_BIG_ENDIAN	1
#define ZIMAGE_MAGIC		0x016f2818

struct image_header {
	u32 code[2];
	u64 text_offset, image_size, flags;
	u64 reserved[3];
	u32 magic;
	u32 reserved_end;
};

struct zimage_header {
	u32 code[9];
	u32 magic;
	u32 start, end;
};

static const char *parse_image(const struct image_header *h, u64 size,
			       struct image *image)
{
	if (h->flags & IMAGE_BIG_ENDIAN)
		return "its kernel is big endian";
	*image = (struct image){
		.offset = h->image_size ? h->text_offset : IMAGE_OLD_OFFSET,
		.size = MAX(h->image_size, size),
	};
	if (image->offset % PAGE_SIZE)
		return "its kernel wants a place that is no page's";
	return NULL;
}

static const char *parse_zimage(const struct zimage_header *h, u64 size,
				struct image *image)
{
	if (h->end < h->start || h->end - h->start > size)
		return "its kernel is cut off";
	if (h->start % PAGE_SIZE)
		return "its kernel wants a place that is no page's";
	*image = (struct image){
		.is_32bit = true,
		.anywhere = !h->start,
		.address = h->start,
		.size = size,
	};
	return NULL;
}

const char *image_parse(const void *data, u64 size, struct image *image)
{
	const struct image_header *h = data;
	const struct zimage_header *z = data;

	if (size >= sizeof(*h) && h->magic == IMAGE_MAGIC)
		return parse_image(h, size, image);
	if (size >= sizeof(*z) && z->magic == ZIMAGE_MAGIC)
		return parse_zimage(z, size, image);
	return "its kernel module is no Image and no zImage";
}
