/* SPDX-License-Identifier: GPL-2.0 */
/* A port: one end of an event channel, and the Linux interrupt it became. */
#ifndef XEN_EVENTS_PORT_H
#define XEN_EVENTS_PORT_H

#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <xen/interface/event_channel.h>

#include "abi.h"
#include "damper.h"

struct irq_desc;
struct irq_domain;
struct seq_file;
struct xenbus_device;

enum xen_port_kind {
	XEN_PORT_EVENT,		/* the other end is a domain, or nobody yet */
	XEN_PORT_VIRQ,		/* the hypervisor itself */
	XEN_PORT_IPI,		/* another CPU of this domain */
};

/* Why a port is masked. It is unmasked when no reason is left. */
#define XEN_HOLD_DISABLED	BIT(0)	/* the interrupt core said so */
#define XEN_HOLD_EOI		BIT(1)	/* its handler is not done yet */
#define XEN_HOLD_MOVING		BIT(2)	/* between two CPUs */

/**
 * struct xen_port - an open port
 * @nr: its number; 0 while its channel is lost
 * @slot: its number in the interrupt domain, the same for life
 * @irq: its Linux interrupt
 * @desc: that interrupt's descriptor
 * @kind: what is at the other end
 * @source: which VIRQ or IPI it is
 * @home: the CPU that its VIRQ or IPI was bound for, the same for life
 * @cpu: where it is delivered; its vCPU for what is bound to one
 * @pinned: it cannot be delivered elsewhere
 * @late: it stays masked until its handler says xen_irq_lateeoi()
 * @is_static: the hypervisor made it; it is never closed
 * @user: it was given to user space, which may take references
 * @refs: binds less unbinds, under xen_events.bind_lock
 * @peer: the device at the other end if that is known, for its statistics
 * @rcu: frees it when the last reader is through
 * @lock: protects all below
 * @held: XEN_HOLD_*
 * @crowded: it fired when its CPU had spent too long on events already
 * @damper: what its recent events were worth
 * @release: ends a delayed end of interrupt
 * @events: how often it fired
 * @useless: how often for nothing
 * @delayed: how often it had to wait for its next chance
 */
struct xen_port {
	evtchn_port_t nr;
	u32 slot;
	unsigned int irq;
	struct irq_desc *desc;
	enum xen_port_kind kind;
	unsigned int source;
	unsigned int home;
	unsigned int cpu;
	bool pinned;
	bool late;
	bool is_static;
	bool user;
	unsigned int refs;
	struct xenbus_device *peer;
	struct rcu_head rcu;

	raw_spinlock_t lock;
	unsigned int held;
	bool crowded;
	struct xen_damper damper;
	struct timer_list release;
	unsigned long events;
	unsigned long useless;
	unsigned long delayed;
};

/**
 * struct xen_events - the event layer
 * @abi: how the hypervisor and this domain share state
 * @ports: open ports by number; read under RCU
 * @slots: the same by slot
 * @domain: the interrupts; NULL while the layer is down
 * @bind_lock: serialises binding and unbinding
 * @strays: upcalls for a port that nobody has open
 * @kexec: the reboot that is going on leads to another kernel
 *
 * Lock order: @bind_lock, the interrupt core's locks, a port's lock.
 */
struct xen_events {
	const struct xen_event_abi *abi;
	struct xarray ports;
	struct xarray slots;
	struct irq_domain *domain;
	struct mutex bind_lock; /* all that opens or closes a port */
	atomic_t strays;
	bool kexec;
};

extern struct xen_events xen_events;

/**
 * struct xen_upcall_stats - what a CPU did in upcalls
 * @upcalls: taken
 * @rearmed: given up for others' sake, to be continued
 * @since: when the current one began, in jiffies
 */
struct xen_upcall_stats {
	unsigned long upcalls;
	unsigned long rearmed;
	unsigned long since;
};

DECLARE_PER_CPU(struct xen_upcall_stats, xen_upcall_stats);

/* port.c */

/**
 * xen_port_open() - make an interrupt of a port
 * @wanted: number, kind, source, cpu, and flags; copied
 *
 * Process context, with bind_lock held. The port is masked until its
 * interrupt is requested.
 *
 * Return: the port, or an ERR_PTR(): -EBUSY if the number is taken.
 */
struct xen_port *xen_port_open(const struct xen_port *wanted);

/**
 * xen_port_close() - give a port and its interrupt back
 * @port: with no action left; freed when the last reader is through
 * @close_channel: tell the hypervisor too
 *
 * Process context, with bind_lock held.
 */
void xen_port_close(struct xen_port *port, bool close_channel);

/**
 * xen_port_rename() - the same port and interrupt, on another channel
 * @port: to rename
 * @nr: of the new channel, which is at vCPU 0; 0 for none
 *
 * Process context, with bind_lock held.
 *
 * Return: 0 or a negative errno; the port has no channel then.
 */
int xen_port_rename(struct xen_port *port, evtchn_port_t nr);

/* The port with this number, or NULL; under RCU or bind_lock. */
struct xen_port *xen_port_find(evtchn_port_t nr);

/* Adds or removes a reason to be masked; any context. */
void xen_port_hold(struct xen_port *port, unsigned int reason);
void xen_port_unhold(struct xen_port *port, unsigned int reason);

/**
 * xen_port_ack() - take note of an event, so that the next is seen
 * @port: that fired
 * @hold: XEN_HOLD_*, reasons to let no further event in; or 0
 */
void xen_port_ack(struct xen_port *port, unsigned int hold);

/* The handler is done: let events in again, at once or damped. */
void xen_port_eoi(struct xen_port *port, bool spurious);

/* Makes the port fire as if its peer had sent an event. */
void xen_port_retrigger(struct xen_port *port);

/**
 * xen_port_route() - deliver a port to another CPU
 * @port: to move
 * @cpu: that has a vcpu_info
 *
 * Return: 0, or what the hypervisor said; nothing has changed then.
 */
int xen_port_route(struct xen_port *port, unsigned int cpu);

/* How many ports a CPU has to serve. */
unsigned int xen_ports_on(unsigned int cpu);

/**
 * xen_port_strand() - a port was on the queue of a CPU that is gone
 * @nr: its number; pending and not masked
 *
 * It fires where it is delivered now. What is tied to the CPU waits for it.
 */
void xen_port_strand(evtchn_port_t nr);

/* What waited for this CPU, fires; on the CPU, with interrupts off. */
void xen_ports_revive(unsigned int cpu);

/* reset.c */

/**
 * xen_channels_reset() - back to two levels, with all channels of others open
 *
 * Process context, while nobody in the domain has a port bound. Does nothing
 * if there are two levels already.
 *
 * Return: 0, or a negative errno: the hypervisor still writes to FIFO's pages.
 */
int xen_channels_reset(void);

/* kexec.c */

int xen_events_watch_kexec(void);
void xen_events_forget_kexec(void);

/* irq.c */

struct xen_port *xen_port_of_irq(unsigned int irq);
int xen_irq_domain_init(void);
void xen_irq_domain_exit(void);

/* bind.c: for debugfs */

void xen_ports_show(struct seq_file *file);

#endif /* XEN_EVENTS_PORT_H */
