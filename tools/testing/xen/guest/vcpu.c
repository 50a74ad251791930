// SPDX-License-Identifier: GPL-2.0
/* VCPUOP_*: where each vCPU's records are. */
#include "event.h"

#include <xen/vcpu.h>
#include <xen/version.h>

#ifndef VCPUOP_register_runstate_phys_area
#define VCPUOP_register_runstate_phys_area	14
#endif

static long register_info(unsigned int vcpu, uint64_t gfn, uint32_t offset)
{
	struct vcpu_register_vcpu_info op = { .mfn = gfn, .offset = offset };

	return vcpu_op(VCPUOP_register_vcpu_info, vcpu, &op);
}

static void bad_places(void)
{
	uint64_t gfn = gfn_of(page_alloc());
	uint32_t last = PAGE_SIZE - sizeof(struct vcpu_info);

	expect(register_info(0, gfn, last + 8), -XEN_ENXIO,
	       "a vcpu_info that crosses its page");
	expect(register_info(0, gfn, PAGE_SIZE - 1), -XEN_ENXIO,
	       "a vcpu_info in the last byte");
	expect(register_info(0, gfn, PAGE_SIZE), -XEN_ENXIO,
	       "a vcpu_info behind its page");
	expect(register_info(0, gfn, ~0U), -XEN_ENXIO,
	       "a vcpu_info at offset ~0");
	expect(register_info(0, gfn, 4), -XEN_ENXIO,
	       "a vcpu_info that is not aligned");
	expect(register_info(0, ~0ULL, 0), -XEN_EINVAL,
	       "a vcpu_info in frame ~0");
	expect(register_info(0, env->grant_base / PAGE_SIZE, 0), -XEN_EINVAL,
	       "a vcpu_info where nothing is");
	expect(register_info(200, gfn, 0), -XEN_ENOENT,
	       "a vcpu_info for a vCPU that is not there");
	expect(register_info(~0U, gfn, 0), -XEN_ENOENT,
	       "a vcpu_info for vCPU ~0");
	expect(vcpu_op(VCPUOP_register_vcpu_info, 0, wild_pointer()),
	       -XEN_EFAULT, "register_vcpu_info, wild pointer");
}

static void a_good_place(void)
{
	struct shared_info *info = shared_info_map();
	char *page = page_alloc();
	uint32_t last = PAGE_SIZE - sizeof(struct vcpu_info);
	struct vcpu_info *vcpu = (struct vcpu_info *)(page + last);
	evtchn_port_t port;

	expect(register_info(0, gfn_of(page), last), 0,
	       "a vcpu_info at the end of a page");
	expect(READ_ONCE(vcpu->evtchn_upcall_pending), 1,
	       "registering makes an upcall");
	check(READ_ONCE(vcpu->evtchn_pending_sel) == ~(xen_ulong_t)0,
	      "registering selects all words");
	expect(register_info(0, gfn_of(page), 0), -XEN_EINVAL,
	       "registering again");

	vcpu->evtchn_upcall_pending = 0;
	vcpu->evtchn_pending_sel = 0;
	info->vcpu_info[0].evtchn_upcall_pending = 0;
	bind_ipi(0, &port);
	clear_bit(info->evtchn_mask, port);
	send(port);
	expect(READ_ONCE(vcpu->evtchn_upcall_pending), 1,
	       "events go to the new place");
	expect(READ_ONCE(info->vcpu_info[0].evtchn_upcall_pending), 0,
	       "and no more to the old one");
	close_port(port);
}

static void the_other_vcpu(void)
{
	struct vcpu_info *vcpu = page_alloc();
	evtchn_port_t port;

	if (bind_ipi(1, &port)) {
		report(SKIP, "a vcpu_info for a vCPU that is down",
		       "there is only one");
		return;
	}
	expect(send(port), 0, "an event for a vCPU without vcpu_info");
	expect(register_info(1, gfn_of(vcpu), 64), 0,
	       "a vcpu_info for a vCPU that is down");
	vcpu = (struct vcpu_info *)((char *)vcpu + 64);
	check(READ_ONCE(vcpu->evtchn_pending_sel) >> port / WORD_BITS & 1,
	      "the early event was not lost");
	close_port(port);
	if (!smp_start()) {
		report(ERROR, "vCPU 1 starts", "it doesn't");
		return;
	}
	expect(register_info(1, gfn_of(vcpu), 0), -XEN_EINVAL,
	       "registering for a vCPU that runs");
}

static long register_runstate(unsigned int vcpu, void *area)
{
	struct vcpu_register_runstate_memory_area op = { 0 };

	op.addr.h.p = area;
	return vcpu_op(VCPUOP_register_runstate_memory_area, vcpu, &op);
}

static uint64_t total(const struct vcpu_runstate_info *info)
{
	return READ_ONCE(info->time[RUNSTATE_running]) +
	       READ_ONCE(info->time[RUNSTATE_runnable]) +
	       READ_ONCE(info->time[RUNSTATE_blocked]) +
	       READ_ONCE(info->time[RUNSTATE_offline]);
}

static void runstate(void)
{
	struct vcpu_runstate_info *info = page_alloc();
	struct evtchn_status phys = { 0 };

	info->state = 99;
	expect(register_runstate(0, info), 0, "a runstate area");
	expect(READ_ONCE(info->state), RUNSTATE_running,
	       "the one that asks is running");
	check(READ_ONCE(info->state_entry_time) > 0,
	      "since a known time");
	check(total(info) >= info->time[RUNSTATE_running],
	      "the times add up");
	expect_one_of(register_runstate(0, wild_pointer()), 0, -XEN_EFAULT,
		      "a runstate area at a wild pointer does no harm");
	expect(register_runstate(200, info), -XEN_ENOENT,
	       "a runstate area for a vCPU that is not there");
	expect(vcpu_op(VCPUOP_register_runstate_memory_area, 0,
		       wild_pointer()), -XEN_EFAULT,
	       "register_runstate, wild pointer");
	expect_one_of(register_runstate(0, NULL), 0, -XEN_EFAULT,
		      "no runstate area");
	expect(vcpu_op(VCPUOP_register_runstate_phys_area, 0, &phys),
	       -XEN_EINVAL, "a runstate area by physical address");
}

static void not_on_arm(void)
{
	static const unsigned int ops[] = {
		VCPUOP_initialise, VCPUOP_up, VCPUOP_down, VCPUOP_is_up,
		VCPUOP_get_runstate_info, VCPUOP_set_periodic_timer,
		VCPUOP_stop_periodic_timer, VCPUOP_set_singleshot_timer,
		VCPUOP_stop_singleshot_timer, VCPUOP_send_nmi,
		VCPUOP_get_physid, 99, ~0U,
	};
	char name[48];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		snprintf(name, sizeof(name), "operation %x is not for ARM",
			 ops[i]);
		expect(vcpu_op(ops[i], 0, name), -XEN_EINVAL, name);
	}
}

void test_main(void)
{
	bad_places();
	a_good_place();
	the_other_vcpu();
	runstate();
	not_on_arm();
}
