// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a vCPU that stay in the CPU between its exits. Monitor
 * lock; what is saved is of the CPU this runs on.
 */
#include <xenlet/aarch32.h>
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/context.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>

#define INSN_WFE	0xd503205f
#define INSN_YIELD	0xd503203f

_Static_assert(offsetof(struct cpu_regs, sp_el0) == REGS_SP_EL0, "sp_el0");
_Static_assert(offsetof(struct cpu_regs, pc) == REGS_PC, "pc");
_Static_assert(offsetof(struct cpu_regs, pstate) == REGS_PSTATE, "pstate");
_Static_assert(offsetof(struct cpu_fpsimd, fpsr) == FPSIMD_FPSR, "fpsr");
_Static_assert(offsetof(struct cpu, regs) == CPU_CURRENT_REGS, "regs");
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "stack");

/* Before anything is translated for @v: its registers' meaning is in here. */
void context_configure(struct vcpu *v, bool contended)
{
	u64 hcr = HCR_GUEST | (contended ? HCR_TWE : 0);

	if (arch_is_32bit(v->domain))
		hcr &= ~HCR_RW;
	if (read_sysreg(hcr_el2) != hcr)
		write_sysreg(hcr, hcr_el2);
}

static void sysregs_save(struct cpu_sysregs *s)
{
	s->sctlr = read_sysreg(sctlr_el1);
	s->actlr = read_sysreg(actlr_el1);
	s->cpacr = read_sysreg(cpacr_el1);
	s->ttbr0 = read_sysreg(ttbr0_el1);
	s->ttbr1 = read_sysreg(ttbr1_el1);
	s->tcr = read_sysreg(tcr_el1);
	s->mair = read_sysreg(mair_el1);
	s->amair = read_sysreg(amair_el1);
	s->esr = read_sysreg(esr_el1);
	s->far = read_sysreg(far_el1);
	s->afsr0 = read_sysreg(afsr0_el1);
	s->afsr1 = read_sysreg(afsr1_el1);
	s->elr = read_sysreg(elr_el1);
	s->spsr = read_sysreg(spsr_el1);
	s->sp_el1 = read_sysreg(sp_el1);
	s->vbar = read_sysreg(vbar_el1);
	s->contextidr = read_sysreg(contextidr_el1);
	s->tpidr_el0 = read_sysreg(tpidr_el0);
	s->tpidrro_el0 = read_sysreg(tpidrro_el0);
	s->tpidr_el1 = read_sysreg(tpidr_el1);
	s->par = read_sysreg(par_el1);
	s->cntkctl = read_sysreg(cntkctl_el1);
	s->csselr = read_sysreg(csselr_el1);
	s->mdscr = read_sysreg(mdscr_el1);
}

static void sysregs_load(const struct cpu_sysregs *s)
{
	write_sysreg(s->sctlr, sctlr_el1);
	write_sysreg(s->actlr, actlr_el1);
	write_sysreg(s->cpacr, cpacr_el1);
	write_sysreg(s->ttbr0, ttbr0_el1);
	write_sysreg(s->ttbr1, ttbr1_el1);
	/* Some machines forget all translations when these are written. */
	if (read_sysreg(tcr_el1) != s->tcr)
		write_sysreg(s->tcr, tcr_el1);
	write_sysreg(s->mair, mair_el1);
	write_sysreg(s->amair, amair_el1);
	write_sysreg(s->esr, esr_el1);
	write_sysreg(s->far, far_el1);
	write_sysreg(s->afsr0, afsr0_el1);
	write_sysreg(s->afsr1, afsr1_el1);
	write_sysreg(s->elr, elr_el1);
	write_sysreg(s->spsr, spsr_el1);
	write_sysreg(s->sp_el1, sp_el1);
	write_sysreg(s->vbar, vbar_el1);
	write_sysreg(s->contextidr, contextidr_el1);
	write_sysreg(s->tpidr_el0, tpidr_el0);
	write_sysreg(s->tpidrro_el0, tpidrro_el0);
	write_sysreg(s->tpidr_el1, tpidr_el1);
	write_sysreg(s->par, par_el1);
	write_sysreg(s->cntkctl, cntkctl_el1);
	write_sysreg(s->csselr, csselr_el1);
	write_sysreg(s->mdscr, mdscr_el1);
}

struct cpu *this_cpu(void)
{
	return (struct cpu *)read_sysreg(tpidr_el2);
}

void context_save(struct vcpu *v)
{
	sysregs_save(&v->arch.sysregs);
	if (arch_is_32bit(v->domain))
		guest32_save(&v->arch.regs32, v->arch.regs.pstate);
}

void context_forget_tlb(void)
{
	asm volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

void context_load(struct vcpu *v)
{
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(v->arch.vmpidr, vmpidr_el2);
	sysregs_load(&v->arch.sysregs);
	if (arch_is_32bit(v->domain))
		guest32_load(&v->arch.regs32, v->arch.regs.pstate);
}

u64 guest_reg(const struct vcpu *v, unsigned int reg)
{
	const struct cpu_regs *r = &v->arch.regs;

	if (arch_is_32bit(v->domain))
		reg = guest32_reg(r->pstate, reg);
	return reg < ARRAY_SIZE(r->x) ? r->x[reg] : 0;
}

void guest_reg_set(struct vcpu *v, unsigned int reg, u64 value)
{
	struct cpu_regs *r = &v->arch.regs;

	if (arch_is_32bit(v->domain))
		reg = guest32_reg(r->pstate, reg);
	if (reg < ARRAY_SIZE(r->x))
		r->x[reg] = value;
}

const char *arch_capabilities(void)
{
	return guest32_supported() ? "xen-3.0-aarch64 xen-3.0-armv7l " :
				     "xen-3.0-aarch64 ";
}

bool arch_domain_set_width(struct domain *d, bool is_32bit)
{
	if (is_32bit && !guest32_supported())
		return false;
	d->arch.aarch32 = is_32bit;
	return true;
}

void arch_vcpu_init(struct vcpu *v)
{
	/* Linux numbers a flat machine by affinity level 0. */
	v->arch.vmpidr = BIT(31) | v->id;
	v->arch.sysregs.sctlr = SCTLR_GUEST_INIT;
	vgic_vcpu_init(v);
	vtimer_init(v);
}

void arch_vcpu_start(struct vcpu *v, u64 entry, u64 arg)
{
	v->arch.regs = (struct cpu_regs){
		.x = { arg },
		.pc = entry,
		.pstate = PSR_GUEST64_INIT | PSR_DBG_MASK,
	};
	if (arch_is_32bit(v->domain)) {
		v->arch.regs.pc = entry & ~1UL;
		v->arch.regs.pstate = aarch32_start(entry);
	}
	v->arch.sysregs.sctlr = SCTLR_GUEST_INIT;
	vgic_vcpu_restart(v);
	/* A vCPU that was here before must not find the old SCTLR loaded. */
	if (this_cpu()->current == v)
		write_sysreg(SCTLR_GUEST_INIT, sctlr_el1);
}

void arch_vcpu_boot(struct vcpu *v, u64 entry, u64 dtb)
{
	if (!arch_is_32bit(v->domain)) {
		arch_vcpu_start(v, entry, dtb);
		return;
	}
	/* r1: no machine that had a number before there were device trees. */
	arch_vcpu_start(v, entry, 0);
	v->arch.regs.x[1] = ~0U;
	v->arch.regs.x[2] = dtb;
}

static bool is_thumb(const struct vcpu *v)
{
	return v->arch.regs.pstate & PSR_MODE_BIT &&
		v->arch.regs.pstate & PSR_THUMB;
}

unsigned int context_insn_size(const struct vcpu *v)
{
	return is_thumb(v) ? sizeof(u16) : sizeof(u32);
}

bool context_is_wait(const struct vcpu *v, const void *at)
{
	if (v->arch.regs.pstate & PSR_MODE_BIT)
		return aarch32_is_wait(at, is_thumb(v));
	return *(const u32 *)at == INSN_WFE || *(const u32 *)at == INSN_YIELD;
}

void arch_vcpu_dump(struct vcpu *v)
{
	const struct cpu_regs *r = &v->arch.regs;
	bool loaded = this_cpu()->current == v;
	unsigned int i;

	printk("d%uv%u: PC %016llx PSTATE %08llx", v->domain->domid, v->id,
	       r->pc, r->pstate);
	for (i = 0; i + 3 < 31; i += 4)
		printk("  x%-2u %016llx %016llx %016llx %016llx", i, r->x[i],
		       r->x[i + 1], r->x[i + 2], r->x[i + 3]);
	printk("  x28 %016llx %016llx %016llx sp0 %016llx", r->x[28], r->x[29],
	       r->x[30], r->sp_el0);
	if (!loaded)
		return;
	printk("  SCTLR %llx TTBR0 %llx TTBR1 %llx TCR %llx VBAR %llx",
	       read_sysreg(sctlr_el1), read_sysreg(ttbr0_el1),
	       read_sysreg(ttbr1_el1), read_sysreg(tcr_el1),
	       read_sysreg(vbar_el1));
	printk("  ESR_EL1 %llx FAR_EL1 %llx ELR_EL1 %llx; last trap: ESR %llx FAR %llx HPFAR %llx",
	       read_sysreg(esr_el1), read_sysreg(far_el1),
	       read_sysreg(elr_el1), read_sysreg(esr_el2),
	       read_sysreg(far_el2), read_sysreg(hpfar_el2));
}
