/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What discovery found: the one context of the Xen guest core.
 *
 * The core's platform driver fills it in when it binds to the /hypervisor
 * node, before any layer above is brought up, and empties it last. Between
 * the two it does not change, so readers take no lock.
 */
#ifndef _XEN_GUEST_H
#define _XEN_GUEST_H

#include <linux/ioport.h>
#include <linux/types.h>

struct device;

/* Extended regions beyond this many are ignored, with a message. */
#define XEN_GUEST_MAX_EXTENDED	16

/**
 * struct xen_guest - a domain, as its device tree and hypervisor describe it
 * @dev: the /hypervisor platform device; NULL while the core is not bound
 * @major: Xen's major version, from the hypervisor itself
 * @minor: Xen's minor version
 * @upcall_irq: Linux interrupt of the per-CPU event channel upcall
 * @grant_region: guest physical space for the grant frames. Frames are placed
 *	from its start; its last page may hold the shared info page, and
 *	xen_guest_grant_space() says how many bytes are left to the frames.
 * @extended: unused guest physical space for foreign and grant mappings,
 *	sorted by address, without overlaps
 * @nr_extended: how many entries of @extended are in use
 */
struct xen_guest {
	struct device *dev;
	unsigned int major;
	unsigned int minor;
	unsigned int upcall_irq;
	struct resource grant_region;
	struct resource extended[XEN_GUEST_MAX_EXTENDED];
	unsigned int nr_extended;
};

/**
 * xen_guest() - the context
 *
 * Valid from any context once the core is bound; what feature bits Xen set is
 * asked with xen_feature().
 *
 * Return: never NULL; @dev is NULL if no hypervisor node is bound.
 */
const struct xen_guest *xen_guest(void);

/**
 * xen_guest_grant_space() - the part of the grant region that frames may use
 * @res: filled with it
 *
 * Return: 0, or -ENXIO if the node named no region.
 */
int xen_guest_grant_space(struct resource *res);

#endif /* _XEN_GUEST_H */
