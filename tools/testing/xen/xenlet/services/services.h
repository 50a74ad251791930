/* SPDX-License-Identifier: GPL-2.0 */
/* What the services call of each other. */
#ifndef XENLET_SERVICES_H
#define XENLET_SERVICES_H

#include <xenlet/keeper_op.h>
#include <xenlet/types.h>

#include <xen/xen.h>

struct domain;

/** emit_fn - takes one line of an answer, without its newline */
typedef void (*emit_fn)(const char *line);

/** request_add() - have dom0 write @node below the home of @domid
 * Return: 0, -XEN_ENOSPC if nobody took the last ones, -XEN_E2BIG
 */
int request_add(domid_t domid, const char *node, const char *value);

/* Each service's part of a domain's life; *_gone() is harmless for a domain
 * that the service never saw.
 */
int block_domain_built(struct domain *d);
void block_domain_gone(struct domain *d);
void block_stats(struct domain *d, emit_fn emit);

int net_domain_built(struct domain *d);
void net_domain_gone(struct domain *d);
void net_stats(struct domain *d, emit_fn emit);

/** console_dom0_built() - dom0 has no ring: CONSOLEIO_* and a VIRQ */
int console_dom0_built(struct domain *d);
int console_domain_built(struct domain *d, gfn_t gfn, u32 port);
void console_domain_gone(struct domain *d);
/** console_flush() - show what waits for the rest of its line */
void console_flush(void);
/** console_focus_next() - the next domain, or xenlet after the last */
void console_focus_next(void);

/** prompt_input() - a byte for xenlet's own prompt */
void prompt_input(char c);
void prompt_show(void);

/**
 * command_run() - do what a line asks for
 *
 * Answers are zero or more lines, then "ok" or "error <why>". The line is
 * taken apart in place.
 */
void command_run(char *line, emit_fn emit);
/** stats_note_start() - what "stats" compares with, before the first domain */
void stats_note_start(void);
/** domain_state_name() - as the harness protocol names it */
const char *domain_state_name(const struct domain *d);

/** harness_flush() - wait, a second at most, until all is with the reader */
void harness_flush(void);

#endif /* XENLET_SERVICES_H */
