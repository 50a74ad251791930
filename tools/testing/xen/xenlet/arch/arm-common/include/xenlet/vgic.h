/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual GIC of a domain, of the machine's version. See vgic.c for the
 * model and its rules.
 */
#ifndef XENLET_VGIC_H
#define XENLET_VGIC_H

#include <xenlet/types.h>

#define VGIC_SGIS	16
#define VGIC_PRIVATE	32	/* SGIs and PPIs of one vCPU */
#define VGIC_DOMU_SPIS	32
#define VGIC_MAX_IRQS	1024
#define VGIC_WORDS	(VGIC_MAX_IRQS / 32)
#define VGIC_MAX_LRS	16
#define VGIC_NO_LR	0xff
#define VGIC_RDIST_SIZE	0x20000	/* GICv3: of one vCPU */

struct vcpu;
struct domain;
struct mmio_access;

/**
 * struct virq - one interrupt of a guest
 * @line: level of the emulated input, for a level-sensitive interrupt
 * @latch: pending by edge or by a write to ISPENDR
 * @active: in its list register, as last seen: acknowledged, not deactivated
 * @edge: edge-triggered, as the guest configured it
 * @retract: take a pending state that is still in a list register back
 * @lr: list register that holds it, or VGIC_NO_LR
 * @lr_vcpu: whose list register that is
 * @sources: of an SGI, the vCPUs that sent it and were not yet served; GICv3
 *	does not tell them apart, all are vCPU 0
 * @targets: of an SPI, the vCPUs that may take it
 * @hw: the machine's interrupt of the same number drives it, and says whether
 *	it is edge-triggered
 * @held: that one is active in the machine until the guest ended this one
 */
struct virq {
	bool enabled, line, latch, active, edge, retract;
	bool hw, held;
	u8 lr, lr_vcpu;
	u8 priority;
	u8 sources;
	u8 targets;
};

/**
 * struct vgic_cpu - the half of the vGIC that each vCPU has for itself
 * @lrs: list registers as last written or read
 * @lr_irq: which interrupt each holds
 * @used: bitmap of list registers in use
 * @maybe: bitmap of private interrupts, see struct vgic_dist
 * @underflow: the hardware is to report when list registers run empty
 * @dirty: something changed that the next entry must look at
 * @loaded: the list registers are in this CPU's hardware
 */
struct vgic_cpu {
	struct virq irqs[VGIC_PRIVATE];
	u32 lrs[VGIC_MAX_LRS];
	u16 lr_irq[VGIC_MAX_LRS];
	u32 used, maybe;
	u32 vmcr, apr;
	bool underflow;
	bool dirty;
	bool loaded;
};

/**
 * struct vgic_dist - the half that the vCPUs of a domain share
 * @base: where the guest has its distributor
 * @rdist: where it has its redistributors; 0: it has a GICv2
 * @nr_irqs: private ones and @spis, a multiple of 32
 * @maybe: bitmap of @spis that may be pending; what is not in it is not
 */
struct vgic_dist {
	bool enabled;
	gpa_t base, rdist;
	unsigned int nr_irqs;
	struct virq *spis;
	u32 maybe[VGIC_WORDS];
};

/** virq_get() - interrupt @irq as @v sees it; NULL: out of range */
struct virq *virq_get(struct vcpu *v, unsigned int irq);
/** virq_pending() - as ISPENDR reads, outside of the list registers */
bool virq_pending(const struct virq *q);
/** virq_changed() - have the vCPUs that @irq concerns look at it */
void virq_changed(struct vcpu *v, unsigned int irq);
/** vgic_sync() - read back what the guest did with its list registers */
void vgic_sync(struct vcpu *v);

/** vgic_domain_init() - a distributor with @nr_spis shared interrupts, a
 * multiple of 32, at @base, and redistributors at @rdist, 0 for GICv2;
 * 0 or -ENOMEM
 */
int vgic_domain_init(struct domain *d, gpa_t base, gpa_t rdist,
		     unsigned int nr_spis);
/** vgic_domain_destroy() - the machine's interrupts are nobody's again */
void vgic_domain_destroy(struct domain *d);
void vgic_vcpu_init(struct vcpu *v);
/** vgic_vcpu_restart() - @v is started again: as under Xen, what was pending
 * or active for it alone is forgotten; how it was set up stays
 */
void vgic_vcpu_restart(struct vcpu *v);

/** vgic_load(), vgic_save() - give @v the hardware interface, take it back */
void vgic_load(struct vcpu *v);
void vgic_save(struct vcpu *v);
/** vgic_flush() - last step before entering @v: fill its list registers */
void vgic_flush(struct vcpu *v);
/** vgic_maintenance() - the hardware wants its list registers looked after */
void vgic_maintenance(struct vcpu *v);
/** vgic_pending() - would @v take an interrupt if it ran unmasked */
bool vgic_pending(struct vcpu *v);

/** vgic_deactivate() - the guest clears the active state itself */
void vgic_deactivate(struct vcpu *v, unsigned int irq);

/** vgic_inject_ppi() - one event on a private interrupt of @v */
void vgic_inject_ppi(struct vcpu *v, unsigned int irq);
/** vgic_set_spi() - drive the input of a level-sensitive shared interrupt */
void vgic_set_spi(struct domain *d, unsigned int irq, bool level);

/** vgic_route() - the machine's SPI @irq is @d's from now on, under the same
 * number
 * @edge: as the device tree has it; the guest does not change it
 * Return: 0; -EINVAL: there is no such SPI; -EBUSY: xenlet or @d has it
 */
int vgic_route(struct domain *d, unsigned int irq, bool edge);
/** vgic_physical() - SPI @irq fired, which may be one of @d's
 * Return: true if it has ended; false if it stays active until the guest
 * has served it, so that a level does not fire again and again
 */
bool vgic_physical(struct domain *d, unsigned int irq);

/** vgic_dist_mmio() - the guest touched its distributor */
bool vgic_dist_mmio(struct vcpu *v, struct mmio_access *access);
/** vgic_rdist_mmio() - or a redistributor */
bool vgic_rdist_mmio(struct vcpu *v, struct mmio_access *access);
/** vgic_send() - @v wrote ICC_SGI1R; false: it has a GICv2 */
bool vgic_send(struct vcpu *v, u64 value);

#endif /* XENLET_VGIC_H */
