/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's UART, an SBSA one as Xen gives to domains with "vpl011".
 */
#ifndef XENLET_VPL011_H
#define XENLET_VPL011_H

#include <xenlet/types.h>

struct domain;
struct mmio_access;
struct vcpu;

int vpl011_init(struct domain *d);
bool vpl011_mmio(struct vcpu *v, struct mmio_access *access);
/** vpl011_input() - a byte for the guest; false: it has no UART or no room */
bool vpl011_input(struct domain *d, char c);

#endif /* XENLET_VPL011_H */
