// SPDX-License-Identifier: GPL-2.0
/*
 * From the vectors to a handler by exception class, and the handlers that both
 * instruction sets share. Entered without the monitor lock, on an empty stack.
 */
#include <xenlet/aarch32.h>
#include <xenlet/arch.h>
#include <xenlet/context.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/entry.h>
#include <xenlet/firmware.h>
#include <xenlet/guest32.h>
#include <xenlet/hypercall.h>
#include <xenlet/lib.h>
#include <xenlet/mmio.h>
#include <xenlet/p2m.h>
#include <xenlet/sched.h>
#include <xenlet/syndrome.h>
#include <xenlet/sysreg.h>
#include <xenlet/trace.h>
#include <xenlet/trap_class.h>

#define HYPERCALL_IMM	0xea1
#define PSTATE_MODE	0xf

/* Would the instruction have been executed at all? Few classes can tell. */
static bool condition_failed(const struct vcpu *v, const struct syndrome *s)
{
	switch (s->ec) {
	case EC_WFX:
	case EC_CP15_32:
	case EC_CP15_64:
	case EC_CP14_32:
	case EC_CP14_64:
	case EC_SMC32:
		return arch_is_32bit(v->domain) &&
			!aarch32_condition(v->arch.regs.pstate, s->esr);
	default:
		return false;
	}
}

static bool is_hypercall(u32 esr)
{
	u32 ec = esr >> ESR_EC_SHIFT;

	return (ec == EC_HVC64 || ec == EC_HVC32) && (u16)esr == HYPERCALL_IMM;
}

static bool from_user(const struct vcpu *v)
{
	return !(v->arch.regs.pstate & PSTATE_MODE);
}

enum verdict trap_wait(struct vcpu *v, struct syndrome *s)
{
	inject_skip(v, s);
	if (s->wfe)
		vcpu_yield(v);
	else
		vcpu_block(v);
	return HANDLED;
}

enum verdict trap_firmware(struct vcpu *v, struct syndrome *s)
{
	u64 args[3];
	unsigned int i;
	u32 fn;

	if (s->imm || from_user(v))
		return UNHANDLED;
	/* SMC traps before it completes, HVC after. */
	if (s->ec == EC_SMC64 || s->ec == EC_SMC32)
		inject_skip(v, s);
	fn = guest_reg(v, 0);
	for (i = 0; i < 3; i++)
		args[i] = guest_reg(v, i + 1);
	guest_reg_set(v, 0, firmware_call(v, fn, args));
	return HANDLED;
}

enum verdict trap_coprocessor(struct vcpu *v, struct syndrome *s)
{
	/* A 64-bit kernel's 32-bit programs have no business here. */
	if (!arch_is_32bit(v->domain) || !cp15_emulate(v, s))
		return UNHANDLED;
	inject_skip(v, s);
	return HANDLED;
}

static u64 load_result(const struct syndrome *s, u64 value)
{
	unsigned int unused = 64 - 8 * s->size;

	value <<= unused;
	if (s->sign_extend)
		value = (u64)((s64)value >> unused);
	else
		value >>= unused;
	return s->wide ? value : (u32)value;
}

/*
 * While another CPU splits a block its entry is empty for a moment, and who
 * accesses the block then comes here, to find it mapped: it tries again.
 */
static bool is_mapped_now(struct vcpu *v, const struct syndrome *s)
{
	return s->translation &&
		p2m_lookup(v->domain, s->gpa >> PAGE_SHIFT).type != P2M_NONE;
}

enum verdict trap_data_abort(struct vcpu *v, struct syndrome *s)
{
	struct mmio_access access = {
		.size = s->size,
		.write = s->write,
	};

	if (s->valid && !s->walk && s->translation) {
		if (s->write)
			access.value = guest_reg(v, s->reg) &
				~0ULL >> (64 - 8 * s->size);
		if (mmio_dispatch(v, s->gpa, &access)) {
			if (!s->write)
				guest_reg_set(v, s->reg,
					      load_result(s, access.value));
			inject_skip(v, s);
			return HANDLED;
		}
	}
	v->stats.exit_class[EXIT_MMIO]--;
	v->stats.exit_class[EXIT_FAULT]++;
	if (!is_mapped_now(v, s))
		inject_abort(v, s);
	return HANDLED;
}

enum verdict trap_instruction_abort(struct vcpu *v, struct syndrome *s)
{
	if (!is_mapped_now(v, s))
		inject_abort(v, s);
	return HANDLED;
}

/* Monitor lock. */
static void note_exit(struct vcpu *v, enum exit_class exit, u32 info)
{
	v->stats.exit_class[exit]++;
	trace_exit(v, exit, info);
}

/* Most exits by far: nothing of the syndrome needs decoding. */
static void trap_hypercall(struct vcpu *v, u32 esr)
{
	if (hypercall_unlocked(v)) {
		v->stats.exit_class[EXIT_HYPERCALL]++;
		arch_vcpu_enter(v);
	}
	monitor_lock();
	note_exit(v, EXIT_HYPERCALL, esr);
	hypercall_dispatch(v);
	cpu_leave();
}

void trap_sync(void)
{
	struct vcpu *v = this_cpu()->current;
	enum exit_class exit = EXIT_OTHER;
	const struct trap_class *class;
	u32 esr = read_sysreg(esr_el2);
	struct syndrome s;

	/* Hypercalls are the kernel's; for others it is just an HVC. */
	if (is_hypercall(esr) && !from_user(v))
		trap_hypercall(v, esr);

	syndrome_read(&s);
	monitor_lock();
	class = &trap_classes[s.ec];
	if (class->handle)
		exit = class->exit;
	note_exit(v, exit, s.esr);
	if (condition_failed(v, &s))
		inject_skip(v, &s);
	else if (!class->handle || class->handle(v, &s) == UNHANDLED)
		inject_undefined(v);
	cpu_leave();
}

void trap_irq(void)
{
	struct vcpu *v = this_cpu()->current;

	monitor_lock();
	note_exit(v, EXIT_IRQ, 0);
	while (arch_irq_poll())
		;
	cpu_leave();
}
