/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guests whose EL1 is in AArch32 state.
 */
#ifndef XENLET_GUEST32_H
#define XENLET_GUEST32_H

#include <xenlet/types.h>

struct cpu_regs;
struct cpu_regs32;
struct syndrome;
struct vcpu;

/** guest32_supported() - can this machine's EL1 be in AArch32 state */
bool guest32_supported(void);

/** guest32_save(), guest32_load() - what only AArch32 has of EL1's state
 * @pstate: the vCPU's; one SPSR is its mode's
 */
void guest32_save(struct cpu_regs32 *s, u64 pstate);
void guest32_load(const struct cpu_regs32 *s, u64 pstate);

/** visit32() - run the AArch32 code at @code, an HVC at its end
 * @code: where it is, below 4 GiB; translation is off
 * @cpsr: with what state
 * @r0: for it to use
 *
 * Return: r0 after it.
 */
u32 visit32(const u32 *code, u32 cpsr, u32 r0);

/** guest32_reg() - where register @reg is; which one of those with that name
 * depends on the guest's mode
 */
unsigned int guest32_reg(u64 pstate, unsigned int reg);

/** guest32_undefined() - an undefined-instruction exception */
void guest32_undefined(struct vcpu *v);
/** guest32_abort() - the abort that @s describes, as an external one */
void guest32_abort(struct vcpu *v, const struct syndrome *s);

/** cp15_emulate() - the coprocessor register access that trapped; false: no
 * such register for a guest
 */
bool cp15_emulate(struct vcpu *v, const struct syndrome *s);

#endif /* XENLET_GUEST32_H */
