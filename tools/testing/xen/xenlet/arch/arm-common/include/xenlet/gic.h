/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's GIC: the interrupts that xenlet takes, and the virtual
 * interface control registers that the vGIC uses. gic.c has what GICv2 and
 * GICv3 share, most of the distributor; a table of functions the rest.
 */
#ifndef XENLET_GIC_H
#define XENLET_GIC_H

#include <xenlet/types.h>

/*
 * GICH registers (IHI 0048B, 5.3). GICv3's are seen in the same form, but for
 * VMCR and APR, which are only ever read to be written back.
 */
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

/* GICD registers, of both. */
#define GICD_CTLR		0x000
#define GICD_ITARGETSR		0x800
#define GICD_SGIR		0xf00

/* The private interrupts' registers, in GICv2's distributor or a CPU's own
 * redistributor.
 */
#define GIC_IGROUPR		0x080
#define GIC_ISENABLER		0x100
#define GIC_ICENABLER		0x180
#define GIC_ICPENDR		0x280
#define GIC_ICACTIVER		0x380
#define GIC_IPRIORITYR		0x400
#define GIC_ICFGR		0xc00

#define GIC_PRIVATE		32
#define GIC_PRIORITY		0xa0
#define SGI_KICK		0

/**
 * struct gic_ops - what depends on the GIC's version
 * @ctlr: to enable the distributor
 * @cpu_init: this CPU's private interrupts, its interface, the virtual one
 * @set_target: the boot CPU takes SPI @irq
 * @acknowledge: an interrupt and what else @drop and @end need of it
 * @drop: back to idle priority, while it stays active
 * @end: it may come in again
 * @kick: make CPU @cpu look
 * @read, @write: the virtual interface's registers
 */
struct gic_ops {
	u32 ctlr;
	void (*cpu_init)(void);
	void (*set_target)(u32 irq);
	u32 (*acknowledge)(void);
	void (*drop)(u32 iar);
	void (*end)(u32 iar);
	void (*kick)(unsigned int cpu);
	u32 (*read)(unsigned int reg);
	void (*write)(unsigned int reg, u32 value);
};

extern const struct gic_ops gic_v2_ops;

/** arch_gic_v3_ops() - NULL where no GICv3 can be */
const struct gic_ops *arch_gic_v3_ops(void);

/** gic_private_init() - a CPU's private interrupts, in registers at @base */
void gic_private_init(paddr_t base);

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
