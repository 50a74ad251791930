// SPDX-License-Identifier: GPL-2.0
/* SCHEDOP_*: waiting, and who may end whom. */
#include "event.h"

#include <xen/sched.h>
#include <xen/vcpu.h>

#define MS	1000000UL

static struct shared_info *info;

static long poll(evtchn_port_t *ports, unsigned int nr, uint64_t timeout)
{
	struct sched_poll op = { .nr_ports = nr, .timeout = timeout };

	op.ports.p = ports;
	return sched_op(SCHEDOP_poll, &op);
}

static void quiet(void)
{
	__atomic_store_n(&info->vcpu_info[0].evtchn_pending_sel, 0,
			 __ATOMIC_SEQ_CST);
	__atomic_store_n(&info->vcpu_info[0].evtchn_upcall_pending, 0,
			 __ATOMIC_SEQ_CST);
}

/*
 * The hypervisor's time, which timeouts are in, and which is not the
 * guest's counter. A vCPU that has just been switched in finds it in its
 * runstate.
 */
static uint64_t system_time(void)
{
	static struct vcpu_runstate_info runstate;
	struct vcpu_register_runstate_memory_area op = { 0 };

	poll(NULL, 0, 1);
	op.addr.h.p = &runstate;
	vcpu_op(VCPUOP_register_runstate_memory_area, 0, &op);
	return READ_ONCE(runstate.state_entry_time);
}

static void polling(void)
{
	evtchn_port_t ports[2], many[130] = { 0 };
	uint64_t start, timeout;

	bind_ipi(0, &ports[0]);
	bind_ipi(0, &ports[1]);
	set_bit(info->evtchn_mask, ports[0]);
	set_bit(info->evtchn_mask, ports[1]);
	quiet();

	/* The order matters where the machine stops for a while between. */
	start = now_ns();
	timeout = system_time() + 100 * MS;
	expect(poll(ports, 1, timeout), 0, "poll with a timeout");
	check(now_ns() - start >= 20 * MS, "poll waits");
	check(now_ns() - start < 5000 * MS, "poll does not wait for ever");

	start = now_ns();
	expect(poll(ports, 1, 1), 0, "poll until a time that is past");
	check(now_ns() - start < 1000 * MS, "it returns at once");

	send(ports[1]);
	expect(poll(ports, 2, 0), 0, "poll for an event that is pending");
	clear_bit(info->evtchn_pending, ports[1]);

	expect(poll(ports, 129, 1), -XEN_EINVAL, "poll for 129 ports");
	expect(poll(ports, ~0U, 1), -XEN_EINVAL, "poll for ~0 ports");
	many[0] = ~0U;
	expect(poll(many, 1, 1), -XEN_EINVAL, "poll for port ~0");
	expect(poll(wild_pointer(), 1, 1), -XEN_EFAULT,
	       "poll for ports at a wild pointer");
	expect(sched_op(SCHEDOP_poll, wild_pointer()), -XEN_EFAULT,
	       "poll, wild pointer");
	close_port(ports[0]);
	close_port(ports[1]);
}

static evtchn_port_t wake_port;

static void send_later(void)
{
	uint64_t start = now_ns();

	while (now_ns() - start < 20 * MS)
		;
	send(wake_port);
}

static void poll_forever(void)
{
	poll(&wake_port, 1, 0);
}

static void polling_is_woken(void)
{
	if (!smp_start()) {
		report(SKIP, "poll is woken by an event",
		       "there is only one vCPU");
		return;
	}
	bind_ipi(0, &wake_port);
	set_bit(info->evtchn_mask, wake_port);
	quiet();
	check(smp_race(poll_forever, send_later), "poll is woken by an event");
	check(test_bit(info->evtchn_pending, wake_port),
	      "by the one that it waited for");
	clear_bit(info->evtchn_pending, wake_port);
	close_port(wake_port);
}

/* Xen gives an error of this one as 32 bits; a guest takes it as an int. */
static int watchdog(uint32_t id, uint32_t timeout)
{
	struct sched_watchdog op = { .id = id, .timeout = timeout };

	return sched_op(SCHEDOP_watchdog, &op);
}

static void watchdogs(void)
{
	expect(watchdog(0, 600), 1, "a watchdog");
	expect(watchdog(0, 600), 2, "another watchdog");
	expect(watchdog(0, 600), -XEN_ENOSPC, "a third watchdog");
	expect(watchdog(1, 600), 0, "a watchdog is fed");
	expect(watchdog(1, 0), 0, "a watchdog is sent home");
	expect(watchdog(1, 600), -XEN_EINVAL, "and is not there any more");
	expect(watchdog(2, 0), 0, "the other one, too");
	expect(watchdog(3, 600), -XEN_EINVAL, "watchdog 3");
	expect(watchdog(~0U, 600), -XEN_EINVAL, "watchdog ~0");
	expect(sched_op(SCHEDOP_watchdog, wild_pointer()), -XEN_EFAULT,
	       "watchdog, wild pointer");
}

static void others(void)
{
	struct sched_remote_shutdown op = { .domain_id = NO_DOMAIN };
	struct sched_pin_override pin = { .pcpu = 0 };

	expect(sched_op(SCHEDOP_remote_shutdown, &op), -XEN_ESRCH,
	       "shut down a domain that is not there");
	if (env->privileged) {
		report(SKIP, "shut down domain 0", "this is dom0");
		report(SKIP, "pin to a physical CPU", "this is dom0");
		return;
	}
	op.domain_id = 0;
	expect_one_of(sched_op(SCHEDOP_remote_shutdown, &op), -XEN_EPERM,
		      -XEN_ESRCH, "shut down domain 0");
	expect(sched_op(SCHEDOP_pin_override, &pin), -XEN_EPERM,
	       "pin to a physical CPU");
}

void test_main(void)
{
	info = shared_info_map();
	expect(sched_op(SCHEDOP_yield, NULL), 0, "yield");
	expect(sched_op(SCHEDOP_yield, wild_pointer()), 0,
	       "yield needs no pointer");
	polling();
	polling_is_woken();
	watchdogs();
	others();
	expect(sched_op(SCHEDOP_shutdown, wild_pointer()), -XEN_EFAULT,
	       "shutdown, wild pointer");
	expect(sched_op(SCHEDOP_shutdown_code, wild_pointer()), -XEN_EFAULT,
	       "shutdown_code, wild pointer");
	expect(sched_op(SCHEDOP_remote_shutdown, wild_pointer()), -XEN_EFAULT,
	       "remote_shutdown, wild pointer");
	expect(sched_op(8, info), -XEN_ENOSYS, "operation 8");
	expect(sched_op(~0U, info), -XEN_ENOSYS, "operation ~0");
}
