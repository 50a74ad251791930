// SPDX-License-Identifier: GPL-2.0
/*
 * A list of hypercalls in one.
 *
 * Owns no data; monitor lock held. One entry into xenlet serves at most
 * CALLS_PER_ENTRY of the list, then the multicall is run again for the rest.
 */
#include "abi.h"

#define CALLS_PER_ENTRY	16

/* Serve one entry; a nested multicall is refused, as by Xen. */
static int serve(gva_t where, bool *again)
{
	struct multicall_entry entry;
	struct hypercall call;
	unsigned int i;

	if (copy_from_guest(&entry, where, sizeof(entry)))
		return -XEN_EFAULT;
	call = (struct hypercall){ .nr = entry.op };
	for (i = 0; i < HYPERCALL_MAX_ARGS; i++)
		call.arg[i] = entry.args[i];

	if (entry.op == __HYPERVISOR_multicall)
		entry.result = (xen_ulong_t)-XEN_EINVAL;
	else
		entry.result = hypercall_run(&call);

	*again = call.again;
	for (i = 0; call.again && i < HYPERCALL_MAX_ARGS; i++)
		entry.args[i] = call.arg[i];
	return copy_to_guest(where, &entry, sizeof(entry));
}

long do_multicall(struct hypercall *call)
{
	gva_t list = call->arg[0];
	u32 left = call->arg[1];
	unsigned int i;

	for (i = 0; left && i < CALLS_PER_ENTRY; i++) {
		bool again;
		int ret = serve(list, &again);

		if (ret)
			return ret;
		if (again)
			break;
		list += sizeof(struct multicall_entry);
		left--;
	}
	call->arg[0] = list;
	call->arg[1] = left;
	call->again = left != 0;
	return 0;
}
