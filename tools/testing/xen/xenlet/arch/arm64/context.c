// SPDX-License-Identifier: GPL-2.0
/*
 * Everything of a vCPU that stays in the CPU between its exits, and moves
 * only when another vCPU takes the CPU over. Monitor lock; the registers
 * saved are those of the CPU this runs on.
 */
#include <xenlet/aarch32.h>
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/guest32.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/p2m.h>
#include <xenlet/p2m_table.h>
#include <xenlet/page.h>
#include <xenlet/sysreg.h>
#include <xenlet/trap_arm64.h>
#include <xenlet/vgic.h>
#include <xenlet/vpl011.h>
#include <xenlet/vtimer.h>
#include <xen/errno.h>

#define INSN_WFE	0xd503205f
#define INSN_YIELD	0xd503203f
#define A32_WFE		0xe320f002
#define A32_YIELD	0xe320f001
#define T32_WFE		0xbf20
#define T32_YIELD	0xbf10

_Static_assert(offsetof(struct cpu_regs, sp_el0) == REGS_SP_EL0, "sp_el0");
_Static_assert(offsetof(struct cpu_regs, pc) == REGS_PC, "pc");
_Static_assert(offsetof(struct cpu_regs, pstate) == REGS_PSTATE, "pstate");
_Static_assert(offsetof(struct cpu_fpsimd, fpsr) == FPSIMD_FPSR, "fpsr");
_Static_assert(offsetof(struct cpu, regs) == CPU_CURRENT_REGS, "regs");
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "stack");

/* Before anything is translated for @v: its registers' meaning is in here. */
static void set_hcr(struct vcpu *v, bool contended)
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

static void vcpu_save(struct vcpu *v)
{
	sysregs_save(&v->arch.sysregs);
	if (arch_is_32bit(v->domain))
		guest32_save(&v->arch.regs32);
	fpsimd_save(&v->arch.fpsimd);
	vtimer_save(v);
	vgic_save(v);
}

/*
 * vCPUs of a domain share its VMID, and each may use an ASID, or its MMU
 * switched off, for translations of its own: they must not meet in one TLB.
 */
static void switch_tlb_user(struct vcpu *v)
{
	u8 *last = &v->domain->arch.last_vcpu[cpu_id()];

	if (*last == v->id)
		return;
	*last = v->id;
	/* Under the new VMID; no other CPU is concerned. */
	isb();
	asm volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

static void vcpu_load(struct vcpu *v)
{
	u64 vttbr = p2m_vttbr(v->domain->p2m);

	if (read_sysreg(vttbr_el2) != vttbr)
		write_sysreg(vttbr, vttbr_el2);
	set_hcr(v, false);
	switch_tlb_user(v);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(v->arch.vmpidr, vmpidr_el2);
	sysregs_load(&v->arch.sysregs);
	if (arch_is_32bit(v->domain))
		guest32_load(&v->arch.regs32);
	fpsimd_load(&v->arch.fpsimd);
	vgic_load(v);
	vtimer_load(v);
	isb();
}

void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next)
{
	if (prev)
		vcpu_save(prev);
	this_cpu()->regs = next ? &next->arch.regs : NULL;
	if (next)
		vcpu_load(next);
}

void arch_vcpu_enter(struct vcpu *v)
{
	guest_enter(&v->arch.regs, this_cpu()->stack_top);
}

void arch_prepare_entry(struct vcpu *v, bool contended)
{
	set_hcr(v, contended);
	vgic_flush(v);
}

bool arch_entry_due(const struct vcpu *v)
{
	return v->arch.vgic.dirty;
}

int arch_domain_init(struct domain *d)
{
	bool v3 = the_machine->gic_version == 3;

	if (d == hardware_domain())
		return vgic_domain_init(d, the_machine->gicd, the_machine->gicr,
					gic_spis());
	return vgic_domain_init(d, GUEST_GICD_BASE,
				v3 ? GUEST_GICV3_GICR0_BASE : 0,
				VGIC_DOMU_SPIS);
}

bool arch_domain_set_width(struct domain *d, bool is_32bit)
{
	if (is_32bit && !guest32_supported())
		return false;
	d->arch.aarch32 = is_32bit;
	return true;
}

void arch_domain_destroy(struct domain *d)
{
	heap_free(d->arch.vpl011);
	d->arch.vpl011 = NULL;
	vgic_domain_destroy(d);
}

void arch_vcpu_init(struct vcpu *v)
{
	/* Linux numbers a flat machine by affinity level 0. */
	v->arch.vmpidr = BIT(31) | v->id;
	v->arch.sysregs.sctlr = SCTLR_GUEST_INIT;
	vgic_vcpu_init(v);
	vtimer_init(v);
}

void arch_vcpu_destroy(struct vcpu *v)
{
	vtimer_destroy(v);
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

bool arch_vcpu_pending(struct vcpu *v)
{
	return vgic_pending(v);
}

/*
 * Not every machine traps WFE (QEMU's TCG does not), but an interrupt is
 * taken right behind it.
 */
bool arch_vcpu_spinning(const struct vcpu *v)
{
	struct p2m_entry e;
	gpa_t gpa;
	const struct cpu_regs *r = &v->arch.regs;
	bool a32 = r->pstate & PSR_MODE_BIT;
	bool thumb = a32 && r->pstate & PSR_THUMB;
	u64 size = thumb ? sizeof(u16) : sizeof(u32);
	const void *at;
	u32 insn;

	if (r->pc & (size - 1) || arch_translate(r->pc - size, false, &gpa))
		return false;
	e = p2m_lookup(v->domain, gpa >> PAGE_SHIFT);
	if (!p2m_is_ram(e.type))
		return false;
	at = paddr_to_ptr(e.pa + (gpa & ~PAGE_MASK));
	if (thumb)
		return *(const u16 *)at == T32_WFE ||
			*(const u16 *)at == T32_YIELD;
	insn = *(const u32 *)at;
	return a32 ? insn == A32_WFE || insn == A32_YIELD :
		     insn == INSN_WFE || insn == INSN_YIELD;
}

/*
 * QEMU 7.2 keeps the SPSR of the mode that a 32-bit guest is in where no
 * register of ours shows it, and the next 32-bit guest overwrites it. It is
 * in use from an exception until the handler has stored it, and shortly before
 * the return: interrupts are masked there.
 */
bool arch_vcpu_must_stay(const struct vcpu *v)
{
	u64 pstate = v->arch.regs.pstate;

	return arch_is_32bit(v->domain) && (pstate & CPSR_MODE) != CPSR_USR &&
		pstate & CPSR_I;
}

void arch_vcpu_dump(struct vcpu *v)
{
	const struct cpu_regs *r = &v->arch.regs;
	bool loaded = this_cpu()->current == v;
	unsigned int i;

	printk("d%uv%u: PC %016lx PSTATE %08lx", v->domain->domid, v->id,
	       r->pc, r->pstate);
	for (i = 0; i + 3 < 31; i += 4)
		printk("  x%-2u %016lx %016lx %016lx %016lx", i, r->x[i],
		       r->x[i + 1], r->x[i + 2], r->x[i + 3]);
	printk("  x28 %016lx %016lx %016lx sp0 %016lx", r->x[28], r->x[29],
	       r->x[30], r->sp_el0);
	if (!loaded)
		return;
	printk("  SCTLR %lx TTBR0 %lx TTBR1 %lx TCR %lx VBAR %lx",
	       read_sysreg(sctlr_el1), read_sysreg(ttbr0_el1),
	       read_sysreg(ttbr1_el1), read_sysreg(tcr_el1),
	       read_sysreg(vbar_el1));
	printk("  ESR_EL1 %lx FAR_EL1 %lx ELR_EL1 %lx; last trap: ESR %lx FAR %lx HPFAR %lx",
	       read_sysreg(esr_el1), read_sysreg(far_el1),
	       read_sysreg(elr_el1), read_sysreg(esr_el2),
	       read_sysreg(far_el2), read_sysreg(hpfar_el2));
}
