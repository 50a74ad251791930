// SPDX-License-Identifier: GPL-2.0
/* HVMOP_*: the parameters, and who may change them. */
#include "test.h"

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>

static long get(domid_t domid, uint32_t index, uint64_t *value)
{
	struct xen_hvm_param op = { .domid = domid, .index = index };
	long ret = hvm_op(HVMOP_get_param, &op);

	*value = op.value;
	return ret;
}

static long set(domid_t domid, uint32_t index, uint64_t value)
{
	struct xen_hvm_param op = {
		.domid = domid, .index = index, .value = value,
	};

	return hvm_op(HVMOP_set_param, &op);
}

static void reading(void)
{
	uint64_t value;

	expect(get(DOMID_SELF, HVM_PARAM_CALLBACK_IRQ, &value), 0,
	       "the callback can be read");
	expect(get(DOMID_SELF, HVM_PARAM_STORE_PFN, &value), 0,
	       "the store's frame can be read");
	expect(get(DOMID_SELF, HVM_PARAM_STORE_EVTCHN, &value), 0,
	       "the store's port can be read");
	expect(get(DOMID_SELF, HVM_PARAM_CONSOLE_PFN, &value), 0,
	       "the console's frame can be read");
	expect(get(DOMID_SELF, HVM_PARAM_CONSOLE_EVTCHN, &value), 0,
	       "the console's port can be read");
	expect(get(DOMID_SELF, HVM_PARAM_MONITOR_RING_PFN, &value), -XEN_EPERM,
	       "the monitor ring is not ours to read");
	expect(get(DOMID_SELF, HVM_PARAM_ACPI_S_STATE, &value), -XEN_EINVAL,
	       "an x86 parameter does not exist");
	expect(get(DOMID_SELF, HVM_NR_PARAMS, &value), -XEN_EINVAL,
	       "the parameters end");
	expect(get(DOMID_SELF, ~0U, &value), -XEN_EINVAL,
	       "parameter ~0 does not exist");
}

static void writing(void)
{
	uint64_t before, after;

	get(DOMID_SELF, HVM_PARAM_STORE_PFN, &before);
	expect(set(DOMID_SELF, HVM_PARAM_STORE_PFN, 0x1234), -XEN_EPERM,
	       "the store's frame is not ours to set");
	get(DOMID_SELF, HVM_PARAM_STORE_PFN, &after);
	check(before == after, "a refused write changes nothing");
	expect(set(DOMID_SELF, HVM_PARAM_CALLBACK_IRQ, 0), -XEN_EPERM,
	       "the callback is not ours to set");
	expect(set(DOMID_SELF, HVM_PARAM_IDENT_PT, 0), -XEN_EINVAL,
	       "an x86 parameter cannot be set");
	expect(set(DOMID_SELF, HVM_NR_PARAMS, 0), -XEN_EINVAL,
	       "parameters beyond the end cannot be set");
}

void test_main(void)
{
	uint64_t value;

	reading();
	writing();
	expect(get(0x7fef, HVM_PARAM_STORE_PFN, &value), -XEN_ESRCH,
	       "a domain that is not there");
	expect(hvm_op(HVMOP_get_param, wild_pointer()), -XEN_EFAULT,
	       "get_param, wild pointer");
	expect(hvm_op(HVMOP_set_param, wild_pointer()), -XEN_EFAULT,
	       "set_param, wild pointer");
	expect(hvm_op(HVMOP_get_param, cliff(8)), -XEN_EFAULT,
	       "get_param, a structure that runs into nothing");
	expect(hvm_op(HVMOP_get_time, &value), -XEN_ENOSYS,
	       "get_time is x86's");
	expect(hvm_op(HVMOP_pagetable_dying, &value), -XEN_ENOSYS,
	       "pagetable_dying is x86's");
	expect(hvm_op(HVMOP_flush_tlbs, NULL), -XEN_ENOSYS,
	       "flush_tlbs is x86's");
	expect(hvm_op(~0U, &value), -XEN_ENOSYS, "operation ~0");
}
