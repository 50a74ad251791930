// SPDX-License-Identifier: GPL-2.0
/*
 * An end that is no poweroff: the guest says first that it has crashed, and
 * whatever it says later, that is what counts. The runner sees how it ended.
 */
#include "test.h"

#include <xen/sched.h>

void test_main(void)
{
	struct sched_shutdown op = { .reason = SHUTDOWN_crash };

	expect(sched_op(SCHEDOP_shutdown_code, &op), 0,
	       "the reason can be given ahead");
	op.reason = SHUTDOWN_reboot;
	expect(sched_op(SCHEDOP_shutdown_code, &op), 0,
	       "a second one is no error");
}
