/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest in 32-bit state: what hardware would have done with an instruction
 * that trapped, computed from the registers. Pure.
 */
#ifndef XENLET_AARCH32_H
#define XENLET_AARCH32_H

#include <xenlet/types.h>

#define CPSR_MODE	0x1f
#define CPSR_USR	0x10
#define CPSR_FIQ	0x11
#define CPSR_IRQ	0x12
#define CPSR_SVC	0x13
#define CPSR_ABT	0x17
#define CPSR_UND	0x1b
#define CPSR_SYS	0x1f
#define CPSR_T		(1U << 5)
#define CPSR_F		(1U << 6)
#define CPSR_I		(1U << 7)
#define CPSR_A		(1U << 8)
#define CPSR_E		(1U << 9)
#define CPSR_J		(1U << 24)
#define CPSR_IT		0x0600fc00U

enum aarch32_exception {
	AARCH32_UNDEFINED,
	AARCH32_PREFETCH_ABORT,
	AARCH32_DATA_ABORT,
};

/** struct aarch32_entry - registers as an exception's handler finds them;
 * @lr of the mode that @cpsr is in, the old CPSR is that mode's SPSR
 */
struct aarch32_entry {
	u32 cpsr, pc, lr;
};

/**
 * aarch32_condition() - would the instruction that trapped have been executed
 * @cpsr: as it was
 * @iss: of a trap that has the instruction's condition in it
 */
bool aarch32_condition(u32 cpsr, u32 iss);

/** aarch32_step() - CPSR behind an instruction: an IT block moves on */
u32 aarch32_step(u32 cpsr);

/**
 * aarch32_take() - what an exception does to the registers
 * @pc: of the instruction that it is about
 * @sctlr, @vbar: of the guest
 */
struct aarch32_entry aarch32_take(enum aarch32_exception kind, u32 cpsr,
				  u32 pc, u32 sctlr, u32 vbar);

/** aarch32_abort_status() - DFSR or IFSR of an external abort; @ttbcr tells
 * the format
 */
u32 aarch32_abort_status(u32 ttbcr);

/** aarch32_is_wait() - is WFE or YIELD at @at */
bool aarch32_is_wait(const void *at, bool thumb);

/** aarch32_start() - CPSR at the entry of a kernel or of a further vCPU;
 * bit 0 of @entry asks for Thumb state
 */
u32 aarch32_start(u32 entry);

#endif /* XENLET_AARCH32_H */
