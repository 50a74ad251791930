// SPDX-License-Identifier: GPL-2.0
/*
 * The upcall: the per-CPU interrupt by which the hypervisor says that there
 * are events, and what a CPU does when it comes and goes.
 *
 * Owns the layer's bring-up. A CPU registers its vcpu_info the first time it
 * starts and keeps it; its interrupt is enabled and disabled each time.
 */
#define pr_fmt(fmt) "xen: events: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <asm/barrier.h>
#include <xen/events.h>
#include <xen/guest.h>
#include <xen/xen-ops.h>

#include "../core.h"
#include "../shared_info.h"
#include "../trace.h"
#include "param.h"
#include "port.h"

/* Passes over the pending events before others on the CPU get a turn. */
#define MAX_PASSES	8

bool xen_fifo_events;
EXPORT_SYMBOL_GPL(xen_fifo_events);

static bool fifo_events = true;
module_param(fifo_events, bool, 0444);
MODULE_PARM_DESC(fifo_events, "Use FIFO event channels if there are any");

DEFINE_PER_CPU(struct xen_upcall_stats, xen_upcall_stats);

static void go_on(struct irq_work *work)
{
	xen_evtchn_do_upcall();
}

/* Set up at run time: 6.12 does not relocate a module's per-CPU data. */
static DEFINE_PER_CPU(struct irq_work, more_work);

static void handle_stray(evtchn_port_t nr)
{
	struct xen_port *port;

	xen_events.abi->mask(nr);
	xen_events.abi->clear(nr);
	/*
	 * Somebody may have opened it since it was looked up, whom this must
	 * not leave masked: pairs with the barriers of the table's lock, taken
	 * to enter a port before it is unmasked for the first time.
	 */
	smp_mb();
	port = xen_port_find(nr);
	if (port) {
		xen_port_retrigger(port);
		return;
	}
	atomic_inc(&xen_events.strays);
	pr_warn_ratelimited("event on port %u, which nobody has open\n", nr);
}

static void handle_port(evtchn_port_t nr)
{
	struct xen_port *port = xen_port_find(nr);

	if (likely(port))
		generic_handle_irq_desc(port->desc);
	else
		handle_stray(nr);
}

/**
 * xen_evtchn_do_upcall() - handle the events of this CPU
 *
 * Hard interrupt context. Each pass takes what is pending and hands out every
 * port once, so that no port can hold up another; a CPU that is still called
 * after some of them lets its soft interrupts run before it goes on.
 *
 * Return: IRQ_HANDLED, or IRQ_NONE if there was nothing.
 */
int xen_evtchn_do_upcall(void)
{
	unsigned int cpu = smp_processor_id();
	struct xen_upcall_stats *stats = this_cpu_ptr(&xen_upcall_stats);
	struct vcpu_info *vcpu = per_cpu(xen_vcpu, cpu);
	unsigned int passes = 0;
	bool rearmed = false;

	if (unlikely(!vcpu))
		return IRQ_NONE;
	stats->upcalls++;
	stats->since = jiffies;

	/* Interrupts are off, which keeps RCU's readers waiting for us too. */
	while (READ_ONCE(vcpu->evtchn_upcall_pending)) {
		if (passes == MAX_PASSES) {
			/* Xen does not call while the flag is set. */
			rearmed = irq_work_queue(this_cpu_ptr(&more_work));
			stats->rearmed++;
			break;
		}
		passes++;
		WRITE_ONCE(vcpu->evtchn_upcall_pending, 0);
		/* Cleared before the selector is read, set after it by Xen. */
		virt_mb();
		xen_events.abi->serve(cpu, handle_port);
	}
	trace_xen_upcall(passes, rearmed);
	return passes ? IRQ_HANDLED : IRQ_NONE;
}

static irqreturn_t upcall(int irq, void *unused)
{
	/* A call whose events another pass has served is no fault. */
	xen_evtchn_do_upcall();
	return IRQ_HANDLED;
}

static int start_cpu(unsigned int cpu)
{
	int err = xen_vcpu_register(cpu);

	/* A CPU without events is of use: ports stay away from it. */
	if (err) {
		pr_warn("CPU%u takes no events (%d)\n", cpu, err);
		return 0;
	}
	per_cpu(xen_vcpu, cpu)->evtchn_upcall_mask = 0;
	xen_ports_revive(cpu);
	enable_percpu_irq(xen_guest()->upcall_irq, IRQ_TYPE_NONE);
	/*
	 * An event may have come when this CPU went, or while it was away.
	 * Xen does not call again while the flag is set, and forgets the
	 * calls that it made when a vCPU is started.
	 */
	if (READ_ONCE(per_cpu(xen_vcpu, cpu)->evtchn_upcall_pending))
		irq_work_queue(this_cpu_ptr(&more_work));
	return 0;
}

static int stop_cpu(unsigned int cpu)
{
	if (per_cpu(xen_vcpu, cpu))
		disable_percpu_irq(xen_guest()->upcall_irq);
	return 0;
}

/* The last that may still have served events there is the CPU itself. */
static int bury_cpu(unsigned int cpu)
{
	if (xen_events.abi->cpu_dead)
		xen_events.abi->cpu_dead(cpu, xen_port_strand);
	return 0;
}

static void register_here(void *unused)
{
	xen_vcpu_register(smp_processor_id());
}

/*
 * While there are two levels, which is what tells that an earlier vcpu_info
 * is still in use. A vCPU that is up can only be registered by itself.
 */
static void register_vcpus(void)
{
	unsigned int cpu;

	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		if (cpu_online(cpu))
			smp_call_function_single(cpu, register_here, NULL, 1);
		else
			xen_vcpu_register(cpu);
	}
	cpus_read_unlock();
}

static int choose_abi(void)
{
	/* A kernel before this one may have left FIFO's pages behind. */
	int err = xen_channels_reset();

	if (err) {
		pr_err("FIFO channels of an earlier kernel stay (%d)\n", err);
		return err;
	}
	register_vcpus();
	xen_fifo_events = fifo_events && !xen_fifo_abi.init();
	xen_events.abi = xen_fifo_events ? &xen_fifo_abi : &xen_two_level_abi;
	pr_info("%s event channels\n", xen_events.abi->name);
	return xen_fifo_events ? 0 : xen_two_level_abi.init();
}

static int watch_cpus(void)
{
	int err;

	err = cpuhp_setup_state_nocalls(CPUHP_XEN_EVTCHN_PREPARE,
					"arm/xen:events", NULL, bury_cpu);
	if (err)
		return err;
	err = cpuhp_setup_state(CPUHP_AP_ARM_XEN_STARTING, "arm/xen:starting",
				start_cpu, stop_cpu);
	if (err)
		cpuhp_remove_state_nocalls(CPUHP_XEN_EVTCHN_PREPARE);
	return err;
}

static void forget_cpus(void)
{
	cpuhp_remove_state(CPUHP_AP_ARM_XEN_STARTING);
	cpuhp_remove_state_nocalls(CPUHP_XEN_EVTCHN_PREPARE);
}

int xen_events_init(void)
{
	unsigned int cpu, irq = xen_guest()->upcall_irq;
	int err;

	for_each_possible_cpu(cpu)
		per_cpu(more_work, cpu) = IRQ_WORK_INIT_HARD(go_on);
	atomic_set(&xen_events.strays, 0);
	err = choose_abi();
	if (err)
		return err;
	err = xen_irq_domain_init();
	if (err)
		goto err_abi;
	err = request_percpu_irq(irq, upcall, "xen-upcall", &xen_upcall_stats);
	if (err) {
		pr_err("interrupt %u cannot be had (%d)\n", irq, err);
		goto err_domain;
	}
	err = watch_cpus();
	if (err)
		goto err_irq;
	err = xen_events_watch_kexec();
	if (err)
		goto err_cpus;
	return 0;

err_cpus:
	forget_cpus();
err_irq:
	free_percpu_irq(irq, &xen_upcall_stats);
err_domain:
	xen_irq_domain_exit();
err_abi:
	xen_events.abi->exit();
	return err;
}

void xen_events_exit(void)
{
	unsigned int cpu;

	WARN_ON(!xa_empty(&xen_events.ports));
	xen_events_forget_kexec();
	forget_cpus();
	free_percpu_irq(xen_guest()->upcall_irq, &xen_upcall_stats);
	/* Queued by an upcall before its CPU was stopped. */
	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(more_work, cpu));
	xen_irq_domain_exit();
	xen_events.abi->exit();
	/* Ports that were closed last are freed by callbacks of ours. */
	rcu_barrier();
}

/**
 * xen_debug_interrupt() - say what this CPU's events are up to
 * @irq: VIRQ_DEBUG's
 * @dev_id: unused
 *
 * Return: IRQ_HANDLED.
 */
irqreturn_t xen_debug_interrupt(int irq, void *dev_id)
{
	unsigned int cpu = smp_processor_id();
	struct vcpu_info *vcpu = per_cpu(xen_vcpu, cpu);
	struct xen_port *port;
	unsigned long nr;

	if (!vcpu)
		return IRQ_NONE;
	pr_info("CPU%u: upcall pending %u\n", cpu, vcpu->evtchn_upcall_pending);
	rcu_read_lock();
	xa_for_each(&xen_events.ports, nr, port)
		pr_info("port %lu on CPU%u: pending %d, masked %d, held %#x\n",
			nr, port->cpu, xen_events.abi->is_pending(nr),
			xen_events.abi->is_masked(nr), READ_ONCE(port->held));
	rcu_read_unlock();
	return IRQ_HANDLED;
}
