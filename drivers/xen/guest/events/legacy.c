// SPDX-License-Identifier: GPL-2.0
/*
 * What <xen/events.h> declares for other kinds of guest. Interrupts of
 * hardware reach an ARM guest through its interrupt controller, never as
 * event channels, and the upcall's interrupt is named by the device tree.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <xen/events.h>

#include "port.h"

int xen_set_irq_priority(unsigned int irq, unsigned int priority)
{
	struct xen_port *port = xen_port_of_irq(irq);
	struct evtchn_set_priority set = { .priority = priority };

	if (!port)
		return -EINVAL;
	set.port = port->nr;
	return HYPERVISOR_event_channel_op(EVTCHNOP_set_priority, &set);
}
EXPORT_SYMBOL_GPL(xen_set_irq_priority);

int xen_set_callback_via(uint64_t via)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(xen_set_callback_via);

int xen_bind_pirq_gsi_to_irq(unsigned int gsi, unsigned int pirq, int shareable,
			     char *name)
{
	return -EOPNOTSUPP;
}

#ifdef CONFIG_PCI_MSI
int xen_allocate_pirq_msi(struct pci_dev *dev, struct msi_desc *msidesc)
{
	return -EOPNOTSUPP;
}

int xen_bind_pirq_msi_to_irq(struct pci_dev *dev, struct msi_desc *msidesc,
			     int pirq, int nvec, const char *name,
			     domid_t domid)
{
	return -EOPNOTSUPP;
}
#endif

int xen_destroy_irq(int irq)
{
	return -EOPNOTSUPP;
}

int xen_pirq_from_irq(unsigned int irq)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(xen_pirq_from_irq);

int xen_irq_from_gsi(unsigned int gsi)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(xen_irq_from_gsi);

int xen_test_irq_shared(int irq)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(xen_test_irq_shared);
