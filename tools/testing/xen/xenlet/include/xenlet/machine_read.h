/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filling in machine.h's description.
 */
#ifndef XENLET_MACHINE_READ_H
#define XENLET_MACHINE_READ_H

#include <xenlet/types.h>

/** machine_read() - NULL, or what @fdt lacks that xenlet cannot do without */
const char *machine_read(const void *fdt);

/** machine_memory() - bytes of RAM */
u64 machine_memory(void);

#endif /* XENLET_MACHINE_READ_H */
