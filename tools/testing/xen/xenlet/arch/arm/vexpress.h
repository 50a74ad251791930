/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XENLET_VEXPRESS_H
#define XENLET_VEXPRESS_H

/* Offsets that head.S uses. */
#define NOTE_MPIDR	0
#define NOTE_CPU	4

#ifndef __ASSEMBLY__

#include <xenlet/types.h>

struct cpu;

/**
 * struct vexpress_note - who is to come out of the wait for SYS_FLAGS
 * @mpidr: the CPU that is meant
 * @cpu: its struct
 */
struct vexpress_note {
	u32 mpidr;
	struct cpu *cpu;
};

extern struct vexpress_note vexpress_note;

/* Code that is only an address to C. */
extern const char woken_cpu[];

#endif /* __ASSEMBLY__ */
#endif /* XENLET_VEXPRESS_H */
