// SPDX-License-Identifier: GPL-2.0
/*
 * Discovery: the /hypervisor node becomes a struct xen_guest.
 *
 * Owns the variables of <xen/xen.h> and <asm/xen/hypervisor.h> that say what
 * kind of domain this is. They are set while the core binds and cleared when
 * it lets go; drivers above exist only in between.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/printk.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <xen/features.h>
#include <xen/interface/version.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "core.h"
#include "discover.h"

/* The first entry of reg is for grant frames, all others are extended. */
#define REG_GRANT_FRAMES	0
#define REG_EXTENDED		1

enum xen_domain_type xen_domain_type = XEN_NATIVE;
EXPORT_SYMBOL(xen_domain_type);

u32 xen_start_flags;
EXPORT_SYMBOL(xen_start_flags);

/* ARM has no start info page: one of zeros, for those who look. */
static struct start_info start_info;
struct start_info *xen_start_info = &start_info;
EXPORT_SYMBOL(xen_start_info);

static bool find_version(struct device_node *node, unsigned int *major,
			 unsigned int *minor)
{
	struct property *prop;
	const char *compat;

	of_property_for_each_string(node, "compatible", prop, compat)
		if (xen_parse_compatible(compat, major, minor))
			return true;
	return false;
}

static void find_extended(struct device_node *node, struct xen_guest *guest)
{
	struct resource res;
	unsigned int i;
	int err;

	for (i = REG_EXTENDED; !of_address_to_resource(node, i, &res); i++) {
		err = xen_regions_insert(guest->extended, &guest->nr_extended,
					 ARRAY_SIZE(guest->extended), &res);
		if (err)
			pr_warn("extended region %pR ignored (%d)\n", &res,
				err);
	}
}

/**
 * xen_discover() - decode the hypervisor node
 * @node: compatible with "xen,xen"
 * @guest: versions and regions are filled in
 *
 * The hypervisor is asked for its version before anything else, and must say
 * what the node does: other hypervisors have other answers to this call.
 *
 * Return: 0; -ENODEV if no such Xen answers.
 */
int xen_discover(struct device_node *node, struct xen_guest *guest)
{
	unsigned int major, minor;
	struct resource res;
	int version;

	if (!find_version(node, &major, &minor)) {
		pr_err("%pOF: no \"xen,xen-<version>\" in compatible\n", node);
		return -ENODEV;
	}

	version = HYPERVISOR_xen_version(XENVER_version, NULL);
	if (version <= 0 || version >> 16 != major) {
		pr_err("%pOF promises Xen %u.%u, but the answer is %#x\n",
		       node, major, minor, version);
		return -ENODEV;
	}
	guest->major = version >> 16;
	guest->minor = version & 0xffff;

	if (!of_address_to_resource(node, REG_GRANT_FRAMES, &res) &&
	    IS_ALIGNED(res.start, XEN_PAGE_SIZE) && res.end > res.start) {
		guest->grant_region = res;
		guest->grant_region.name = "Xen grant frames";
	}
	find_extended(node, guest);
	return 0;
}

int xen_domain_init(void)
{
	xen_domain_type = XEN_HVM_DOMAIN;
	if (xen_feature(XENFEAT_dom0))
		xen_start_flags = SIF_INITDOMAIN | SIF_PRIVILEGED;
	return 0;
}

void xen_domain_exit(void)
{
	xen_start_flags = 0;
	xen_domain_type = XEN_NATIVE;
}
