// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual device numbers: pure, any context.
 *
 * All schemes come down to one: a row says which disks its major stands for
 * and how many minors each of them has there; a disk then takes its place,
 * with that number of minors, among the xvd disks. Emulated IDE disks have 64
 * minors and an xvd disk 16, so only whole IDE disks can be named.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "vdev.h"

#define VDEV_EXTENDED		BIT(28)
#define EXTENDED_PARTS		256
#define CLASSIC_PARTS		16
#define IDE_PARTS		64
#define MINORS			BIT(20)

/* Majors that stand for disks, and the first of those disks: 0 is xvda. */
static const struct vdev_major {
	unsigned int first_major;
	unsigned int last_major;
	unsigned int first_disk;
	unsigned int parts;
} vdev_majors[] = {
	{ 3,	3,	0,	IDE_PARTS },		/* hda, hdb */
	{ 22,	22,	2,	IDE_PARTS },		/* hdc, hdd */
	{ 8,	8,	0,	CLASSIC_PARTS },	/* sda to sdp */
	{ 65,	71,	16,	CLASSIC_PARTS },
	{ 128,	135,	128,	CLASSIC_PARTS },
	{ 202,	202,	0,	CLASSIC_PARTS },	/* xvda to xvdp */
};

static const struct vdev_major *find_major(unsigned int major)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vdev_majors); i++)
		if (major >= vdev_majors[i].first_major &&
		    major <= vdev_majors[i].last_major)
			return &vdev_majors[i];
	return NULL;
}

/* Bijective base 26, as for all of Linux's disks: z is followed by aa. */
static void write_name(char *name, unsigned int disk, unsigned int part)
{
	char letters[8];
	size_t at = sizeof(letters) - 1;

	letters[at] = '\0';
	for (disk++; disk; disk = (disk - 1) / 26)
		letters[--at] = 'a' + (disk - 1) % 26;

	if (part)
		snprintf(name, BLKFRONT_NAME_LEN, "xvd%s%u", letters + at,
			 part);
	else
		snprintf(name, BLKFRONT_NAME_LEN, "xvd%s", letters + at);
}

static int place(struct blkfront_vdev *vdev, unsigned int disk,
		 unsigned int part, unsigned int parts)
{
	unsigned int minor = disk * parts + part;

	if (minor >= MINORS)
		return -ERANGE;

	vdev->minor = minor;
	vdev->minors = part ? 1 : parts;
	write_name(vdev->name, disk, part);
	return 0;
}

/**
 * blkfront_vdev_decode() - find a disk's name and minors
 * @number: the frontend's "virtual-device", as the toolstack wrote it
 * @vdev: set on success
 *
 * Return: 0, -ENODEV for a major that stands for no disk, -ERANGE for a
 * number above the extended ones.
 */
int blkfront_vdev_decode(unsigned int number, struct blkfront_vdev *vdev)
{
	const struct vdev_major *row;
	unsigned int major, minor;

	if (number >= 2 * VDEV_EXTENDED)
		return -ERANGE;
	if (number & VDEV_EXTENDED) {
		number &= ~VDEV_EXTENDED;
		return place(vdev, number / EXTENDED_PARTS,
			     number % EXTENDED_PARTS, EXTENDED_PARTS);
	}

	major = number >> 8;
	minor = number & 0xff;
	row = find_major(major);
	if (!row)
		return -ENODEV;

	return place(vdev,
		     row->first_disk + minor / row->parts +
		     (major - row->first_major) * (256 / row->parts),
		     row->parts == IDE_PARTS ? 0 : minor % row->parts,
		     CLASSIC_PARTS);
}
