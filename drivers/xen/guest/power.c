// SPDX-License-Identifier: GPL-2.0
/*
 * Power: what the toolstack asks for in control/shutdown, and what the
 * hypervisor is told when this domain ends.
 *
 * A request is acknowledged by emptying the node, in a transaction, so that a
 * newer one is not lost. Watches run in xenbus's thread; the handlers at the
 * end of the file run last of all, with one CPU left.
 */
#define pr_fmt(fmt) "xen: power: " fmt

#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysrq.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/sched.h>
#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#include "core.h"

/* Tries to take a request; a store that refuses more does so on purpose. */
#define TAKE_TRIES	32

struct request {
	const char *name;
	void (*act)(void);
	/* Tells the toolstack that asking for it is worth while. */
	const char *feature;
};

static void power_off(void)
{
	orderly_poweroff(true);
}

static const struct request requests[] = {
	{ "poweroff", power_off, "feature-poweroff" },
	{ "halt", power_off, NULL },
	{ "reboot", orderly_reboot, "feature-reboot" },
};

/* How the domain ends, for the hypervisor; a panic changes it. */
static unsigned int end_reason = SHUTDOWN_reboot;

static const struct request *find_request(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (!strcmp(requests[i].name, name))
			return &requests[i];
	return NULL;
}

/* Reads a node of control/ and empties it; NULL if there was nothing. */
static char *take_node(const char *node)
{
	unsigned int tries = TAKE_TRIES;
	struct xenbus_transaction xbt;
	char *value;
	int err;

	do {
		if (xenbus_transaction_start(&xbt))
			return NULL;
		value = xenbus_read(xbt, "control", node, NULL);
		if (IS_ERR(value) || !*value) {
			xenbus_transaction_end(xbt, 1);
			if (!IS_ERR(value))
				kfree(value);
			return NULL;
		}
		xenbus_write(xbt, "control", node, "");
		err = xenbus_transaction_end(xbt, 0);
		if (err)
			kfree(value);
	} while (err == -EAGAIN && --tries);
	return err ? NULL : value;
}

static void shutdown_asked(struct xenbus_watch *watch, const char *path,
			   const char *token)
{
	const struct request *request;
	char *name = take_node("shutdown");

	if (!name)
		return;
	request = find_request(name);
	if (request) {
		pr_info("%s was asked for\n", request->name);
		request->act();
	} else {
		pr_warn("\"%s\" was asked for and is not known\n", name);
	}
	kfree(name);
}

static void sysrq_asked(struct xenbus_watch *watch, const char *path,
			const char *token)
{
	char *key = take_node("sysrq");

	if (key)
		handle_sysrq(key[0]);
	kfree(key);
}

static struct xenbus_watch watches[] = {
	{ .node = "control/shutdown", .callback = shutdown_asked },
	{ .node = "control/sysrq", .callback = sysrq_asked },
};

static void offer(bool offered)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].feature)
			xenbus_printf(XBT_NIL, "control", requests[i].feature,
				      "%u", offered);
	if (IS_ENABLED(CONFIG_MAGIC_SYSRQ))
		xenbus_printf(XBT_NIL, "control", "feature-sysrq", "%u",
			      offered);
}

/* Which of @watches are registered: the store may never have come. */
static unsigned int watching;

static unsigned int wanted_watches(void)
{
	return IS_ENABLED(CONFIG_MAGIC_SYSRQ) ? ARRAY_SIZE(watches) : 1;
}

static int store_is_there(struct notifier_block *nb, unsigned long event,
			  void *data)
{
	int err;

	for (; watching < wanted_watches(); watching++) {
		err = register_xenbus_watch(&watches[watching]);
		if (err) {
			pr_err("%s cannot be watched (%d)\n",
			       watches[watching].node, err);
			return NOTIFY_DONE;
		}
	}
	offer(true);
	return NOTIFY_DONE;
}

static struct notifier_block store_notifier = {
	.notifier_call = store_is_there,
};

/**
 * xen_reboot() - end this domain
 * @reason: SHUTDOWN_*, which the toolstack acts upon
 *
 * Returns only if the hypervisor refused.
 */
void xen_reboot(int reason)
{
	struct sched_shutdown shutdown = { .reason = reason };
	int err;

	err = HYPERVISOR_sched_op(SCHEDOP_shutdown, &shutdown);
	pr_emerg("the hypervisor does not end this domain (%d)\n", err);
}

static int restart(struct sys_off_data *data)
{
	xen_reboot(end_reason);
	return NOTIFY_DONE;
}

static int powered_off(struct sys_off_data *data)
{
	xen_reboot(SHUTDOWN_poweroff);
	return NOTIFY_DONE;
}

/*
 * A crash is reported by the restart that follows it, when all has been said
 * on the console. A domain that was to wait for ever ends as well: whether to
 * keep it for a look inside is the toolstack's choice, not the guest's.
 */
static int panicked(struct notifier_block *nb, unsigned long event, void *data)
{
#ifdef CONFIG_KEXEC_CORE
	if (kexec_crash_loaded())
		return NOTIFY_DONE;
#endif
	end_reason = SHUTDOWN_crash;
	if (panic_timeout == 0)
		panic_timeout = -1;
	return NOTIFY_DONE;
}

static struct notifier_block panic_notifier = {
	.notifier_call = panicked,
	.priority = INT_MIN,
};

static struct sys_off_handler *restart_handler;
static struct sys_off_handler *off_handler;

int xen_power_init(void)
{
	int err;

	/* Above PSCI, which ends the domain without saying why. */
	restart_handler = register_sys_off_handler(SYS_OFF_MODE_RESTART,
						   SYS_OFF_PRIO_FIRMWARE,
						   restart, NULL);
	if (IS_ERR(restart_handler))
		return PTR_ERR(restart_handler);
	off_handler = register_sys_off_handler(SYS_OFF_MODE_POWER_OFF,
					       SYS_OFF_PRIO_FIRMWARE,
					       powered_off, NULL);
	if (IS_ERR(off_handler)) {
		err = PTR_ERR(off_handler);
		goto err_restart;
	}
	atomic_notifier_chain_register(&panic_notifier_list, &panic_notifier);

	watching = 0;
	err = register_xenstore_notifier(&store_notifier);
	if (err)
		goto err_panic;
	return 0;

err_panic:
	atomic_notifier_chain_unregister(&panic_notifier_list,
					 &panic_notifier);
	unregister_sys_off_handler(off_handler);
err_restart:
	unregister_sys_off_handler(restart_handler);
	return err;
}

void xen_power_exit(void)
{
	unregister_xenstore_notifier(&store_notifier);
	if (watching)
		offer(false);
	while (watching)
		unregister_xenbus_watch(&watches[--watching]);
	atomic_notifier_chain_unregister(&panic_notifier_list,
					 &panic_notifier);
	unregister_sys_off_handler(off_handler);
	unregister_sys_off_handler(restart_handler);
}
