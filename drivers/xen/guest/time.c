// SPDX-License-Identifier: GPL-2.0
/*
 * Time: the wall clock that the hypervisor keeps for a domain, and the time
 * that it gave to others while a vCPU wanted to run.
 *
 * Owns the per-CPU runstate areas, which Xen writes whenever it schedules the
 * vCPU. They are registered by virtual address: Xen offers the physical form
 * on ARM and then refuses it.
 */
#define pr_fmt(fmt) "xen: time: " fmt

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/pvclock_gtod.h>
#include <linux/sched/cputime.h>
#include <linux/static_call.h>
#include <linux/timekeeper_internal.h>
#include <linux/timekeeping.h>
#include <asm/barrier.h>
#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <xen/interface/platform.h>
#include <xen/interface/vcpu.h>
#include <xen/page.h>
#include <xen/xen-ops.h>

#include "core.h"

static bool set_clock = true;
module_param(set_clock, bool, 0444);
MODULE_PARM_DESC(set_clock,
		 "Set a system clock that nobody has set from Xen's");

static DEFINE_PER_CPU_ALIGNED(struct vcpu_runstate_info, runstate);

/* No clock that was ever set is this close to 1970. */
#define NEVER_SET	(365LL * 24 * 3600)

static void read_wall_clock(struct timespec64 *wall)
{
	const struct pvclock_wall_clock *wc = &HYPERVISOR_shared_info->wc;
	struct timespec64 up;
	u32 version;

	/* An odd version is being written; a changed one was. */
	do {
		version = READ_ONCE(wc->version);
		virt_rmb(); /* Xen writes the version before the rest ... */
		wall->tv_sec = (u64)wc->sec_hi << 32 | wc->sec;
		wall->tv_nsec = wc->nsec;
		virt_rmb(); /* ... and again after it */
	} while (version & 1 || version != READ_ONCE(wc->version));

	/* That was when the domain began to run. */
	ktime_get_boottime_ts64(&up);
	*wall = timespec64_add(*wall, up);
}

static void set_wall_clock(void)
{
	struct timespec64 wall;

	if (!set_clock || ktime_get_real_seconds() > NEVER_SET)
		return;
	read_wall_clock(&wall);
	if (wall.tv_sec > NEVER_SET && !do_settimeofday64(&wall))
		pr_info("system clock set to %ptT\n", &wall.tv_sec);
}

/* The initial domain keeps the hypervisor's clock right. */
#define CLOCK_SYNC_INTERVAL	(11 * 60)

static int clock_changed(struct notifier_block *nb, unsigned long was_set,
			 void *data)
{
	static time64_t next_sync;
	struct timekeeper *tk = data;
	struct timespec64 now = {
		.tv_sec = tk->xtime_sec,
		.tv_nsec = (long)(tk->tkr_mono.xtime_nsec >>
				  tk->tkr_mono.shift),
	};
	struct timespec64 up = timespec64_add(now, tk->wall_to_monotonic);
	struct xen_platform_op op = {
		.cmd = XENPF_settime64,
		.u.settime64 = {
			.secs = now.tv_sec,
			.nsecs = now.tv_nsec,
			.system_time = timespec64_to_ns(&up),
		},
	};

	if (!was_set && now.tv_sec < next_sync)
		return NOTIFY_OK;
	HYPERVISOR_platform_op(&op);
	next_sync = now.tv_sec + CLOCK_SYNC_INTERVAL;
	return NOTIFY_OK;
}

static struct notifier_block clock_notifier = {
	.notifier_call = clock_changed,
};

/*
 * Both halves at once, in 32-bit kernels as well: mark and number must be of
 * the same moment.
 */
static u64 entry_time(const struct vcpu_runstate_info *area)
{
	return atomic64_read((const atomic64_t *)&area->state_entry_time);
}

static void snapshot(unsigned int cpu, struct vcpu_runstate_info *res)
{
	const struct vcpu_runstate_info *area = per_cpu_ptr(&runstate, cpu);
	u64 entered;

	/* Xen marks the entry time while it writes the rest. */
	do {
		entered = entry_time(area);
		virt_rmb(); /* Xen sets the mark before the rest ... */
		*res = *area;
		virt_rmb(); /* ... and clears it after */
	} while (entered & XEN_RUNSTATE_UPDATE ||
		 entered != entry_time(area));
}

/**
 * xen_get_runstate_snapshot() - how this CPU's time was spent
 * @res: consistent in itself; all zeros if Xen does not say
 *
 * With preemption off.
 */
void xen_get_runstate_snapshot(struct vcpu_runstate_info *res)
{
	snapshot(smp_processor_id(), res);
}

/**
 * xen_steal_clock() - how long a CPU wanted to run, and was not let
 * @cpu: any possible CPU
 *
 * Return: nanoseconds since the domain began.
 */
u64 xen_steal_clock(int cpu)
{
	struct vcpu_runstate_info state;

	snapshot(cpu, &state);
	return state.time[RUNSTATE_runnable] + state.time[RUNSTATE_offline];
}

bool xen_vcpu_stolen(int vcpu)
{
	return per_cpu(runstate, vcpu).state == RUNSTATE_runnable;
}

static int register_runstate(unsigned int cpu, struct vcpu_runstate_info *info)
{
	struct vcpu_register_runstate_memory_area area = { };

	area.addr.v = info;
	return HYPERVISOR_vcpu_op(VCPUOP_register_runstate_memory_area,
				  xen_vcpu_nr(cpu), &area);
}

void xen_setup_runstate_info(int cpu)
{
	int err = register_runstate(cpu, per_cpu_ptr(&runstate, cpu));

	if (err)
		pr_info_once("stolen time is not known (%d)\n", err);
}

static int watch_cpu(unsigned int cpu)
{
	xen_setup_runstate_info(cpu);
	return 0;
}

/* Xen lets go of the old area first, then refuses the new one. */
static int forget_cpu(unsigned int cpu)
{
	register_runstate(cpu, NULL);
	return 0;
}

#ifdef XEN_GUEST_MODULE
/* The scheduler's hook is not for modules: they show stolen time in debugfs. */
void xen_time_setup_guest(void)
{
}
#else
void xen_time_setup_guest(void)
{
	static_call_update(pv_steal_clock, xen_steal_clock);
	static_key_slow_inc(&paravirt_steal_enabled);
}
#endif

static bool runstate_possible(void)
{
	/*
	 * Older hypervisors translate the address whenever they write, even
	 * where user space runs without the kernel's page tables.
	 */
	return !xen_kernel_unmapped_at_usr();
}

int xen_time_init(void)
{
	int err;

	if (runstate_possible()) {
		HYPERVISOR_vm_assist(VMASST_CMD_enable,
				     VMASST_TYPE_runstate_update_flag);
		err = cpuhp_setup_state(CPUHP_AP_ARM_XEN_RUNSTATE_STARTING,
					"arm/xen_runstate:starting", watch_cpu,
					forget_cpu);
		if (err)
			return err;
		xen_time_setup_guest();
	}
	if (xen_initial_domain())
		pvclock_gtod_register_notifier(&clock_notifier);
	else
		set_wall_clock();
	return 0;
}

void xen_time_exit(void)
{
	if (xen_initial_domain())
		pvclock_gtod_unregister_notifier(&clock_notifier);
	if (runstate_possible())
		cpuhp_remove_state(CPUHP_AP_ARM_XEN_RUNSTATE_STARTING);
}
