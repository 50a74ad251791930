/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kernel module is, by its header. Pure.
 */
#ifndef XENLET_IMAGE_H
#define XENLET_IMAGE_H

#include <xenlet/types.h>

/**
 * struct image - a kernel
 * @is_32bit: a zImage, else an arm64 Image
 * @anywhere: it runs where it is put and unpacks itself to the start of
 *            memory, so that it should stand far behind it
 * @offset: from the start of memory, if it has to be there
 * @address: where it has to be, 0: @offset counts
 * @size: bytes that it takes there
 */
struct image {
	bool is_32bit, anywhere;
	u64 offset, address;
	u64 size;
};

/** image_parse() - fill @image in from the first bytes of a kernel
 * Return: NULL, or why it is none.
 */
const char *image_parse(const void *data, u64 size, struct image *image);

#endif /* XENLET_IMAGE_H */
