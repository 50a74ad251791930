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

/** build_refused() - tell console and harness of a domain that cannot be */
void build_refused(const char *name, const char *why);

/**
 * struct guest_layout - where things are in a guest's memory
 * @ram, @ram_size: the first bank, and the second at GUEST_RAM1_BASE
 */
struct guest_layout {
	u64 ram_size[2];
	gpa_t entry;
	gpa_t ramdisk, dtb;
	u64 ramdisk_size;
};

/** guest_fdt_build() - the device tree of a guest, as Xen makes it
 * @buf, @size: where to
 * Return: its size, or -errno.
 */
int guest_fdt_build(const struct domain_config *config,
		    const struct guest_layout *layout, void *buf, size_t size);

#endif /* XENLET_BUILD_H */
