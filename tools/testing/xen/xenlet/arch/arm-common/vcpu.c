// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU's way onto a physical CPU and off it, as both instruction sets have
 * it. Its state moves only when another vCPU takes the CPU over. Monitor lock;
 * the registers saved are those of the CPU this runs on.
 */
#include <xenlet/arch.h>
#include <xenlet/context.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/p2m.h>
#include <xenlet/p2m_table.h>
#include <xenlet/page.h>
#include <xenlet/sysreg.h>
#include <xenlet/vgic.h>
#include <xenlet/vpl011.h>
#include <xenlet/vtimer.h>

static void vcpu_save(struct vcpu *v)
{
	context_save(v);
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
	context_forget_tlb();
}

static void vcpu_load(struct vcpu *v)
{
	u64 vttbr = p2m_vttbr(v->domain->p2m);

	if (read_sysreg(vttbr_el2) != vttbr)
		write_sysreg(vttbr, vttbr_el2);
	context_configure(v, false);
	switch_tlb_user(v);
	context_load(v);
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
	context_configure(v, contended);
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

void arch_domain_destroy(struct domain *d)
{
	heap_free(d->arch.vpl011);
	d->arch.vpl011 = NULL;
	vgic_domain_destroy(d);
}

void arch_vcpu_destroy(struct vcpu *v)
{
	vtimer_destroy(v);
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
	unsigned int size = context_insn_size(v);
	u64 pc = v->arch.regs.pc;
	struct p2m_entry e;
	gpa_t gpa;

	if (pc & (size - 1) || arch_translate(pc - size, false, &gpa))
		return false;
	e = p2m_lookup(v->domain, gpa >> PAGE_SHIFT);
	if (!p2m_is_ram(e.type))
		return false;
	return context_is_wait(v, paddr_to_ptr(e.pa + (gpa & ~PAGE_MASK)));
}
