// SPDX-License-Identifier: GPL-2.0
/*
 * The console: hvc0 on the PV console ring that the toolstack set up, or on
 * the hypervisor's own console for the initial domain; and early printk.
 *
 * Owns the ring's mapping and port. The port was opened by the toolstack and
 * outlives this module, as does the ring, which goes on where it stopped.
 * Printk and the terminal write without knowing of each other: the lock is
 * around the ring alone, and nothing is printed under it.
 */
#define pr_fmt(fmt) "xen: console: " fmt

#include <linux/console.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/xen/hypercall.h>
#include <hvc_console.h>
#include <xen/events.h>
#include <xen/hvc-console.h>
#include <xen/hvm.h>
#include <xen/interface/sched.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "console_ring.h"
#include "core.h"

/* What the hvc layer knows this terminal by: "xen". */
#define TERMINAL	0x78656e
#define OUTBUF_SIZE	256

/* How often a writer lets others run before it drops what finds no room. */
#define MAX_YIELDS	64

static bool copy_messages;
module_param_named(early_printk, copy_messages, bool, 0444);
MODULE_PARM_DESC(early_printk,
		 "Copy kernel messages to the hypervisor's console");

static struct {
	struct xen_console_ring ring;
	raw_spinlock_t lock; /* of the ring */
	evtchn_port_t port;
	int irq;
	struct hvc_struct *hvc;
} console;

void xen_raw_console_write(const char *str)
{
	HYPERVISOR_console_io(CONSOLEIO_write, strlen(str), (char *)str);
}
EXPORT_SYMBOL_GPL(xen_raw_console_write);

void xen_raw_printk(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	xen_raw_console_write(text);
}
EXPORT_SYMBOL_GPL(xen_raw_printk);

static void early_write(struct console *con, const char *text,
			unsigned int count)
{
	HYPERVISOR_console_io(CONSOLEIO_write, count, (char *)text);
}

struct console xenboot_console = {
	.name = "xenboot",
	.write = early_write,
	.flags = CON_PRINTBUFFER | CON_ANYTIME,
	.index = -1,
};

static ssize_t judge(ssize_t ret)
{
	if (ret < 0)
		pr_err_once("the other end broke the ring: no console\n");
	return ret;
}

static ssize_t ring_get(u32 terminal, u8 *buf, size_t count)
{
	unsigned long flags;
	ssize_t got;

	raw_spin_lock_irqsave(&console.lock, flags);
	got = xen_console_ring_read(&console.ring, buf, count);
	raw_spin_unlock_irqrestore(&console.lock, flags);
	if (got > 0)
		notify_remote_via_evtchn(console.port);
	return judge(got);
}

static ssize_t put_once(const u8 *buf, size_t count)
{
	unsigned long flags;
	ssize_t put;

	/* Who died with the lock must not silence the CPU that reports it. */
	if (oops_in_progress) {
		put = xen_console_ring_write(&console.ring, buf, count);
	} else {
		raw_spin_lock_irqsave(&console.lock, flags);
		put = xen_console_ring_write(&console.ring, buf, count);
		raw_spin_unlock_irqrestore(&console.lock, flags);
	}
	if (put > 0)
		notify_remote_via_evtchn(console.port);
	return judge(put);
}

static ssize_t ring_put(u32 terminal, const u8 *buf, size_t count)
{
	unsigned int yields = 0;
	size_t done = 0;
	ssize_t put;

	/* Printk drops what is not taken: wait a little for a slow reader. */
	while (done < count && yields++ < MAX_YIELDS) {
		put = put_once(buf + done, count - done);
		if (put < 0)
			return done ? done : put;
		done += put;
		if (done < count)
			HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
	}
	return done;
}

/* The event is over when what it announced was taken or found missing. */
static irqreturn_t ring_event(int irq, void *data)
{
	XENCONS_RING_IDX taken = console.ring.in_cons;
	struct hvc_struct *hvc = data;
	bool worth;

	/* Room for output is as good a reason for an event as input is. */
	worth = READ_ONCE(hvc->n_outbuf);
	if (hvc_poll(hvc))
		hvc_kick();
	worth |= console.ring.in_cons != taken;
	xen_irq_lateeoi(irq, worth ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static int ring_open(struct hvc_struct *hvc, int irq)
{
	int err;

	err = request_irq(irq, ring_event, 0, "xen-console", hvc);
	hvc->irq_requested = !err;
	return err;
}

static void ring_close(struct hvc_struct *hvc, int irq)
{
	if (!hvc->irq_requested)
		return;
	free_irq(irq, hvc);
	hvc->irq_requested = 0;
}

static const struct hv_ops ring_ops = {
	.get_chars = ring_get,
	.put_chars = ring_put,
	.notifier_add = ring_open,
	.notifier_del = ring_close,
	.notifier_hangup = ring_close,
};

static ssize_t host_get(u32 terminal, u8 *buf, size_t count)
{
	return HYPERVISOR_console_io(CONSOLEIO_read, count, (char *)buf);
}

static ssize_t host_put(u32 terminal, const u8 *buf, size_t count)
{
	int err = HYPERVISOR_console_io(CONSOLEIO_write, count, (char *)buf);

	return err < 0 ? err : count;
}

/* Without an interrupt: hvc polls for input. */
static const struct hv_ops host_ops = {
	.get_chars = host_get,
	.put_chars = host_put,
};

/* Zero and all ones both stand for "there is none". */
static bool get_param(int index, u64 *value)
{
	return !hvm_get_parameter(index, value) && *value && ~*value;
}

static int map_ring(void)
{
	struct xencons_interface *shared;
	u64 gfn, port;

	if (!get_param(HVM_PARAM_CONSOLE_PFN, &gfn) ||
	    !get_param(HVM_PARAM_CONSOLE_EVTCHN, &port))
		return -ENODEV;
	shared = memremap(gfn << XEN_PAGE_SHIFT, XEN_PAGE_SIZE, MEMREMAP_WB);
	if (!shared)
		return -ENOMEM;
	xen_console_ring_attach(&console.ring, shared);
	console.port = port;
	return 0;
}

static int bind_ring(void)
{
	console.irq = bind_evtchn_to_irq_lateeoi(console.port);
	if (console.irq < 0)
		return console.irq;
	/* The toolstack's port: it must be there for the next load. */
	return evtchn_make_refcounted(console.port, true);
}

static void unmap_ring(void)
{
	if (console.irq > 0)
		evtchn_put(console.port);
	if (console.ring.shared)
		memunmap(console.ring.shared);
}

static int add_terminal(const struct hv_ops *ops)
{
	struct hvc_struct *hvc;
	bool taken;

	/* Taken before it is allocated, or each load would get the next. */
	taken = hvc_instantiate(TERMINAL, 0, ops);
	if (taken)
		pr_info("hvc0 is taken\n");
	hvc = hvc_alloc(TERMINAL, console.irq, ops, OUTBUF_SIZE);
	if (!IS_ERR(hvc)) {
		console.hvc = hvc;
		return 0;
	}
	if (taken)
		return PTR_ERR(hvc);
	/* The hvc layer never forgets @ops: what they use has to stay. */
	pr_err("hvc0 takes messages, but nobody can open it (%pe)\n", hvc);
	__module_get(THIS_MODULE);
	return 0;
}

int xen_console_init(void)
{
	int err;

	memset(&console, 0, sizeof(console));
	raw_spin_lock_init(&console.lock);
	if (copy_messages)
		register_console(&xenboot_console);

	if (xen_initial_domain()) {
		err = add_terminal(&host_ops);
	} else {
		err = map_ring();
		if (err == -ENODEV) {
			pr_info("the toolstack set none up: no hvc0\n");
			return 0;
		}
		err = err ?: bind_ring();
		err = err ?: add_terminal(&ring_ops);
	}
	/* A domain is of use without a terminal. */
	if (err) {
		pr_err("no hvc0 (%d)\n", err);
		unmap_ring();
		memset(&console, 0, sizeof(console));
	}
	return 0;
}

void xen_console_exit(void)
{
	/* Hangs up, which frees the interrupt of an open terminal. */
	if (console.hvc)
		hvc_remove(console.hvc);
	unmap_ring();
	if (copy_messages)
		unregister_console(&xenboot_console);
}

void xen_console_resume(void)
{
	u64 port;

	if (!console.irq || !get_param(HVM_PARAM_CONSOLE_EVTCHN, &port))
		return;
	console.port = port;
	rebind_evtchn_irq(port, console.irq);
}
