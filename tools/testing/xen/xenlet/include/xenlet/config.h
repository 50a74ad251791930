/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the device tree asks for: one struct domain_config per "xen,domain"
 * node, filled and checked once at boot and constant from then on. A domain
 * that reboots is built again from it, so payloads stay where the loader put
 * them.
 */
#ifndef XENLET_CONFIG_H
#define XENLET_CONFIG_H

#include <xenlet/types.h>

#define CONFIG_MAX_DISKS	4
#define CONFIG_MAX_VIFS		4
#define CONFIG_MAX_ARGS		1024

/** struct blob - a range of machine memory that the loader filled */
struct blob {
	paddr_t base;
	u64 size;
};

/** struct disk_config - a "xenlet,disk" node */
struct disk_config {
	struct blob image;	/* size 0: a zeroed RAM disk of @size bytes */
	u64 size;		/* bytes */
	u32 vdev;		/* xenstore device number, 51712 is xvda */
	u32 sector_size;	/* logical */
	u32 physical_sector_size;
	u32 queues;
	bool readonly;
	bool no_persistent, no_indirect, no_flush, no_discard;
	bool in_dom0;		/* dom0 has the backend */
};

/** struct vif_config - a "xenlet,vif" node */
struct vif_config {
	u8 mac[6];
	u32 queues;
	bool no_sg, no_gso, no_csum, no_split;
	bool in_dom0;
};

/** struct domain_config - a "xen,domain" node, or dom0's modules
 * @hardware: dom0: the machine's devices are its own, and its memory has the
 *	      machine's addresses
 */
struct domain_config {
	char name[32];
	bool hardware;
	u32 vcpus;
	u64 memory;		/* bytes */
	bool enhanced;		/* gets the PV interfaces: "xen,enhanced" */
	bool vpl011;
	bool paused;		/* built, and left to others to start */
	struct blob kernel, ramdisk, dtb;
	char bootargs[CONFIG_MAX_ARGS];
	unsigned int nr_disks;
	struct disk_config disks[CONFIG_MAX_DISKS];
	unsigned int nr_vifs;
	struct vif_config vifs[CONFIG_MAX_VIFS];
};

#endif /* XENLET_CONFIG_H */
