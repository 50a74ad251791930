// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a vCPU that stay in the CPU between its exits. Monitor
 * lock; what is saved is of the CPU this runs on.
 */
#include <xenlet/aarch32.h>
#include <xenlet/arch.h>
#include <xenlet/context.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>
#include <xen/arch-arm.h>

_Static_assert(offsetof(struct cpu_regs, lr) == REGS_LR, "lr");
_Static_assert(offsetof(struct cpu_regs, pc) == REGS_PC, "pc");
_Static_assert(offsetof(struct cpu_regs, pstate) == REGS_PSTATE, "pstate");
_Static_assert(offsetof(struct cpu_fpsimd, fpscr) == FPSIMD_FPSCR, "fpscr");
_Static_assert(offsetof(struct cpu, regs) == CPU_CURRENT_REGS, "regs");
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "stack");

static void banked_save(struct cpu_banked *b)
{
	b->sp_usr = read_sysreg(sp_usr);
	b->sp_svc = read_sysreg(sp_svc);
	b->lr_svc = read_sysreg(lr_svc);
	b->spsr_svc = read_sysreg(spsr_svc);
	b->sp_abt = read_sysreg(sp_abt);
	b->lr_abt = read_sysreg(lr_abt);
	b->spsr_abt = read_sysreg(spsr_abt);
	b->sp_und = read_sysreg(sp_und);
	b->lr_und = read_sysreg(lr_und);
	b->spsr_und = read_sysreg(spsr_und);
	b->sp_irq = read_sysreg(sp_irq);
	b->lr_irq = read_sysreg(lr_irq);
	b->spsr_irq = read_sysreg(spsr_irq);
	b->r8_fiq = read_sysreg(r8_fiq);
	b->r9_fiq = read_sysreg(r9_fiq);
	b->r10_fiq = read_sysreg(r10_fiq);
	b->r11_fiq = read_sysreg(r11_fiq);
	b->r12_fiq = read_sysreg(r12_fiq);
	b->sp_fiq = read_sysreg(sp_fiq);
	b->lr_fiq = read_sysreg(lr_fiq);
	b->spsr_fiq = read_sysreg(spsr_fiq);
}

static void banked_load(const struct cpu_banked *b)
{
	write_sysreg(b->sp_usr, sp_usr);
	write_sysreg(b->sp_svc, sp_svc);
	write_sysreg(b->lr_svc, lr_svc);
	write_sysreg(b->spsr_svc, spsr_svc);
	write_sysreg(b->sp_abt, sp_abt);
	write_sysreg(b->lr_abt, lr_abt);
	write_sysreg(b->spsr_abt, spsr_abt);
	write_sysreg(b->sp_und, sp_und);
	write_sysreg(b->lr_und, lr_und);
	write_sysreg(b->spsr_und, spsr_und);
	write_sysreg(b->sp_irq, sp_irq);
	write_sysreg(b->lr_irq, lr_irq);
	write_sysreg(b->spsr_irq, spsr_irq);
	write_sysreg(b->r8_fiq, r8_fiq);
	write_sysreg(b->r9_fiq, r9_fiq);
	write_sysreg(b->r10_fiq, r10_fiq);
	write_sysreg(b->r11_fiq, r11_fiq);
	write_sysreg(b->r12_fiq, r12_fiq);
	write_sysreg(b->sp_fiq, sp_fiq);
	write_sysreg(b->lr_fiq, lr_fiq);
	write_sysreg(b->spsr_fiq, spsr_fiq);
}

static void sysregs_save(struct cpu_sysregs *s)
{
	s->csselr = read_sysreg(csselr);
	s->sctlr = read_sysreg(sctlr);
	s->cpacr = read_sysreg(cpacr);
	s->ttbr0 = read_sysreg(ttbr0);
	s->ttbr1 = read_sysreg(ttbr1);
	s->ttbcr = read_sysreg(ttbcr);
	s->dacr = read_sysreg(dacr);
	s->dfsr = read_sysreg(dfsr);
	s->ifsr = read_sysreg(ifsr);
	s->adfsr = read_sysreg(adfsr);
	s->aifsr = read_sysreg(aifsr);
	s->dfar = read_sysreg(dfar);
	s->ifar = read_sysreg(ifar);
	s->par = read_sysreg(par);
	s->mair0 = read_sysreg(mair0);
	s->mair1 = read_sysreg(mair1);
	s->amair0 = read_sysreg(amair0);
	s->amair1 = read_sysreg(amair1);
	s->vbar = read_sysreg(vbar);
	s->contextidr = read_sysreg(contextidr);
	s->tpidrurw = read_sysreg(tpidrurw);
	s->tpidruro = read_sysreg(tpidruro);
	s->tpidrprw = read_sysreg(tpidrprw);
	s->cntkctl = read_sysreg(cntkctl);
}

static void sysregs_load(const struct cpu_sysregs *s)
{
	write_sysreg(s->csselr, csselr);
	write_sysreg(s->sctlr, sctlr);
	write_sysreg(s->cpacr, cpacr);
	write_sysreg(s->ttbr0, ttbr0);
	write_sysreg(s->ttbr1, ttbr1);
	/* Some machines forget all translations when this is written. */
	if (read_sysreg(ttbcr) != s->ttbcr)
		write_sysreg(s->ttbcr, ttbcr);
	write_sysreg(s->dacr, dacr);
	write_sysreg(s->dfsr, dfsr);
	write_sysreg(s->ifsr, ifsr);
	write_sysreg(s->adfsr, adfsr);
	write_sysreg(s->aifsr, aifsr);
	write_sysreg(s->dfar, dfar);
	write_sysreg(s->ifar, ifar);
	write_sysreg(s->par, par);
	write_sysreg(s->mair0, mair0);
	write_sysreg(s->mair1, mair1);
	write_sysreg(s->amair0, amair0);
	write_sysreg(s->amair1, amair1);
	write_sysreg(s->vbar, vbar);
	write_sysreg(s->contextidr, contextidr);
	write_sysreg(s->tpidrurw, tpidrurw);
	write_sysreg(s->tpidruro, tpidruro);
	write_sysreg(s->tpidrprw, tpidrprw);
	write_sysreg(s->cntkctl, cntkctl);
}

struct cpu *this_cpu(void)
{
	return (struct cpu *)read_sysreg(htpidr);
}

void context_save(struct vcpu *v)
{
	banked_save(&v->arch.banked);
	sysregs_save(&v->arch.sysregs);
}

void context_load(struct vcpu *v)
{
	write_sysreg(read_sysreg(midr), vpidr);
	write_sysreg(v->arch.vmpidr, vmpidr);
	banked_load(&v->arch.banked);
	sysregs_load(&v->arch.sysregs);
}

void context_configure(struct vcpu *v, bool contended)
{
	u32 hcr = HCR_GUEST | (contended ? HCR_TWE : 0);

	if (read_sysreg(hcr) != hcr)
		write_sysreg(hcr, hcr);
}

/* TLBIALL, which from HYP concerns the guest with the VMID that is set. */
void context_forget_tlb(void)
{
	asm volatile("mcr p15, 0, %0, c8, c7, 0; dsb nsh; isb"
		     : : "r" (0) : "memory");
}

const char *arch_capabilities(void)
{
	return "xen-3.0-armv7l ";
}

bool arch_domain_set_width(struct domain *d, bool is_32bit)
{
	return is_32bit;
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
		.r = { arg },
		.pc = entry & ~1U,
		.pstate = aarch32_start(entry),
	};
	v->arch.sysregs.sctlr = SCTLR_GUEST_INIT;
	vgic_vcpu_restart(v);
	/* A vCPU that was here before must not find the old SCTLR loaded. */
	if (this_cpu()->current == v)
		write_sysreg(SCTLR_GUEST_INIT, sctlr);
}

void arch_vcpu_boot(struct vcpu *v, u64 entry, u64 dtb)
{
	/* r1: no machine that had a number before there were device trees. */
	arch_vcpu_start(v, entry, 0);
	v->arch.regs.r[1] = ~0U;
	v->arch.regs.r[2] = dtb;
}

static bool is_thumb(const struct vcpu *v)
{
	return v->arch.regs.pstate & PSR_THUMB;
}

unsigned int context_insn_size(const struct vcpu *v)
{
	return is_thumb(v) ? sizeof(u16) : sizeof(u32);
}

bool context_is_wait(const struct vcpu *v, const void *at)
{
	return aarch32_is_wait(at, is_thumb(v));
}

void arch_vcpu_dump(struct vcpu *v)
{
	const struct cpu_regs *r = &v->arch.regs;
	unsigned int i;

	printk("d%uv%u: PC %08x CPSR %08x LR_usr %08x", v->domain->domid,
	       v->id, r->pc, r->pstate, r->lr);
	for (i = 0; i < 12; i += 4)
		printk("  r%-2u %08x %08x %08x %08x", i, r->r[i], r->r[i + 1],
		       r->r[i + 2], r->r[i + 3]);
	printk("  r12 %08x", r->r[12]);
	if (this_cpu()->current != v)
		return;
	printk("  svc: SP %08x LR %08x SPSR %08x; abt: LR %08x SPSR %08x",
	       read_sysreg(sp_svc), read_sysreg(lr_svc), read_sysreg(spsr_svc),
	       read_sysreg(lr_abt), read_sysreg(spsr_abt));
	printk("  SCTLR %x TTBCR %x TTBR0 %llx VBAR %x DFSR %x DFAR %x IFSR %x IFAR %x",
	       read_sysreg(sctlr), read_sysreg(ttbcr), read_sysreg(ttbr0),
	       read_sysreg(vbar), read_sysreg(dfsr), read_sysreg(dfar),
	       read_sysreg(ifsr), read_sysreg(ifar));
}
