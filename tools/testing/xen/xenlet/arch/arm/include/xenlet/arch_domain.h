/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ARMv7 adds to a domain and to a vCPU.
 */
#ifndef XENLET_ARCH_DOMAIN_H
#define XENLET_ARCH_DOMAIN_H

/* Offsets that the assembly code uses, checked in context.c. */
#define REGS_R(n)	((n) * 4)
#define REGS_LR		(13 * 4)
#define REGS_PC		(14 * 4)
#define REGS_PSTATE	(15 * 4)
#define FPSIMD_FPSCR	(32 * 8)

#ifndef __ASSEMBLY__

#include <xenlet/sched.h>
#include <xenlet/types.h>
#include <xenlet/vgic.h>
#include <xenlet/work.h>

/**
 * struct cpu_regs - what the vectors save and restore on each exit
 * @lr: of user mode, which is HYP's too
 * @pstate: CPSR
 */
struct cpu_regs {
	u32 r[13];
	u32 lr;
	u32 pc;
	u32 pstate;
};

/** struct cpu_banked - registers of the modes, changed only with the vCPU */
struct cpu_banked {
	u32 sp_usr;
	u32 sp_svc, lr_svc, spsr_svc;
	u32 sp_abt, lr_abt, spsr_abt;
	u32 sp_und, lr_und, spsr_und;
	u32 sp_irq, lr_irq, spsr_irq;
	u32 r8_fiq, r9_fiq, r10_fiq, r11_fiq, r12_fiq;
	u32 sp_fiq, lr_fiq, spsr_fiq;
};

/** struct cpu_sysregs - PL1's system registers, likewise */
struct cpu_sysregs {
	u64 ttbr0, ttbr1, par;
	u32 csselr, sctlr, cpacr, ttbcr, dacr, dfsr, ifsr, adfsr, aifsr;
	u32 dfar, ifar, mair0, mair1, amair0, amair1, vbar, contextidr;
	u32 tpidrurw, tpidruro, tpidrprw, cntkctl;
};

struct cpu_fpsimd {
	u64 d[32];
	u32 fpscr, fpexc;
};

/** struct vtimer - a generic timer while it is not in hardware */
struct vtimer {
	u64 ctl, cval;
	struct timer soft;
	struct vcpu *vcpu;
};

struct arch_vcpu {
	struct cpu_regs regs;
	struct cpu_banked banked;
	struct cpu_sysregs sysregs;
	struct cpu_fpsimd fpsimd;
	struct vgic_cpu vgic;
	struct vtimer vtimer, ptimer;
	u32 vmpidr;
};

struct vpl011;

/**
 * struct arch_domain - what ARMv7 adds to a domain
 * @last_vcpu: by physical CPU, whose translations its TLB may hold
 */
struct arch_domain {
	struct vgic_dist vgic;
	u8 last_vcpu[MAX_CPUS];
	struct vpl011 *vpl011;
};

static inline bool arch_is_32bit(const struct domain *d)
{
	return true;
}

/* How this instruction set calls firmware and is called. */
#define PSCI_CPU_ON_NATIVE	PSCI_CPU_ON_32

#define arch_hypercall_nr(v)		((v)->arch.regs.r[12])
#define arch_hypercall_arg(v, n)	((v)->arch.regs.r[n])
#define arch_hypercall_set_arg(v, n, a)	((v)->arch.regs.r[n] = (a))
#define arch_hypercall_set_result(v, x)	((v)->arch.regs.r[0] = (u32)(x))
/* Run the HVC again on return, with the arguments as they are now. */
#define arch_hypercall_restart(v)	((v)->arch.regs.pc -= 4)

/**
 * arch_translate() - the current vCPU's virtual address through its stage 1,
 * with its PL1 permissions
 * Return: 0, or -EFAULT with *@gpa untouched.
 */
int arch_translate(gva_t va, bool write, gpa_t *gpa);

#endif /* __ASSEMBLY__ */
#endif /* XENLET_ARCH_DOMAIN_H */
