/* SPDX-License-Identifier: GPL-2.0 */
/* The runtime among itself. */
#ifndef _XEN_GUEST_RUNTIME_H
#define _XEN_GUEST_RUNTIME_H

#include "test.h"

/**
 * struct trap_frame - what entry.S saves
 * @x: x0 to x18, then x30 in the place of x19
 */
struct trap_frame {
	uint64_t x[20];
	uint64_t pc, pstate;
};

/* Called by entry.S */
void mmu_build(void);
void guest_main(const void *fdt) __noreturn;
void secondary_main(struct cpu_start *start) __noreturn;
void exception_main(struct trap_frame *frame, unsigned long kind);
extern char secondary_entry[];

/* The two instructions of hypercall.S that may fault */
extern char touch_faults_here[], semihosting_here[];

/** semihosting_write() - true if nobody listens */
bool semihosting_write(const char *text);

/** fdt_read() - fill in what the device tree says */
void fdt_read(const void *fdt, struct environment *env);

/** report_start() - find out where reports go */
void report_start(struct environment *env);
/** report_line() - one line without its newline */
void report_line(const char *text);

/** power_off() - end the domain */
void power_off(void) __noreturn;

#endif /* _XEN_GUEST_RUNTIME_H */
