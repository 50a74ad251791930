// SPDX-License-Identifier: GPL-2.0
/*
 * How long each vCPU ran, waited, slept: the source of a guest's stolen time.
 *
 * Owns v->runstate. Monitor lock held. The guest's copy is written when the
 * vCPU is switched in, through its own page tables; a guest that unmapped
 * the area just gets no updates.
 */
#include "vcpu_op.h"

#include <xenlet/abi.h>
#include <xenlet/work.h>

static void account(struct vcpu *v, u64 now)
{
	v->runstate.time[v->runstate.state] += now - v->runstate_since;
	v->runstate_since = now;
}

void runstate_change(struct vcpu *v, unsigned int state)
{
	u64 now = time_ns();

	if (state > RUNSTATE_offline)
		return;
	account(v, now);
	if (v->runstate.state == (int)state)
		return;
	v->runstate.state = state;
	v->runstate.state_entry_time = now;
}

struct vcpu_runstate_info runstate_snapshot(struct vcpu *v)
{
	account(v, time_ns());
	return v->runstate;
}

/*
 * With the update flag, a reader on another CPU sees the flag before any of
 * the new values and loses it after the last.
 */
static void publish_flagged(gva_t area, struct vcpu_runstate_info info)
{
	gva_t entry_time = area + offsetof(struct vcpu_runstate_info,
					   state_entry_time);
	u64 stamp = info.state_entry_time;

	info.state_entry_time = stamp | XEN_RUNSTATE_UPDATE;
	if (copy_to_guest(entry_time, &info.state_entry_time, sizeof(stamp)))
		return;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	copy_to_guest(area, &info, sizeof(info));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	copy_to_guest(entry_time, &stamp, sizeof(stamp));
}

void runstate_publish(struct vcpu *v)
{
	struct vcpu_runstate_info info;

	if (!v->runstate_gva)
		return;
	info = runstate_snapshot(v);
	if (v->domain->runstate_update_flag)
		publish_flagged(v->runstate_gva, info);
	else
		copy_to_guest(v->runstate_gva, &info, sizeof(info));
}
