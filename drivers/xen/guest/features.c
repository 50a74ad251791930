// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor says it can do, and which version it is.
 *
 * Owns the feature table of <xen/features.h>: one byte a bit, so that
 * xen_feature() is a load. It is written while the core binds and read only
 * after.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/export.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/xen/hypercall.h>
#include <xen/features.h>
#include <xen/guest.h>
#include <xen/interface/version.h>
#include <xen/xen-ops.h>

#include "core.h"
#include "features.h"

u8 xen_features[XENFEAT_NR_SUBMAPS * 32] __read_mostly;
EXPORT_SYMBOL_GPL(xen_features);

void xen_setup_features(void)
{
	struct xen_feature_info info;
	unsigned int i;

	for (i = 0; i < XENFEAT_NR_SUBMAPS; i++) {
		info = (struct xen_feature_info){ .submap_idx = i };
		if (HYPERVISOR_xen_version(XENVER_get_features, &info) < 0)
			info.submap = 0;
		xen_features_decode(&xen_features[i * 32], info.submap);
	}
}

int xen_features_init(void)
{
	xen_setup_features();

	/* Every address handed to Xen here is a guest physical one. */
	if (!xen_feature(XENFEAT_auto_translated_physmap))
		pr_warn("the hypervisor does not claim translated memory\n");
	return 0;
}

void xen_features_exit(void)
{
	memset(xen_features, 0, sizeof(xen_features));
}

/**
 * xen_running_on_version_or_later() - compare the hypervisor's version
 * @major: wanted
 * @minor: wanted
 *
 * Return: true if the core is bound to such a hypervisor or a newer one.
 */
bool xen_running_on_version_or_later(unsigned int major, unsigned int minor)
{
	const struct xen_guest *guest = xen_guest();

	if (!guest->dev)
		return false;
	return guest->major > major ||
	       (guest->major == major && guest->minor >= minor);
}
EXPORT_SYMBOL_GPL(xen_running_on_version_or_later);
