/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What arm64 adds to a domain and to a vCPU.
 */
#ifndef XENLET_ARCH_DOMAIN_H
#define XENLET_ARCH_DOMAIN_H

/* Offsets that the assembly code uses, checked in context.c. */
#define REGS_X(n)	((n) * 8)
#define REGS_SP_EL0	(31 * 8)
#define REGS_PC		(32 * 8)
#define REGS_PSTATE	(33 * 8)
#define REGS_SIZE	(34 * 8)
#define FPSIMD_FPSR	(32 * 16)

#ifndef __ASSEMBLY__

#include <xenlet/sched.h>
#include <xenlet/types.h>
#include <xenlet/vgic.h>
#include <xenlet/work.h>

/** struct cpu_regs - what the vectors save and restore on each exit */
struct cpu_regs {
	u64 x[31];
	u64 sp_el0;
	u64 pc;
	u64 pstate;
};

/** struct cpu_sysregs - EL1 state, changed only when vCPUs change */
struct cpu_sysregs {
	u64 sctlr, actlr, cpacr, ttbr0, ttbr1, tcr, mair, amair;
	u64 esr, far, afsr0, afsr1, elr, spsr, sp_el1, vbar, contextidr;
	u64 tpidr_el0, tpidrro_el0, tpidr_el1, par, cntkctl, csselr, mdscr;
};

/**
 * struct cpu_regs32 - what only a 32-bit EL1 has, see guest32.c
 * @spsr: of the mode that the vCPU is in, whichever that is
 */
struct cpu_regs32 {
	u64 spsr, spsr_abt, spsr_und, spsr_irq, spsr_fiq, dacr, ifsr, fpexc;
};

struct cpu_fpsimd {
	unsigned __int128 v[32];
	u32 fpsr, fpcr;
} __attribute__((aligned(16)));

/** struct vtimer - a generic timer while it is not in hardware */
struct vtimer {
	u64 ctl, cval;
	struct timer soft;
	struct vcpu *vcpu;
};

struct arch_vcpu {
	struct cpu_regs regs;
	struct cpu_sysregs sysregs;
	struct cpu_regs32 regs32;
	struct cpu_fpsimd fpsimd;
	struct vgic_cpu vgic;
	struct vtimer vtimer, ptimer;
	u64 vmpidr;
};

struct vpl011;

/**
 * struct arch_domain - what arm64 adds to a domain
 * @last_vcpu: by physical CPU, whose translations its TLB may hold
 * @aarch32: its EL1 is in 32-bit state
 */
struct arch_domain {
	struct vgic_dist vgic;
	u8 last_vcpu[MAX_CPUS];
	struct vpl011 *vpl011;
	bool aarch32;
};

#define arch_is_32bit(d)	((d)->arch.aarch32)

/* How this instruction set calls firmware and is called. */
#define PSCI_CPU_ON_NATIVE	PSCI_CPU_ON_64

/* A guest in 32-bit state says nothing in the upper halves. */
#define arch_width(v, x)	(arch_is_32bit((v)->domain) ? (u32)(x) : (x))
#define arch_hypercall_nr(v) \
	(arch_is_32bit((v)->domain) ? (u32)(v)->arch.regs.x[12] : \
				      (v)->arch.regs.x[16])
#define arch_hypercall_arg(v, n)	arch_width(v, (v)->arch.regs.x[n])
#define arch_hypercall_set_arg(v, n, a)	((v)->arch.regs.x[n] = (a))
#define arch_hypercall_set_result(v, r)	((v)->arch.regs.x[0] = (u64)(r))
/* Run the HVC again on return, with the arguments as they are now. */
#define arch_hypercall_restart(v)	((v)->arch.regs.pc -= 4)

/**
 * arch_translate() - the current vCPU's virtual address through its stage 1,
 * with its EL1 permissions
 * Return: 0, or -EFAULT with *@gpa untouched.
 */
int arch_translate(gva_t va, bool write, gpa_t *gpa);

#endif /* __ASSEMBLY__ */
#endif /* XENLET_ARCH_DOMAIN_H */
