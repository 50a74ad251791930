/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The private hypercall's numbers, from the one header that guests use too.
 * By its path, because <xen/...> are Xen's own headers here.
 */
#ifndef XENLET_PRIVATE_OP_H
#define XENLET_PRIVATE_OP_H

#include <xen/xen.h>
#include "../../../../../../include/xen/interface/xenlet.h"

#endif /* XENLET_PRIVATE_OP_H */
