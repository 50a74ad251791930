/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vCPU's registers, as far as each instruction set has its own.
 */
#ifndef XENLET_CONTEXT_H
#define XENLET_CONTEXT_H

#include <xenlet/types.h>

struct vcpu;

/** context_save(), context_load() - what a trap leaves in the CPU */
void context_save(struct vcpu *v);
void context_load(struct vcpu *v);
/** context_configure() - what traps and how wide @v is; before anything is
 * translated for it
 */
void context_configure(struct vcpu *v, bool contended);
/** context_forget_tlb() - this CPU's translations of @v's domain */
void context_forget_tlb(void);
/** context_is_wait() - is at @at, in what state @v is, WFE or YIELD */
bool context_is_wait(const struct vcpu *v, const void *at);
/** context_insn_size() - bytes of such an instruction */
unsigned int context_insn_size(const struct vcpu *v);

/** guest_reg() - a general register by the number in a syndrome; the zero
 * register reads as zero
 */
u64 guest_reg(const struct vcpu *v, unsigned int reg);
void guest_reg_set(struct vcpu *v, unsigned int reg, u64 value);

#endif /* XENLET_CONTEXT_H */
