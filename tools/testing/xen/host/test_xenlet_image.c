// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's reading of kernels' headers: what is an Image, what a zImage, where
 * each goes, and what is neither.
 */
#include <string.h>

#include "ktap.h"

#include "image.c"

#define SIZE	0x10000

static union {
	u8 bytes[SIZE];
	struct image_header image;
	struct zimage_header zimage;
} file;

static struct image got;

static const char *parse(u64 size)
{
	memset(&got, 0xa5, sizeof(got));
	return image_parse(&file, size, &got);
}

static void image_begin(void)
{
	memset(&file, 0, sizeof(file));
	file.image.magic = IMAGE_MAGIC;
	file.image.text_offset = 0x200000;
	file.image.image_size = 0x30000;
}

static void zimage_begin(void)
{
	memset(&file, 0, sizeof(file));
	file.zimage.magic = ZIMAGE_MAGIC;
	file.zimage.end = SIZE;
}

static void test_image(void)
{
	image_begin();
	ktap_ok(!parse(SIZE), "an Image is one");
	ktap_ok(!got.is_32bit && !got.anywhere && !got.address,
		"it is for 64 bits and has its place");
	ktap_ok(got.offset == 0x200000, "at its offset");
	ktap_ok(got.size == 0x30000, "with its bss");

	file.image.image_size = 0;
	ktap_ok(!parse(SIZE) && got.offset == IMAGE_OLD_OFFSET,
		"an old one tells no size and has the old offset");
	ktap_ok(got.size == SIZE, "and takes the file's size");

	image_begin();
	file.image.flags = IMAGE_BIG_ENDIAN;
	ktap_ok(parse(SIZE), "one for big endian is refused");
	image_begin();
	file.image.text_offset = 0x200010;
	ktap_ok(parse(SIZE), "so is one with an odd offset");
	image_begin();
	ktap_ok(parse(sizeof(struct image_header) - 1),
		"and one that ends in its header");
}

static void test_zimage(void)
{
	zimage_begin();
	ktap_ok(!parse(SIZE), "a zImage is one");
	ktap_ok(got.is_32bit && got.anywhere && !got.address && !got.offset,
		"it is for 32 bits and runs anywhere");
	ktap_ok(got.size == SIZE, "with the file's size");

	file.zimage.start = 0x48000000;
	file.zimage.end = 0x48000000 + SIZE;
	ktap_ok(!parse(SIZE) && !got.anywhere && got.address == 0x48000000,
		"one with an address has its place");
	file.zimage.start++;
	ktap_ok(parse(SIZE), "unless the address is odd");

	zimage_begin();
	ktap_ok(parse(SIZE - 1), "one that is cut off is refused");
	zimage_begin();
	file.zimage.start = SIZE + 0x1000;
	ktap_ok(parse(SIZE), "so is one that ends before it starts");
	zimage_begin();
	file.zimage.end = sizeof(file.zimage) - 4;
	ktap_ok(parse(sizeof(file.zimage) - 4),
		"and one that ends in its header");
}

static void test_neither(void)
{
	memset(&file, 0xa5, sizeof(file));
	ktap_ok(parse(SIZE), "junk is no kernel");
	ktap_ok(parse(0), "nothing is none either");
}

int main(void)
{
	test_image();
	test_zimage();
	test_neither();
	return ktap_done();
}
