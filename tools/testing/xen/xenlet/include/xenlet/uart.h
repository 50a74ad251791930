/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The physical UART. Output may come from any context, also before the
 * monitor lock exists and in panic().
 */
#ifndef XENLET_UART_H
#define XENLET_UART_H

#include <xenlet/types.h>

void uart_init(paddr_t base);
/** uart_write() - bytes as they are, but "\n" becomes "\r\n" */
void uart_write(const char *buf, size_t len);
/** uart_at_line_start() - was the last byte written a newline */
bool uart_at_line_start(void);

/** uart_enable_input() - from now on each byte goes to console_input() */
void uart_enable_input(u32 irq);

#endif /* XENLET_UART_H */
