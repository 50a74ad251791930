/* SPDX-License-Identifier: GPL-2.0 */
/*
 * C functions that the assembly code calls, and the other way round.
 */
#ifndef XENLET_ENTRY_H
#define XENLET_ENTRY_H

#include <xenlet/arch_domain.h>
#include <xenlet/types.h>

void trap_sync(void);
void trap_irq(void);
void trap_serror(void);
void xenlet_fault(unsigned int vector) __attribute__((noreturn));
void wrong_exception_level(unsigned int level) __attribute__((noreturn));
__attribute__((noreturn)) void arch_secondary_main(void);

void guest_enter(struct cpu_regs *regs, u8 *stack_top)
	__attribute__((noreturn));
void fpsimd_save(struct cpu_fpsimd *fpsimd);
void fpsimd_load(const struct cpu_fpsimd *fpsimd);

/* From the linker script. */
extern const char __image_start[], __rodata_start[], __data_start[];
extern const char __image_end[];

/* Code that is only an address to C. */
extern const char secondary_cpu[];
extern u8 boot_stack_top[];

static inline uintptr_t image_base(void)
{
	return (uintptr_t)__image_start;
}

#endif /* XENLET_ENTRY_H */
