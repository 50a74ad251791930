/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What runs inside xenlet in place of a dom0: the store, the consoles, the
 * block backend and the network switch.
 *
 * The builder describes a domain's devices in its struct domain_config (see
 * config.h); services_domain_built() makes the store entries, the store and
 * console rings and the backends for it, services_domain_gone() undoes all of
 * that before the domain's grant table, ports and memory go away.
 *
 * If dom0 has the store, only rings, ports and consoles are made here.
 */
#ifndef XENLET_SERVICE_H
#define XENLET_SERVICE_H

#include <xenlet/types.h>

struct domain;

/** services_init() - before any domain
 * @in_dom0: the store will be a program in dom0: there is none here, and no
 *	     backends, and what a toolstack writes dom0 does
 */
void services_init(bool in_dom0);
/** services_have_store() - is it here and not in dom0 */
bool services_have_store(void);
/** services_stop() - before the power goes off: what consoles and harness
 * still hold reaches its readers, or a second passes
 */
void services_stop(void);
/** services_domain_built() - before the first vCPU runs; 0 or -errno */
int services_domain_built(struct domain *d);
/** services_domain_gone() - no vCPU of @d runs any more */
void services_domain_gone(struct domain *d);

/** store_write_home() - write @node below the home of @d, or have it written by
 * who keeps the store
 */
int store_write_home(struct domain *d, const char *node, const char *value);
/** request_take() - the next of what dom0 is to write, see keeper_op.h; NULL if
 * there is nothing
 */
const char *request_take(void);

/** console_guest_output() - bytes of a guest's console (ring or console_io)
 * for the physical console, prefixed by line
 */
void console_guest_output(struct domain *d, const char *buf, size_t len);
/** console_input() - a byte from the UART, from the interrupt handler;
 * handles Ctrl-A three times, else passes it to the focused domain
 */
void console_input(char c);
/** console_ring_read() - for CONSOLEIO_read: input queued for @d */
size_t console_ring_read(struct domain *d, char *buf, size_t len);

/** harness_init() - find and start the harness channel (a virtio console on
 * virtio-mmio); without one all harness calls do nothing
 */
void harness_init(void);
/** harness_present() - is there someone to say "quit"? */
bool harness_present(void);
/** harness_owns() - is the device at @base the harness's */
bool harness_owns(paddr_t base);
/** harness_interrupt() - its SPI fired */
void harness_interrupt(void);
/** harness_domain_event() - "domain <id> <name> <state> [reason]" */
void harness_domain_event(const struct domain *d, const char *state,
			  const char *reason);
/** harness_report() - "report <id> <ns> <counters> <text>" for a verdict of
 * @d; @text is cut at a newline and made printable
 */
void harness_report(struct domain *d, const char *text, size_t len);

#endif /* XENLET_SERVICE_H */
