/* SPDX-License-Identifier: MIT */
/*
 * xenlet's private hypercall: what a test inside a guest tells the test
 * outside, and asks. No guest needs it to work; on any other hypervisor the
 * number gives -ENOSYS.
 *
 *	long hypercall(__HYPERVISOR_xenlet_op, cmd, arg, len)
 *
 * Include Xen's or Linux's xen.h first.
 */
#ifndef __XEN_PUBLIC_XENLET_H__
#define __XEN_PUBLIC_XENLET_H__

#define __HYPERVISOR_xenlet_op	__HYPERVISOR_arch_7

/*
 * XENLET_report: a line about a test, for the harness and not the console.
 * arg: guest virtual address of the text, len: its bytes, at most
 * XENLET_REPORT_MAX; no final newline or zero needed.
 * 0, -EFAULT, or -E2BIG.
 */
#define XENLET_report		0
#define XENLET_REPORT_MAX	256

/*
 * XENLET_counters: what the calling domain holds. arg: struct xenlet_counters,
 * len: its size as the caller knows it; no more than that is written.
 * Bytes written, -EFAULT, or -EINVAL for len 0.
 */
#define XENLET_counters		1
struct xenlet_counters {
	uint64_t pages;		/* frames of 4 KiB charged to the domain */
	uint64_t ports;		/* event channels that are not closed */
	uint64_t pins;		/* grant entries in use by anyone */
	uint64_t hypercalls;	/* served for the domain, this one included */
	uint64_t sends;		/* EVTCHNOP_send among them */
	uint64_t free_pages;	/* of the machine */
};

#endif /* __XEN_PUBLIC_XENLET_H__ */
