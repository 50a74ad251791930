// SPDX-License-Identifier: GPL-2.0
/*
 * Before kexec: the next kernel gets all memory, FIFO's pages with it, and
 * wants to find the store's and the console's channel as this one did.
 *
 * A module is not told that a reboot is one by kexec, except by its reason.
 * It is done when all devices are shut down that may use a channel. A kernel
 * that crashed into the next one had no chance: then that one does it, while
 * the pages lie in memory that it doesn't use.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/string.h>

#include "../core.h"
#include "port.h"

static int note_reboot(struct notifier_block *block, unsigned long action,
		       void *reason)
{
	xen_events.kexec = reason && !strcmp(reason, "kexec reboot");
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = {
	.notifier_call = note_reboot,
};

int xen_events_watch_kexec(void)
{
	return register_reboot_notifier(&reboot_block);
}

void xen_events_forget_kexec(void)
{
	unregister_reboot_notifier(&reboot_block);
}

void xen_events_shutdown(void)
{
	int err = xen_events.kexec ? xen_channels_reset() : 0;

	if (err)
		pr_err("the next kernel will find FIFO channels (%d)\n", err);
}
