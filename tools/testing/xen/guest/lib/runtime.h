/* SPDX-License-Identifier: GPL-2.0 */
/* The runtime among itself. */
#ifndef _XEN_GUEST_RUNTIME_H
#define _XEN_GUEST_RUNTIME_H

#include "test.h"

/* Called by entry.S */
void mmu_build(void);
void guest_main(const void *fdt) __noreturn;
void secondary_main(struct cpu_start *start) __noreturn;
struct trap_frame;
void exception_main(struct trap_frame *frame, unsigned long kind);
extern char image_start[], secondary_entry[];
/* Instructions that may fault */
extern char touch_faults_here[], semihosting_here[];

/** semihosting_write() - true if nobody listens */
bool semihosting_write(const char *text);

/* arch/ */
/** cpu_relax() - in a loop that waits for another vCPU */
void cpu_relax(void);
/** cache_clean() - let a vCPU without caches see what is at @ptr */
void cache_clean(const void *ptr);

/** fdt_read() - fill in what the device tree says */
void fdt_read(const void *fdt, struct environment *env);

/** report_start() - find out where reports go */
void report_start(struct environment *env);
/** report_line() - one line without its newline */
void report_line(const char *text);

/** power_off() - end the domain */
void power_off(void) __noreturn;

#endif /* _XEN_GUEST_RUNTIME_H */
