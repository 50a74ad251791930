// SPDX-License-Identifier: GPL-2.0
/*
 * The generic timer: the clock, this CPU's hypervisor timer, and the timers
 * of the vCPUs. A vCPU that is off the CPU, or blocked, has a software timer
 * run at the moment its virtual timer would fire, which only wakes it: once
 * loaded again, the hardware raises the interrupt itself.
 *
 * The virtual timer is masked when it has fired and its interrupt injected as
 * one of software's, as under Xen: a guest that wants the next one programs
 * the timer anew. Linking the two interrupts in a list register instead would
 * keep the level, but QEMU 7.2 does not look at the level again when a guest
 * ends a linked interrupt: a timer that expired meanwhile is lost.
 */
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/sysreg.h>
#include <xenlet/vgic.h>
#include <xenlet/vtimer.h>

#define NS_PER_SEC	1000000000ULL

/* Ticks and nanoseconds are converted by multiplication, 32.32 fixed point. */
static struct {
	u64 frequency;
	u64 ns_per_tick;
} clock;

void clock_init(void)
{
	clock.frequency = read_sysreg(cntfrq_el0);
	if (!clock.frequency)
		panic("The firmware left CNTFRQ_EL0 at zero");
	clock.ns_per_tick = (NS_PER_SEC << 32) / clock.frequency;
}

u64 ticks_to_ns(u64 ticks)
{
	u64 whole = clock.ns_per_tick >> 32, part = (u32)clock.ns_per_tick;
	u64 below = (ticks >> 32) * part + ((u64)(u32)ticks * part >> 32);
	u64 ns;

	/* A guest may set its timer to the end of time. */
	if (__builtin_mul_overflow(ticks, whole, &ns) ||
	    __builtin_add_overflow(ns, below, &ns))
		return ~(u64)0;
	return ns;
}

static u64 ns_to_ticks(u64 ns)
{
	u64 ticks = ns / NS_PER_SEC * clock.frequency +
		ns % NS_PER_SEC * clock.frequency / NS_PER_SEC;

	/* At 1 GHz the end of time is the last tick that there is. */
	return ticks == ~(u64)0 ? ticks : ticks + 1;
}

u64 time_ns(void)
{
	isb();
	return ticks_to_ns(read_sysreg(cntpct_el0));
}

void arch_timer_program(u64 ns)
{
	if (!ns) {
		write_sysreg(0, cnthp_ctl_el2);
	} else {
		write_sysreg(ns_to_ticks(ns), cnthp_cval_el2);
		write_sysreg(TIMER_ENABLE, cnthp_ctl_el2);
	}
	isb();
}

static void wake(struct timer *timer)
{
	vcpu_wake(container_of(timer, struct vtimer, soft)->vcpu);
}

static void ptimer_fire(struct timer *timer)
{
	struct vcpu *v = container_of(timer, struct vtimer, soft)->vcpu;

	/* As a level would stay up until reprogrammed, once is enough. */
	if ((v->arch.ptimer.ctl & (TIMER_ENABLE | TIMER_MASK)) == TIMER_ENABLE)
		vgic_inject_ppi(v, GUEST_TIMER_PHYS_NS_PPI);
	vcpu_wake(v);
}

void vtimer_init(struct vcpu *v)
{
	v->arch.vtimer.vcpu = v;
	v->arch.ptimer.vcpu = v;
	timer_init(&v->arch.vtimer.soft, wake);
	timer_init(&v->arch.ptimer.soft, ptimer_fire);
}

void vtimer_destroy(struct vcpu *v)
{
	timer_cancel(&v->arch.vtimer.soft);
	timer_cancel(&v->arch.ptimer.soft);
}

void vtimer_save(struct vcpu *v)
{
	struct vtimer *t = &v->arch.vtimer;

	t->ctl = read_sysreg(cntv_ctl_el0) & (TIMER_ENABLE | TIMER_MASK);
	t->cval = read_sysreg(cntv_cval_el0);
	write_sysreg(0, cntv_ctl_el0);
	isb();
	if (t->ctl == TIMER_ENABLE)
		timer_set(&t->soft, ticks_to_ns(t->cval));
}

void vtimer_load(struct vcpu *v)
{
	struct vtimer *t = &v->arch.vtimer;

	timer_cancel(&t->soft);
	write_sysreg(t->cval, cntv_cval_el0);
	write_sysreg(t->ctl, cntv_ctl_el0);
	isb();
}

void vtimer_expired(struct vcpu *v)
{
	write_sysreg(read_sysreg(cntv_ctl_el0) | TIMER_MASK, cntv_ctl_el0);
	isb();
	vgic_inject_ppi(v, GUEST_TIMER_VIRT_PPI);
}

static void ptimer_update(struct vtimer *t)
{
	timer_cancel(&t->soft);
	if ((t->ctl & (TIMER_ENABLE | TIMER_MASK)) == TIMER_ENABLE)
		timer_set(&t->soft, ticks_to_ns(t->cval));
}

bool ptimer_access(struct vcpu *v, enum ptimer_reg which, bool write,
		   u64 *value)
{
	struct vtimer *t = &v->arch.ptimer;
	u64 now = read_sysreg(cntpct_el0);

	if (!write) {
		if (which == PTIMER_CVAL)
			*value = t->cval;
		else if (which == PTIMER_TVAL)
			*value = (u32)(t->cval - now);
		else
			*value = t->ctl | ((t->ctl & TIMER_ENABLE) &&
					   now >= t->cval ? TIMER_STATUS : 0);
		return true;
	}
	if (which == PTIMER_CVAL)
		t->cval = *value;
	else if (which == PTIMER_TVAL)
		t->cval = now + (s32)*value;
	else
		t->ctl = *value & (TIMER_ENABLE | TIMER_MASK);
	ptimer_update(t);
	return true;
}
