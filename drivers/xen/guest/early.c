// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel with the core built in must know before it has devices:
 * whether it is a Xen domain, and of which kind. setup_arch() asks once; the
 * rest waits for the platform driver, which binds to the node as soon as the
 * device tree becomes devices.
 *
 * In between, hypercalls work and nothing else does. If the driver never
 * binds, the kernel goes on as if there were no hypervisor.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/console.h>
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/efi.h>
#include <linux/init.h>
#include <linux/of_fdt.h>
#include <linux/printk.h>
#include <linux/virtio_anchor.h>
#include <asm/xen/hypervisor.h>
#include <xen/guest.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "core.h"

/* Xen stands in for the firmware of a machine that was booted by EFI. */
static void __init note_efi(unsigned long node)
{
	if (IS_ENABLED(CONFIG_XEN_EFI) && !efi_runtime_disabled() &&
	    of_get_flat_dt_subnode_by_name(node, "uefi") > 0)
		set_bit(EFI_RUNTIME_SERVICES, &efi.flags);
}

/**
 * xen_early_init() - is this a Xen domain?
 *
 * Called by setup_arch(), with the flattened device tree and no allocator.
 */
void __init xen_early_init(void)
{
	unsigned long node;
	int offset;

	offset = of_get_flat_dt_subnode_by_name(of_get_flat_dt_root(),
						"hypervisor");
	if (offset < 0)
		return;
	node = offset;
	if (!of_flat_dt_is_compatible(node, "xen,xen"))
		return;

	xen_features_init();
	xen_domain_init();
	note_efi(node);
	pr_info("this is %s\n", xen_initial_domain() ? "the initial domain" :
						       "a guest");
	if (!console_set_on_cmdline && !xen_initial_domain())
		add_preferred_console("hvc", 0, NULL);
}

/* Before anything sets them up: power is the hypervisor's to manage. */
static int __init leave_power_to_xen(void)
{
	if (!xen_domain())
		return 0;
	disable_cpuidle();
	disable_cpufreq();
	if (IS_ENABLED(CONFIG_XEN_VIRTIO))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);
	if (efi_enabled(EFI_RUNTIME_SERVICES))
		xen_efi_runtime_setup();
	return 0;
}
early_initcall(leave_power_to_xen);

/* Devices exist: without the core, drivers must not think that they can. */
static int __init check_bound(void)
{
	if (!xen_domain() || xen_guest()->dev)
		return 0;
	pr_err("no driver for the hypervisor node: going on without Xen\n");
	xen_domain_exit();
	xen_features_exit();
	return 0;
}
subsys_initcall(check_bound);
