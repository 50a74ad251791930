// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the emulated UART: a receive buffer, and a transmitter that is never
 * full. Monitor lock.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/mmio.h>
#include <xenlet/page.h>
#include <xenlet/pl011.h>
#include <xenlet/service.h>
#include <xenlet/vpl011.h>
#include <xen/errno.h>

#define RX_SIZE	128	/* a power of two */

/**
 * struct vpl011 - one emulated UART
 * @in, @out: free-running indices into @rx
 * @mask: interrupts that the guest wants
 * @tx_done: the transmit interrupt is raised
 */
struct vpl011 {
	char rx[RX_SIZE];
	unsigned int in, out;
	u32 mask;
	bool tx_done;
};

static u32 raw_status(const struct vpl011 *uart)
{
	u32 status = uart->tx_done ? PL011_INT_TX : 0;

	if (uart->in != uart->out)
		status |= PL011_INT_RX | PL011_INT_RT;
	return status;
}

static void update(struct domain *d)
{
	const struct vpl011 *uart = d->arch.vpl011;

	vgic_set_spi(d, GUEST_VPL011_SPI, raw_status(uart) & uart->mask);
}

static u32 read_reg(struct vpl011 *uart, u32 offset)
{
	switch (offset) {
	case PL011_DR:
		if (uart->in == uart->out)
			return 0;
		return (u8)uart->rx[uart->out++ % RX_SIZE];
	case PL011_FR:
		return PL011_FR_TXFE |
			(uart->in == uart->out ? PL011_FR_RXFE : 0);
	case PL011_IMSC:
		return uart->mask;
	case PL011_RIS:
		return raw_status(uart);
	case PL011_MIS:
		return raw_status(uart) & uart->mask;
	}
	return 0;
}

static void write_reg(struct domain *d, struct vpl011 *uart, u32 offset,
		      u32 value)
{
	char c = value;

	switch (offset) {
	case PL011_DR:
		console_guest_output(d, &c, 1);
		uart->tx_done = true;
		break;
	case PL011_IMSC:
		uart->mask = value;
		break;
	case PL011_ICR:
		if (value & PL011_INT_TX)
			uart->tx_done = false;
		break;
	}
}

bool vpl011_mmio(struct vcpu *v, struct mmio_access *access)
{
	struct domain *d = v->domain;

	if (!d->arch.vpl011)
		return false;
	if (access->write)
		write_reg(d, d->arch.vpl011, access->offset, access->value);
	else
		access->value = read_reg(d->arch.vpl011, access->offset);
	update(d);
	return true;
}

bool vpl011_input(struct domain *d, char c)
{
	struct vpl011 *uart = d->arch.vpl011;

	if (!uart || uart->in - uart->out == RX_SIZE)
		return false;
	uart->rx[uart->in++ % RX_SIZE] = c;
	update(d);
	return true;
}

int vpl011_init(struct domain *d)
{
	d->arch.vpl011 = heap_alloc(sizeof(*d->arch.vpl011));
	return d->arch.vpl011 ? 0 : -XEN_ENOMEM;
}
