/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's GICv2: the interrupts that xenlet takes, and the virtual
 * interface control registers that the vGIC uses.
 */
#ifndef XENLET_GIC_H
#define XENLET_GIC_H

#include <xenlet/types.h>

/* GICH registers (IHI 0048B, 5.3). */
#define GICH_HCR	0x00
#define GICH_VTR	0x04
#define GICH_VMCR	0x08
#define GICH_APR	0xf0
#define GICH_LR(n)	(0x100 + 4 * (n))

#define GICH_HCR_EN	(1U << 0)
#define GICH_HCR_UIE	(1U << 1)

#define LR_SOURCE_SHIFT	10
#define LR_EOI		(1U << 19)
#define LR_PRIO_SHIFT	23
#define LR_PENDING	(1U << 28)
#define LR_ACTIVE	(1U << 29)
#define LR_STATE	(LR_PENDING | LR_ACTIVE)

void gic_init(void);
/** gic_spis() - how many shared interrupts there are, rounded up to 32 */
unsigned int gic_spis(void);
/** gic_spi_route() - prepare SPI @irq for a domain: disabled, @edge or level
 * Return: 0; -EINVAL: there is no such SPI; -EBUSY: it is xenlet's own
 */
int gic_spi_route(unsigned int irq, bool edge);
void gic_spi_enable(unsigned int irq, bool on);
/** gic_spi_deactivate() - end an SPI that was taken and not ended */
void gic_spi_deactivate(unsigned int irq);
void gic_cpu_init(void);
unsigned int gic_list_registers(void);
u32 gich_read(unsigned int reg);
void gich_write(unsigned int reg, u32 value);

#endif /* XENLET_GIC_H */
