// SPDX-License-Identifier: GPL-2.0
/*
 * Ports as Linux interrupts: the domain, and the two chips.
 *
 * All ports are edges: an event is acknowledged before it is handled. The
 * second chip leaves the port masked until the handler, or who works for it
 * later, says xen_irq_lateeoi(): then a peer gets no more of this domain's
 * time than its events are worth.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/limits.h>
#include <linux/property.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <xen/events.h>
#include <xen/guest.h>
#include <xen/xen-ops.h>

#include "port.h"

static struct xen_port *port_of(struct irq_data *data)
{
	return irq_data_get_irq_chip_data(data);
}

static void event_mask(struct irq_data *data)
{
	xen_port_hold(port_of(data), XEN_HOLD_DISABLED);
}

static void event_unmask(struct irq_data *data)
{
	xen_port_unhold(port_of(data), XEN_HOLD_DISABLED);
}

static void event_ack(struct irq_data *data)
{
	xen_port_ack(port_of(data), 0);
}

static void late_event_ack(struct irq_data *data)
{
	xen_port_ack(port_of(data), XEN_HOLD_EOI);
}

/* The event is put off, not handled: nobody will say that it is done. */
static void event_mask_ack(struct irq_data *data)
{
	xen_port_ack(port_of(data), XEN_HOLD_DISABLED);
}

static int event_retrigger(struct irq_data *data)
{
	xen_port_retrigger(port_of(data));
	return 1;
}

static void event_print_chip(struct irq_data *data, struct seq_file *file)
{
	seq_printf(file, "xen-port-%u", port_of(data)->nr);
}

/* Of the CPUs that take upcalls, the one with the fewest ports. */
static unsigned int choose_cpu(const struct xen_port *port,
			       const struct cpumask *mask)
{
	unsigned int best = nr_cpu_ids;
	unsigned int least = UINT_MAX;
	unsigned int cpu, count;

	for_each_cpu_and(cpu, mask, cpu_online_mask) {
		if (!per_cpu(xen_vcpu, cpu))
			continue;
		count = xen_ports_on(cpu);
		if (cpu == port->cpu && count)
			count--;
		if (count < least) {
			least = count;
			best = cpu;
		}
	}
	return best;
}

static int event_set_affinity(struct irq_data *data,
			      const struct cpumask *mask, bool force)
{
	struct xen_port *port = port_of(data);
	unsigned int cpu = choose_cpu(port, mask);
	int err;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	err = xen_port_route(port, cpu);
	if (err)
		return err;
	irq_data_update_effective_affinity(data, cpumask_of(cpu));
	return IRQ_SET_MASK_OK;
}

#define CHIP_FLAGS	(IRQCHIP_SKIP_SET_WAKE | IRQCHIP_AFFINITY_PRE_STARTUP)

static struct irq_chip event_chip = {
	.name = "xen-event",
	.irq_mask = event_mask,
	.irq_unmask = event_unmask,
	.irq_ack = event_ack,
	.irq_mask_ack = event_mask_ack,
	.irq_set_affinity = event_set_affinity,
	.irq_retrigger = event_retrigger,
	.irq_print_chip = event_print_chip,
	.flags = CHIP_FLAGS,
};

static struct irq_chip late_event_chip = {
	.name = "xen-event-late",
	.irq_mask = event_mask,
	.irq_unmask = event_unmask,
	.irq_ack = late_event_ack,
	.irq_mask_ack = event_mask_ack,
	.irq_set_affinity = event_set_affinity,
	.irq_retrigger = event_retrigger,
	.irq_print_chip = event_print_chip,
	.flags = CHIP_FLAGS,
};

static int map_port(struct irq_domain *domain, unsigned int irq,
		    irq_hw_number_t slot)
{
	struct xen_port *port = xa_load(&xen_events.slots, slot);

	irq_set_chip_data(irq, port);
	irq_set_chip_and_handler_name(irq, port->late ? &late_event_chip :
							&event_chip,
				      handle_edge_irq, "event");
	irq_set_noprobe(irq);
	if (port->pinned)
		irq_set_status_flags(irq, IRQ_PER_CPU | IRQ_NO_BALANCING);
	return 0;
}

static const struct irq_domain_ops domain_ops = {
	.map = map_port,
};

/**
 * xen_port_of_irq() - the port that an interrupt belongs to
 * @irq: a Linux interrupt number
 *
 * Under RCU, with bind_lock held, or while @irq is bound by the caller.
 *
 * Return: NULL if it is not one of ours.
 */
struct xen_port *xen_port_of_irq(unsigned int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);

	if (!data || data->domain != xen_events.domain || !data->domain)
		return NULL;
	return port_of(data);
}

int xen_irq_domain_init(void)
{
	struct fwnode_handle *fwnode = dev_fwnode(xen_guest()->dev);

	xen_events.domain = irq_domain_create_tree(fwnode, &domain_ops, NULL);
	return xen_events.domain ? 0 : -ENOMEM;
}

void xen_irq_domain_exit(void)
{
	irq_domain_remove(xen_events.domain);
	xen_events.domain = NULL;
}

/**
 * xen_irq_lateeoi() - the event of a late interrupt was handled
 * @irq: bound by one of the lateeoi functions
 * @eoi_flags: XEN_EOI_FLAG_SPURIOUS if it had come for nothing
 *
 * Any context. Lets the next event in: at once, or after a while if many
 * useless ones came in a row.
 */
void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags)
{
	struct xen_port *port;

	rcu_read_lock();
	port = xen_port_of_irq(irq);
	if (port)
		xen_port_eoi(port, eoi_flags & XEN_EOI_FLAG_SPURIOUS);
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(xen_irq_lateeoi);
