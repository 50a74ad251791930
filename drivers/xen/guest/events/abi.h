/* SPDX-License-Identifier: GPL-2.0 */
/* An event channel ABI: how ports share their state with the hypervisor. */
#ifndef XEN_EVENTS_ABI_H
#define XEN_EVENTS_ABI_H

#include <linux/types.h>
#include <xen/interface/event_channel.h>

/**
 * struct xen_event_abi - one way to lay out pending and mask bits
 * @name: for messages
 * @max_ports: port numbers are below it
 * @init: called once, before any port exists; leaves all ports masked
 * @exit: gives back what @init took
 * @resume: called first after the domain was restored: the hypervisor has
 *	forgotten what @init and @open told it. May be NULL
 * @cpu_dead: a CPU is gone; calls @strand for each port that only it would
 *	have served. May be NULL
 * @open: makes room for @port's state and masks it; process context
 * @move: @port is delivered to @to from now on, before to @from; either may
 *	be negative for none. The caller keeps the port masked.
 * @mask: no upcalls for @port
 * @unmask: upcalls for @port again; if it became pending while masked, the
 *	hypervisor is asked to deliver it
 * @clear: forget that @port is pending
 * @raise: make @port pending; does not deliver by itself
 * @is_pending: @port is pending
 * @is_masked: @port is masked
 * @serve: calls @handle for ports that are pending and deliverable on this
 *	CPU, in an order in which none waits for another to be served twice,
 *	and for no more than a bounded number; hard interrupt context. If it
 *	leaves some, evtchn_upcall_pending is set
 *
 * All but @init, @exit, @resume and @open may be called in any context. What they do to
 * one port is serialised by the caller with the port's lock.
 */
struct xen_event_abi {
	const char *name;
	unsigned int max_ports;
	int (*init)(void);
	void (*exit)(void);
	int (*resume)(void);
	void (*cpu_dead)(unsigned int cpu,
			 void (*strand)(evtchn_port_t port));
	int (*open)(evtchn_port_t port);
	void (*move)(evtchn_port_t port, int from, int to);
	void (*mask)(evtchn_port_t port);
	void (*unmask)(evtchn_port_t port);
	void (*clear)(evtchn_port_t port);
	void (*raise)(evtchn_port_t port);
	bool (*is_pending)(evtchn_port_t port);
	bool (*is_masked)(evtchn_port_t port);
	void (*serve)(unsigned int cpu, void (*handle)(evtchn_port_t port));
};

extern const struct xen_event_abi xen_two_level_abi, xen_fifo_abi;

#endif /* XEN_EVENTS_ABI_H */
