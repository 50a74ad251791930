/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last exits of each physical CPU.
 */
#ifndef XENLET_TRACE_H
#define XENLET_TRACE_H

#include <xenlet/trap.h>
#include <xenlet/types.h>

struct vcpu;

/** trace_exit() - note an exit of @v; @info is the syndrome */
void trace_exit(const struct vcpu *v, enum exit_class exit, u32 info);
/** trace_dump() - this CPU's newest @count entries on the console */
void trace_dump(unsigned int count);
/** trace_show() - a line for each of @cpu's newest @count entries; one that
 * it is just writing may be mixed up
 */
void trace_show(unsigned int cpu, unsigned int count,
		void (*emit)(const char *line));
/** exit_class_name() - one word */
const char *exit_class_name(enum exit_class exit);

#endif /* XENLET_TRACE_H */
