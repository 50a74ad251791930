// SPDX-License-Identifier: GPL-2.0
/*
 * The exception classes of a 64-bit hypervisor, and the exceptions that only
 * it has.
 */
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/lib.h>
#include <xenlet/sched.h>
#include <xenlet/sysreg.h>
#include <xenlet/trap_class.h>

static enum verdict on_sysreg(struct vcpu *v, struct syndrome *s)
{
	if (!sysreg_emulate(v, s))
		return UNHANDLED;
	inject_skip(v, s);
	return HANDLED;
}

const struct trap_class trap_classes[EC_COUNT] = {
	[EC_WFX]	= { EXIT_WAIT, trap_wait },
	[EC_CP15_32]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP15_64]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP14_32]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_CP14_64]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_FP_ID]	= { EXIT_SYSREG, trap_coprocessor },
	[EC_HVC32]	= { EXIT_HYPERCALL, trap_firmware },
	[EC_SMC32]	= { EXIT_FIRMWARE, trap_firmware },
	[EC_HVC64]	= { EXIT_HYPERCALL, trap_firmware },
	[EC_SMC64]	= { EXIT_FIRMWARE, trap_firmware },
	[EC_SYSREG]	= { EXIT_SYSREG, on_sysreg },
	[EC_DABT_LOWER]	= { EXIT_MMIO, trap_data_abort },
	[EC_IABT_LOWER]	= { EXIT_FAULT, trap_instruction_abort },
};

/* An asynchronous error while a guest ran is taken to be of its making. */
void trap_serror(void)
{
	struct vcpu *v = this_cpu()->current;

	monitor_lock();
	v->stats.exit_class[EXIT_OTHER]++;
	domain_crash(v->domain, "SError, ESR %llx", read_sysreg(esr_el2));
	cpu_leave();
}

void xenlet_fault(unsigned int vector)
{
	u64 pc = read_sysreg(elr_el2);

	panic("CPU%u: fault in xenlet itself: vector %u, ESR %llx, ELR %llx (image + %llx), FAR %llx",
	      cpu_id(), vector, read_sysreg(esr_el2), pc, pc - image_base(),
	      read_sysreg(far_el2));
}
