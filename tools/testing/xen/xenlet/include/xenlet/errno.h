/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Error numbers, under their usual names and with Xen's values.
 */
#ifndef XENLET_ERRNO_H
#define XENLET_ERRNO_H

/* A host test has a C library's, which has the same values. */
#ifdef XENLET_HOST_TEST
#include <errno.h>
#else
enum {
#define XEN_ERRNO(name, value) name = value,
#include <xen/errno.h>
};
#endif

/* Never given to a guest: the call did a part and wants to be run again. */
#define E_AGAIN_LATER	4095

#endif /* XENLET_ERRNO_H */
