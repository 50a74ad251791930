// SPDX-License-Identifier: GPL-2.0
/*
 * The core is a platform driver on the /hypervisor node: built in or loaded by
 * the node's modalias, it needs no hook in the architecture's boot code.
 *
 * Owns the context, and the order in which the layers come and go. There is
 * one hypervisor; a second node is refused.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <xen/xen.h>

#include "core.h"

static struct xen_guest context;

const struct xen_guest *xen_guest(void)
{
	return &context;
}
EXPORT_SYMBOL_GPL(xen_guest);

struct layer {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
};

/* Each line needs those above it; what a comment says is forced by more. */
static const struct layer layers[] = {
	{ "features", xen_features_init, xen_features_exit },
	{ "domain", xen_domain_init, xen_domain_exit },
	{ "debugfs", xen_debugfs_init, xen_debugfs_exit },
	{ "memory", xen_memory_init, xen_memory_exit },
	/* Takes its place in the grant region before frames are laid out. */
	{ "shared info", xen_shared_info_init, xen_shared_info_exit },
	{ "grants", xen_grant_init, xen_grant_exit },
	{ "events", xen_events_init, xen_events_exit },
	{ "time", xen_time_init, xen_time_exit },
#ifdef XEN_GUEST_MODULE
	{ "console", xen_console_init, xen_console_exit },
	{ "sysfs", xen_sysfs_init, xen_sysfs_exit },
#endif
	{ "debugfs files", xen_debugfs_files_init, xen_debugfs_files_exit },
	{ "xenbus", xen_xenbus_init, xen_xenbus_exit },
	{ "balloon", xen_balloon_control_init, xen_balloon_control_exit },
	{ "CPU hotplug", xen_hotplug_init, xen_hotplug_exit },
	{ "power", xen_power_init, xen_power_exit },
};

static void bring_down(unsigned int count)
{
	while (count--)
		layers[count].exit();
}

static int bring_up(struct device *dev)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(layers); i++) {
		err = layers[i].init();
		if (err) {
			bring_down(i);
			return dev_err_probe(dev, err, "no %s\n",
					     layers[i].name);
		}
	}
	return 0;
}

static void forget_hypervisor(void *unused)
{
	bring_down(ARRAY_SIZE(layers));
	memset(&context, 0, sizeof(context));
}

static int hypervisor_probe(struct platform_device *pdev)
{
	int err;

	if (context.dev)
		return dev_err_probe(&pdev->dev, -EBUSY,
				     "a second hypervisor\n");

	err = xen_discover(pdev->dev.of_node, &context);
	if (err)
		goto err_forget;
	err = platform_get_irq(pdev, 0);
	if (err < 0)
		goto err_forget;
	context.upcall_irq = err;
	context.dev = &pdev->dev;

	err = bring_up(&pdev->dev);
	if (err)
		goto err_forget;
	dev_info(&pdev->dev, "Xen %u.%u, %s\n", context.major, context.minor,
		 xen_initial_domain() ? "the initial domain" : "a guest");
	return devm_add_action_or_reset(&pdev->dev, forget_hypervisor, NULL);

err_forget:
	memset(&context, 0, sizeof(context));
	return err;
}

/* The devices above were made later, and are shut down before. */
static void hypervisor_shutdown(struct platform_device *pdev)
{
	xen_events_shutdown();
}

static const struct of_device_id hypervisor_ids[] = {
	{ .compatible = "xen,xen" },
	{ }
};
MODULE_DEVICE_TABLE(of, hypervisor_ids);
/* Busybox's modprobe cuts the node's modalias at the dot of the version. */
MODULE_ALIAS("of:N*T*Cxen,xen_*");

static struct platform_driver hypervisor_driver = {
	.probe = hypervisor_probe,
	.shutdown = hypervisor_shutdown,
	.driver = {
		.name = "xen-guest",
		.of_match_table = hypervisor_ids,
		/* Drivers above would not survive a bind and unbind by hand. */
		.suppress_bind_attrs = true,
	},
};

/* Built in: before the device tree becomes devices, at arch_initcall_sync. */
static int __init hypervisor_init(void)
{
	return platform_driver_register(&hypervisor_driver);
}
arch_initcall(hypervisor_init);

static void __exit hypervisor_exit(void)
{
	platform_driver_unregister(&hypervisor_driver);
}
module_exit(hypervisor_exit);

MODULE_DESCRIPTION("Xen guest core");
MODULE_LICENSE("GPL");
