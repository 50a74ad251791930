// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the machine's PL011. Output polls, so that it works before interrupts
 * and after a panic; input arrives by interrupt. The line that is being
 * written is not locked: the monitor lock keeps CPUs apart, and a panic is
 * welcome to interrupt.
 */
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/mmio.h>
#include <xenlet/pl011.h>
#include <xenlet/service.h>
#include <xenlet/uart.h>

static struct {
	paddr_t base;
	char last;
} uart = { .last = '\n' };

static void put_byte(char c)
{
	while (mmio_read32(uart.base + PL011_FR) & PL011_FR_TXFF)
		;
	mmio_write32(uart.base + PL011_DR, (u8)c);
}

void uart_write(const char *buf, size_t len)
{
	if (!uart.base || !len)
		return;
	for (; len--; buf++) {
		if (*buf == '\n')
			put_byte('\r');
		put_byte(*buf);
	}
	uart.last = buf[-1];
}

bool uart_at_line_start(void)
{
	return uart.last == '\n';
}

/* Cleared first: a byte that comes behind the last one read interrupts anew. */
static void receive(void)
{
	mmio_write32(uart.base + PL011_ICR, PL011_INT_RX | PL011_INT_RT);
	while (!(mmio_read32(uart.base + PL011_FR) & PL011_FR_RXFE))
		console_input(mmio_read32(uart.base + PL011_DR));
}

void uart_init(paddr_t base)
{
	uart.base = base;
	mmio_write32(base + PL011_CR, PL011_CR_ENABLE | PL011_CR_TX |
		     PL011_CR_RX);
}

void uart_enable_input(u32 irq)
{
	if (irq_request(irq, receive)) {
		printk("UART interrupt %u is not usable: no console input",
		       irq);
		return;
	}
	mmio_write32(uart.base + PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
}
