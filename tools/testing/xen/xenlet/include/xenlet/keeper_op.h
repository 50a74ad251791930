/* SPDX-License-Identifier: MIT */
/*
 * The private hypercall (xen/interface/xenlet.h) of the program in dom0 that
 * stands between the harness and a store which is not xenlet's own. Anybody
 * but dom0 gets -EPERM.
 */
#ifndef XENLET_KEEPER_OP_H
#define XENLET_KEEPER_OP_H

/*
 * XENLET_report_for: as XENLET_report, for the domain whose id is the fourth
 * argument. -ESRCH if there is none.
 */
#define XENLET_report_for	16

/*
 * XENLET_request: take what the harness wants written next into the store:
 * "<domid> <node below the domain's home> <value>", without a zero. arg: where
 * to, len: room for XENLET_REQUEST_MAX bytes.
 * The text's length, 0 if nothing is wanted, -EINVAL for less room, -EFAULT.
 */
#define XENLET_request		17
#define XENLET_REQUEST_MAX	128

#endif /* XENLET_KEEPER_OP_H */
