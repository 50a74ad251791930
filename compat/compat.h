/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read before every file of a module that is built outside the kernel tree.
 *
 * Drivers are written for the newest kernel. Where an older one lacks a
 * function, or has it under another name, one header here supplies it and is
 * included below; a kernel tree needs none of this.
 */
#ifndef XEN_COMPAT_COMPAT_H
#define XEN_COMPAT_COMPAT_H

#endif /* XEN_COMPAT_COMPAT_H */
