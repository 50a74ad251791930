/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Domains from their configuration.
 */
#ifndef XENLET_BUILD_H
#define XENLET_BUILD_H

#include <xenlet/config.h>

struct domain;

/** domain_init() - the table of domains, and the one of the services */
void domain_init(void);

/** build_queue() - have @config built and started by deferred work */
void build_queue(const struct domain_config *config);

/** build_finished() - a domain is gone; @again: build it anew, or NULL. The
 * machine goes off with the last one.
 */
void build_finished(const struct domain_config *again);

/** build_dom0_gone() - the machine goes with it, as Xen's does, unless a
 * harness still has questions
 */
void build_dom0_gone(bool reboot);

/** build_refused() - tell console and harness of a domain that cannot be */
void build_refused(const char *name, const char *why);

#define LAYOUT_BANKS	8

/**
 * struct guest_layout - where things are in a guest's memory
 * @banks: its RAM; the kernel and what comes with it are in the first
 * @dtb_room: bytes set aside for the device tree
 * @is_32bit: the kernel is
 */
struct guest_layout {
	unsigned int nr_banks;
	struct blob banks[LAYOUT_BANKS];
	gpa_t entry;
	gpa_t ramdisk, dtb;
	u64 ramdisk_size, dtb_room;
	bool is_32bit;
};

/** guest_fdt_build() - the device tree of a domU, as Xen makes it
 * @buf, @size: where to
 * Return: its size, or -errno.
 */
int guest_fdt_build(const struct domain_config *config,
		    const struct guest_layout *layout, void *buf, size_t size);

/** payload_place() - choose where kernel, ramdisk and tree go in the first
 * bank; NULL, or why they cannot
 */
const char *payload_place(const struct domain_config *config,
			  struct guest_layout *layout);
/** payload_load() - put them there, the tree from @fdt; @d has its memory */
void payload_load(struct domain *d, const struct guest_layout *layout,
		  const void *fdt, size_t fdt_size);

/** dom0_fill() - memory, devices and payload of dom0; NULL, or why not */
const char *dom0_fill(struct domain *d, struct guest_layout *layout);

#endif /* XENLET_BUILD_H */
