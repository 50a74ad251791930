// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the monitor lock, the run queues and the way out of xenlet.
 *
 * A vCPU is on a run queue exactly while it may run and does not. Its state
 * stays loaded on the CPU after it stopped running, until another vCPU needs
 * the CPU: waking up where one fell asleep costs nothing. Queues are round
 * robin; while others wait, a vCPU's slice is short after a wake-up, so that
 * whoever waits for an event gets its turn soon and nobody starves. A vCPU
 * that spins is likely to wait for one that is on a queue, so it is looked
 * at often and loses its CPU early. A CPU without work takes a waiting vCPU
 * from another's queue.
 *
 * On the way out: timers that are due, a little deferred work, then the next
 * vCPU, or sleep until an interrupt.
 */
#include <xenlet/abi.h>
#include <xenlet/arch.h>
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/run.h>
#include <xenlet/sched.h>
#include <xenlet/work.h>

/*
 * Real time, on a machine that is emulated on a busy host: what looks short
 * may be over before a guest's first instruction. With 50 us between checks a
 * kernel with KASAN stood still.
 */
#define SLICE_NS	5000000UL
#define CONTENDED_NS	1000000UL	/* least, once a woken vCPU waits */
#define SPIN_CHECK_NS	500000UL	/* while others wait */
#define WORK_BATCH	8
#define WORK_RETRY_NS	200000UL

struct cpu cpus[MAX_CPUS];

static struct {
	u32 next, serving;
} ticket;

void monitor_lock(void)
{
	u32 mine = __atomic_fetch_add(&ticket.next, 1, __ATOMIC_RELAXED);

	/* Pairs with the release in monitor_unlock(). */
	while (__atomic_load_n(&ticket.serving, __ATOMIC_ACQUIRE) != mine)
		arch_relax();
}

void monitor_unlock(void)
{
	__atomic_store_n(&ticket.serving, ticket.serving + 1,
			 __ATOMIC_RELEASE);
	arch_unrelax();
}

struct vcpu *current_vcpu(void)
{
	struct vcpu *v = this_cpu()->current;

	return v && v->running ? v : NULL;
}

static bool may_run(const struct vcpu *v)
{
	return v->state == VCPU_RUNNABLE && !v->domain->pause_count &&
		v->domain->state == DOMAIN_RUNNING;
}

static struct cpu *find_idle(void)
{
	unsigned int i;

	for (i = 0; i < MAX_CPUS; i++)
		if (cpus[i].online && cpus[i].idle)
			return &cpus[i];
	return NULL;
}

static void kick(struct cpu *cpu)
{
	if (cpu == this_cpu())
		return;
	cpu->idle = false;
	arch_kick(cpu->id);
}

/* Somebody waits for @cpu: its slice ends early, but not at once. */
static void contend(struct cpu *cpu)
{
	struct vcpu *v = cpu->current;

	if (v && v->running)
		v->slice_end = MIN(v->slice_end,
				   cpu->slice_start + CONTENDED_NS);
	kick(cpu);
}

void vcpu_ready(struct vcpu *v)
{
	struct cpu *cpu = &cpus[v->cpu], *idle;

	if (!may_run(v) || v->running || !list_empty(&v->queue))
		return;
	list_add_tail(&v->queue, &cpu->run_queue);
	runstate_change(v, RUNSTATE_runnable);

	idle = cpu->idle ? cpu : find_idle();
	if (idle)
		kick(idle);
	else
		contend(cpu);
}

void vcpu_unready(struct vcpu *v)
{
	list_del(&v->queue);
	if (v->running)
		kick(&cpus[v->cpu]);
}

void vcpu_wake(struct vcpu *v)
{
	if (v->state != VCPU_BLOCKED)
		return;
	v->state = VCPU_RUNNABLE;
	vcpu_ready(v);
}

void vcpu_block(struct vcpu *v)
{
	if (v->state == VCPU_RUNNABLE && !arch_vcpu_pending(v))
		v->state = VCPU_BLOCKED;
}

void vcpu_yield(struct vcpu *v)
{
	cpus[v->cpu].resched = true;
}

void vcpu_kick(struct vcpu *v)
{
	if (v->running)
		kick(&cpus[v->cpu]);
}

void vcpu_start(struct vcpu *v)
{
	v->state = VCPU_RUNNABLE;
	vcpu_ready(v);
}

void vcpu_stop(struct vcpu *v)
{
	v->state = VCPU_DOWN;
	vcpu_unready(v);
}

void vcpu_place(struct vcpu *v)
{
	unsigned int i, load[MAX_CPUS] = { 0 };
	struct domain *d = NULL;

	while ((d = domain_next(d)))
		for (i = 0; i < d->nr_vcpus; i++)
			if (d->vcpus[i] && d->vcpus[i] != v)
				load[d->vcpus[i]->cpu]++;
	for (i = 0; i < MAX_CPUS; i++)
		if (cpus[i].online && load[i] < load[v->cpu])
			v->cpu = i;
}

static struct vcpu *take_from(struct cpu *cpu)
{
	struct list_node *pos;

	list_for_each(pos, &cpu->run_queue) {
		struct vcpu *v = list_entry(pos, struct vcpu, queue);

		/* Its registers may still be on the CPU it last ran on. */
		if (cpu != this_cpu() && cpu->current == v)
			continue;
		list_del(&v->queue);
		return v;
	}
	return NULL;
}

static struct vcpu *take_next(struct cpu *cpu)
{
	struct vcpu *v = take_from(cpu);
	unsigned int i;

	for (i = 0; !v && i < MAX_CPUS; i++)
		if (cpus[i].online && &cpus[i] != cpu)
			v = take_from(&cpus[i]);
	return v;
}

static unsigned int stopped_state(const struct vcpu *v)
{
	return v->state == VCPU_BLOCKED ? RUNSTATE_blocked : RUNSTATE_offline;
}

/* May the current vCPU go on, or is it another's turn? */
static bool may_stay(const struct cpu *cpu, const struct vcpu *v, bool gave_up)
{
	if (list_empty(&cpu->run_queue))
		return true;
	if (gave_up || cpu->now >= v->slice_end)
		return false;
	return !arch_vcpu_spinning(v);
}

/* Keep the current vCPU if it may go on, else pick another; NULL: none. */
static struct vcpu *pick(struct cpu *cpu)
{
	struct vcpu *v = cpu->current;
	bool gave_up = cpu->resched;

	cpu->resched = false;
	if (v && v->running) {
		if (may_run(v) && may_stay(cpu, v, gave_up))
			return v;
		v->running = false;
		if (may_run(v)) {
			list_add_tail(&v->queue, &cpu->run_queue);
			runstate_change(v, RUNSTATE_runnable);
		} else {
			runstate_change(v, stopped_state(v));
		}
	}
	v = take_next(cpu);
	if (v) {
		v->running = true;
		v->cpu = cpu->id;
		v->slice_end = cpu->now + SLICE_NS;
		cpu->slice_start = cpu->now;
	}
	return v;
}

void cpu_unload(struct cpu *cpu)
{
	if (!cpu->current)
		return;
	cpu->current->running = false;
	arch_vcpu_switch(cpu->current, NULL);
	cpu->current = NULL;
}

/* True: work is left over for which the CPU should come back soon. */
static bool do_deferred(struct cpu *cpu)
{
	unsigned int i;

	timers_run(cpu->now);
	for (i = 0; i < WORK_BATCH; i++)
		if (!work_run_some())
			return false;
	return work_waiting();
}

static void program_timer(struct cpu *cpu, u64 deadline)
{
	u64 timer = timers_next();

	if (timer && (!deadline || timer < deadline))
		deadline = timer;
	if (deadline == cpu->programmed)
		return;
	cpu->programmed = deadline;
	arch_timer_program(deadline);
}

static void sleep(struct cpu *cpu)
{
	struct vcpu *v = cpu->current;
	u64 began;

	/* Only a sleeper comes back as it was. */
	if (v && v->state != VCPU_BLOCKED)
		cpu_unload(cpu);
	else if (v && v->domain->state != DOMAIN_RUNNING)
		cpu_unload(cpu);

	program_timer(cpu, 0);
	cpu->idle = true;
	monitor_unlock();
	began = time_ns();
	arch_idle();
	cpu->slept += time_ns() - began;
	monitor_lock();
	cpu->idle = false;
	while (arch_irq_poll())
		;
}

static void announce(struct domain *d)
{
	if (d->entered)
		return;
	d->entered = true;
	printk("d%u: first entry after %llu us, at %llu us", d->domid,
	       (time_ns() - d->created) / 1000, time_ns() / 1000);
}

static void enter(struct cpu *cpu, struct vcpu *v, bool hurry)
{
	bool contended = !list_empty(&cpu->run_queue);
	u64 check = cpu->now + SPIN_CHECK_NS;
	u64 deadline = contended ? MIN(v->slice_end, check) : 0;

	if (cpu->current != v) {
		arch_vcpu_switch(cpu->current, v);
		cpu->current = v;
	}
	if (v->runstate.state != RUNSTATE_running) {
		runstate_change(v, RUNSTATE_running);
		runstate_publish(v);
	}
	if (hurry)
		deadline = cpu->now + WORK_RETRY_NS;
	program_timer(cpu, deadline);
	arch_prepare_entry(v, contended);
	announce(v->domain);
	monitor_unlock();
	arch_vcpu_enter(v);
}

/* Between two batches of work, for those who wait for the lock. */
static void breathe(void)
{
	monitor_unlock();
	monitor_lock();
	while (arch_irq_poll())
		;
}

/*
 * Nothing happened that anyone but the vCPU itself has to hear of: no work,
 * no timer earlier than the one that is set, nobody who waits for the CPU.
 */
static bool goes_on(const struct cpu *cpu, const struct vcpu *v)
{
	return v->running && !cpu->resched && may_run(v) &&
		list_empty(&cpu->run_queue) && !work_waiting() &&
		timers_next() == cpu->programmed && !arch_entry_due(v);
}

void cpu_leave(void)
{
	struct cpu *cpu = this_cpu();
	struct vcpu *v = cpu->current;
	bool more;

	if (v && goes_on(cpu, v)) {
		monitor_unlock();
		arch_vcpu_enter(v);
	}
	for (;;) {
		cpu->now = time_ns();
		more = do_deferred(cpu);
		v = pick(cpu);
		if (v)
			enter(cpu, v, more);
		if (more)
			breathe();
		else
			sleep(cpu);
	}
}

void cpu_init(struct cpu *cpu, unsigned int id)
{
	cpu->id = id;
	list_init(&cpu->run_queue);
	list_init(&cpu->timers);
}

void cpu_main(void)
{
	monitor_lock();
	this_cpu()->online = true;
	cpu_leave();
}
