// SPDX-License-Identifier: GPL-2.0
/*
 * Owns the state of each guest interrupt and its way through the list
 * registers.
 *
 * An interrupt is pending by its latch, by its input line if it is level
 * sensitive, or by the senders of an SGI. vgic_flush() moves pending, enabled
 * interrupts into list registers, the most urgent first, just before the
 * guest runs; from then on the hardware owns that state, and vgic_sync()
 * reads it back, but only when something new must be decided. An exit that
 * changes no interrupt costs no access to the hardware.
 *
 * Where more is pending than the registers hold, or an interrupt is pending
 * again while it is still in a register, the hardware reports when there is
 * room (underflow or end of interrupt), and the flush goes on from there.
 *
 * Monitor lock. Hardware is touched only for the vCPU that is loaded on the
 * CPU this runs on.
 */
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/sched.h>
#include <xenlet/vgic.h>

#define IDLE_PRIORITY	0x100U

struct virq *virq_get(struct vcpu *v, unsigned int irq)
{
	if (irq < VGIC_PRIVATE)
		return &v->arch.vgic.irqs[irq];
	if (irq < VGIC_IRQS)
		return &v->domain->arch.vgic.spis[irq - VGIC_PRIVATE];
	return NULL;
}

bool virq_pending(const struct virq *q)
{
	return q->latch || q->sources || (!q->edge && q->line);
}

static void touch(struct vcpu *v)
{
	v->arch.vgic.dirty = true;
	if (v->state == VCPU_BLOCKED)
		vcpu_wake(v);
	else
		vcpu_kick(v);
}

void virq_changed(struct vcpu *v, unsigned int irq)
{
	struct virq *q = virq_get(v, irq);
	unsigned int i;

	if (irq < VGIC_PRIVATE) {
		touch(v);
		return;
	}
	for (i = 0; i < v->domain->nr_vcpus; i++)
		if (q->targets & BIT(i) ||
		    (q->lr != VGIC_NO_LR && q->lr_vcpu == i))
			touch(v->domain->vcpus[i]);
}

static void lr_release(struct vcpu *v, unsigned int lr)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	struct virq *q = virq_get(v, vgic->lr_irq[lr]);

	q->lr = VGIC_NO_LR;
	q->active = false;
	q->retract = false;
	vgic->used &= ~BIT(lr);
	vgic->lrs[lr] = 0;
}

void vgic_sync(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int lr;

	if (!vgic->loaded || v != this_cpu()->current)
		return;
	for (lr = 0; vgic->used >> lr; lr++) {
		u32 value;

		if (!(vgic->used & BIT(lr)))
			continue;
		value = gich_read(GICH_LR(lr));
		vgic->lrs[lr] = value;
		if (value & LR_STATE)
			virq_get(v, vgic->lr_irq[lr])->active =
				value & LR_ACTIVE;
		else
			lr_release(v, lr);
	}
}

static u32 lr_compose(struct virq *q, unsigned int irq)
{
	u32 value = irq | (u32)(q->priority >> 3) << LR_PRIO_SHIFT |
		LR_PENDING;
	unsigned int source;

	if (irq < VGIC_SGIS && q->sources) {
		source = __builtin_ctz(q->sources);
		q->sources &= ~BIT(source);
		value |= source << LR_SOURCE_SHIFT;
	}
	/* Tell when it ends, if it will be pending again. */
	if (q->sources || (!q->edge && q->line))
		value |= LR_EOI;
	q->latch = false;
	return value;
}

static void lr_set(struct vcpu *v, unsigned int lr, u32 value)
{
	v->arch.vgic.lrs[lr] = value;
	gich_write(GICH_LR(lr), value);
}

static void lr_fill(struct vcpu *v, unsigned int lr, unsigned int irq)
{
	struct virq *q = virq_get(v, irq);

	q->lr = lr;
	q->lr_vcpu = v->id;
	v->arch.vgic.lr_irq[lr] = irq;
	v->arch.vgic.used |= BIT(lr);
	lr_set(v, lr, lr_compose(q, irq));
	if (irq == GUEST_EVTCHN_PPI)
		v->domain->stats.upcalls++;
}

/* An SGI that its sender repeats is one SGI; another sender's comes after. */
static u32 lr_merge_sgi(struct virq *q, u32 value)
{
	u8 source = BIT(value >> LR_SOURCE_SHIFT & 7);

	if (q->sources & source)
		value |= LR_PENDING;
	q->sources &= ~source;
	return q->sources ? value | LR_EOI : value;
}

/* What the guest changed about an interrupt that is already in a register. */
static void lr_update(struct vcpu *v, unsigned int lr)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	struct virq *q = virq_get(v, vgic->lr_irq[lr]);
	u32 value = vgic->lrs[lr];

	if (vgic->lr_irq[lr] < VGIC_SGIS) {
		value = lr_merge_sgi(q, value);
	} else if ((value & LR_PENDING) && (q->retract || !q->enabled)) {
		/* Disabled keeps it pending, only elsewhere. */
		if (!q->retract)
			q->latch = true;
		value &= ~LR_PENDING;
	} else if (q->latch && q->enabled && !q->retract) {
		q->latch = false;
		value |= LR_PENDING;
	} else if (virq_pending(q)) {
		value |= LR_EOI;
	}
	q->retract = false;
	if (value == vgic->lrs[lr])
		return;
	if (value & LR_STATE) {
		lr_set(v, lr, value);
		return;
	}
	lr_release(v, lr);
	gich_write(GICH_LR(lr), 0);
}

void vgic_deactivate(struct vcpu *v, unsigned int irq)
{
	struct virq *q = virq_get(v, irq);
	u32 value;

	vgic_sync(v);
	if (!q->active || q->lr_vcpu != v->id)
		return;
	value = v->arch.vgic.lrs[q->lr] & ~LR_ACTIVE;
	q->active = false;
	if (value & LR_STATE) {
		lr_set(v, q->lr, value);
		return;
	}
	gich_write(GICH_LR(q->lr), 0);
	lr_release(v, q->lr);
}

static bool deliverable(struct vcpu *v, unsigned int irq)
{
	const struct virq *q = virq_get(v, irq);

	if (!q->enabled || !virq_pending(q))
		return false;
	/* The first of its targets takes a shared one. */
	return irq < VGIC_PRIVATE ||
		(q->targets && __builtin_ctz(q->targets) == (int)v->id);
}

/* The most urgent interrupt that waits for a register. */
static unsigned int next_waiting(struct vcpu *v, unsigned int *waiting)
{
	unsigned int irq, best = VGIC_IRQS, priority = IDLE_PRIORITY;

	*waiting = 0;
	for (irq = 0; irq < VGIC_IRQS; irq++) {
		const struct virq *q = virq_get(v, irq);

		if (!deliverable(v, irq) || q->lr != VGIC_NO_LR)
			continue;
		(*waiting)++;
		if (q->priority < priority) {
			priority = q->priority;
			best = irq;
		}
	}
	return best;
}

static void set_underflow(struct vgic_cpu *vgic, bool on)
{
	if (vgic->underflow == on)
		return;
	vgic->underflow = on;
	gich_write(GICH_HCR, GICH_HCR_EN | (on ? GICH_HCR_UIE : 0));
}

void vgic_flush(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int lr, irq, waiting;

	if (!vgic->dirty)
		return;
	vgic->dirty = false;
	vgic_sync(v);
	for (lr = 0; lr < gic_list_registers(); lr++)
		if (vgic->used & BIT(lr))
			lr_update(v, lr);

	waiting = 0;
	for (lr = 0; v->domain->arch.vgic.enabled &&
	     lr < gic_list_registers(); lr++) {
		if (vgic->used & BIT(lr))
			continue;
		irq = next_waiting(v, &waiting);
		if (irq == VGIC_IRQS)
			break;
		lr_fill(v, lr, irq);
		waiting--;
	}
	if (vgic->used == BIT(gic_list_registers()) - 1 &&
	    v->domain->arch.vgic.enabled)
		next_waiting(v, &waiting);
	set_underflow(vgic, waiting);
}

void vgic_maintenance(struct vcpu *v)
{
	/* Underflow asserts as long as it is enabled; the flush sets it anew.
	 * An end of interrupt asserts until its register is read and refilled.
	 */
	set_underflow(&v->arch.vgic, false);
	vgic_sync(v);
	for (unsigned int lr = 0; lr < gic_list_registers(); lr++)
		if (!(v->arch.vgic.used & BIT(lr)))
			gich_write(GICH_LR(lr), 0);
	v->arch.vgic.dirty = true;
}

void vgic_load(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int lr;

	vgic->loaded = true;
	vgic->dirty = true;
	vgic->underflow = false;
	gich_write(GICH_VMCR, vgic->vmcr);
	gich_write(GICH_APR, vgic->apr);
	for (lr = 0; vgic->used >> lr; lr++) {
		if (vgic->used & BIT(lr))
			gich_write(GICH_LR(lr), vgic->lrs[lr]);
	}
	gich_write(GICH_HCR, GICH_HCR_EN);
}

void vgic_save(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	u32 used = vgic->used;
	unsigned int lr;

	vgic_sync(v);
	vgic->vmcr = gich_read(GICH_VMCR);
	vgic->apr = gich_read(GICH_APR);
	gich_write(GICH_HCR, 0);
	for (lr = 0; used >> lr; lr++) {
		if (used & BIT(lr))
			gich_write(GICH_LR(lr), 0);
	}
	vgic->loaded = false;
}

bool vgic_pending(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int irq, lr;

	vgic_sync(v);
	for (lr = 0; vgic->used >> lr; lr++)
		if ((vgic->used & BIT(lr)) && (vgic->lrs[lr] & LR_PENDING))
			return true;
	if (!v->domain->arch.vgic.enabled)
		return false;
	for (irq = 0; irq < VGIC_IRQS; irq++)
		if (deliverable(v, irq))
			return true;
	return false;
}

void vgic_inject_ppi(struct vcpu *v, unsigned int irq)
{
	v->arch.vgic.irqs[irq].latch = true;
	virq_changed(v, irq);
}

void vcpu_inject_upcall(struct vcpu *v)
{
	vgic_inject_ppi(v, GUEST_EVTCHN_PPI);
}

void vgic_set_spi(struct domain *d, unsigned int irq, bool level)
{
	struct virq *q = &d->arch.vgic.spis[irq - VGIC_PRIVATE];

	if (q->line == level)
		return;
	q->line = level;
	if (level && q->edge)
		q->latch = true;
	virq_changed(d->vcpus[0], irq);
}

static void virq_init(struct virq *q)
{
	q->lr = VGIC_NO_LR;
	q->priority = 0xa0;
}

void vgic_domain_init(struct domain *d)
{
	unsigned int i;

	for (i = 0; i < VGIC_SPIS; i++) {
		virq_init(&d->arch.vgic.spis[i]);
		d->arch.vgic.spis[i].targets = 1;
	}
}

void vgic_vcpu_restart(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int lr, i;

	if (vgic->loaded)
		return;
	for (lr = 0; vgic->used >> lr; lr++)
		if (vgic->used & BIT(lr))
			lr_release(v, lr);
	for (i = 0; i < VGIC_PRIVATE; i++) {
		vgic->irqs[i].latch = false;
		vgic->irqs[i].sources = 0;
	}
	vgic->apr = 0;
}

void vgic_vcpu_init(struct vcpu *v)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	unsigned int i;

	for (i = 0; i < VGIC_PRIVATE; i++) {
		virq_init(&vgic->irqs[i]);
		/* SGIs are always edge and always enabled. */
		vgic->irqs[i].edge = i < VGIC_SGIS;
		vgic->irqs[i].enabled = i < VGIC_SGIS;
	}
}
