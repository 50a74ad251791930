/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a virtual device number says: the disk's name and its minors.
 *
 * The numbers are Xen's, from docs/man/xen-vbd-interface.7: a disk's number
 * is that of the device which it stands for, a major in bits 8 and up and a
 * minor below; or, with bit 28 set, the number of an xvd disk in bits 8 and
 * up and of its partition below.
 */
#ifndef _XEN_BLKFRONT_VDEV_H
#define _XEN_BLKFRONT_VDEV_H

#include <linux/types.h>

#define BLKFRONT_MAJOR		202
#define BLKFRONT_NAME_LEN	16

/**
 * struct blkfront_vdev - a virtual device number, decoded
 * @minor: its first minor under major 202
 * @minors: how many minors it has: one if it is a partition by itself
 * @name: "xvd" and letters, and digits for a partition
 */
struct blkfront_vdev {
	unsigned int minor;
	unsigned int minors;
	char name[BLKFRONT_NAME_LEN];
};

int blkfront_vdev_decode(unsigned int number, struct blkfront_vdev *vdev);

#endif /* _XEN_BLKFRONT_VDEV_H */
