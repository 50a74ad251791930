// SPDX-License-Identifier: GPL-2.0
/*
 * The exception classes of a 32-bit hypervisor, what it makes a guest take,
 * and its own faults.
 */
#include <xenlet/aarch32.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xenlet/trap_class.h>

const struct trap_class trap_classes[EC_COUNT] = {
	[EC_WFX]	= { EXIT_WAIT, trap_wait },
	[EC_CP15_32]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP15_64]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP14_32]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP14_64]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_FP_ID]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_HVC32]	= { EXIT_HYPERCALL, trap_firmware },
	[EC_SMC32]	= { EXIT_FIRMWARE, trap_firmware },
	[EC_DABT_LOWER]	= { EXIT_MMIO, trap_data_abort },
	[EC_IABT_LOWER]	= { EXIT_FAULT, trap_instruction_abort },
};

static struct aarch32_entry take(struct vcpu *v, enum aarch32_exception kind)
{
	struct cpu_regs *regs = &v->arch.regs;
	struct aarch32_entry entry = aarch32_take(kind, regs->pstate, regs->pc,
						  read_sysreg(sctlr),
						  read_sysreg(vbar));

	regs->pc = entry.pc;
	return entry;
}

void inject_undefined(struct vcpu *v)
{
	struct aarch32_entry entry = take(v, AARCH32_UNDEFINED);

	write_sysreg(v->arch.regs.pstate, spsr_und);
	write_sysreg(entry.lr, lr_und);
	v->arch.regs.pstate = entry.cpsr;
}

void inject_abort(struct vcpu *v, const struct syndrome *s)
{
	u32 status = aarch32_abort_status(read_sysreg(ttbcr));
	struct aarch32_entry entry;

	if (s->ec == EC_DABT_LOWER) {
		write_sysreg(status, dfsr);
		write_sysreg(s->gva, dfar);
		entry = take(v, AARCH32_DATA_ABORT);
	} else {
		write_sysreg(status, ifsr);
		write_sysreg(s->gva, ifar);
		entry = take(v, AARCH32_PREFETCH_ABORT);
	}
	write_sysreg(v->arch.regs.pstate, spsr_abt);
	write_sysreg(entry.lr, lr_abt);
	v->arch.regs.pstate = entry.cpsr;
}

void xenlet_fault(unsigned int vector)
{
	u32 pc = read_sysreg(elr_hyp);

	panic("CPU%u: fault in xenlet itself: vector %u, HSR %x, ELR %x (image + %x), HDFAR %x, HIFAR %x",
	      cpu_id(), vector, read_sysreg(esr_el2), pc,
	      pc - (u32)image_base(), read_sysreg(hdfar), read_sysreg(hifar));
}
