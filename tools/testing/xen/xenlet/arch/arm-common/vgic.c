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
 * A machine's interrupt that was routed to a domain comes in at its virtual
 * one of the same number. An edge is latched, and over for the machine. A
 * level stays active in the machine until the guest has ended it: the list
 * register asks to be told, and if the device still wants something then, the
 * interrupt fires once more. (Linked in the list register, hardware would end
 * it without us; QEMU 7.2 then does not look at the level again.)
 *
 * Which interrupts may be pending is noted in bitmaps, so that looking for
 * one does not depend on how many there are.
 *
 * Monitor lock. List registers are touched only for the vCPU that is loaded
 * on the CPU this runs on.
 */
#include <xenlet/cpu.h>
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>
#include <xenlet/sched.h>
#include <xenlet/vgic.h>
#include <xen/errno.h>

#define IDLE_PRIORITY	0x100U

struct virq *virq_get(struct vcpu *v, unsigned int irq)
{
	if (irq < VGIC_PRIVATE)
		return &v->arch.vgic.irqs[irq];
	if (irq < v->domain->arch.vgic.nr_irqs)
		return &v->domain->arch.vgic.spis[irq - VGIC_PRIVATE];
	return NULL;
}

bool virq_pending(const struct virq *q)
{
	return q->latch || q->sources || (!q->edge && q->line);
}

/* The bitmap of @irq and the 31 beside it. */
static u32 *maybe(struct vcpu *v, unsigned int irq)
{
	if (irq < VGIC_PRIVATE)
		return &v->arch.vgic.maybe;
	return &v->domain->arch.vgic.maybe[irq / 32];
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

	*maybe(v, irq) |= BIT(irq % 32);
	if (irq < VGIC_PRIVATE) {
		touch(v);
		return;
	}
	for (i = 0; i < v->domain->nr_vcpus; i++)
		if (q->targets & BIT(i) ||
		    (q->lr != VGIC_NO_LR && q->lr_vcpu == i))
			touch(v->domain->vcpus[i]);
}

/* The guest is through with it: a level that is still up fires again. */
static void let_go(struct virq *q, unsigned int irq)
{
	if (!q->held)
		return;
	q->held = false;
	q->line = false;
	gic_spi_deactivate(irq);
}

static void lr_release(struct vcpu *v, unsigned int lr)
{
	struct vgic_cpu *vgic = &v->arch.vgic;
	struct virq *q = virq_get(v, vgic->lr_irq[lr]);

	let_go(q, vgic->lr_irq[lr]);
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
		if (!q->retract && !q->held) {
			q->latch = true;
			*maybe(v, vgic->lr_irq[lr]) |=
				BIT(vgic->lr_irq[lr] % 32);
		}
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

/* The next interrupt from @from on that @v could take, or VGIC_MAX_IRQS. */
static unsigned int next_deliverable(struct vcpu *v, unsigned int from)
{
	unsigned int irq, end = v->domain->arch.vgic.nr_irqs;

	for (irq = from; irq < end; irq++) {
		u32 bits = *maybe(v, irq) >> irq % 32;

		if (!bits) {
			irq |= 31;
			continue;
		}
		irq += __builtin_ctz(bits);
		if (!virq_pending(virq_get(v, irq)))
			*maybe(v, irq) &= ~BIT(irq % 32);
		else if (deliverable(v, irq))
			return irq;
	}
	return VGIC_MAX_IRQS;
}

/* The most urgent interrupt that waits for a register. */
static unsigned int next_waiting(struct vcpu *v, unsigned int *waiting)
{
	unsigned int irq, best = VGIC_MAX_IRQS, priority = IDLE_PRIORITY;

	*waiting = 0;
	for (irq = next_deliverable(v, 0); irq < VGIC_MAX_IRQS;
	     irq = next_deliverable(v, irq + 1)) {
		const struct virq *q = virq_get(v, irq);

		if (q->lr != VGIC_NO_LR)
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
		if (irq == VGIC_MAX_IRQS)
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
	unsigned int lr;

	vgic_sync(v);
	for (lr = 0; vgic->used >> lr; lr++)
		if ((vgic->used & BIT(lr)) && (vgic->lrs[lr] & LR_PENDING))
			return true;
	return v->domain->arch.vgic.enabled &&
		next_deliverable(v, 0) < VGIC_MAX_IRQS;
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

int vgic_route(struct domain *d, unsigned int irq, bool edge)
{
	struct virq *q;
	int ret;

	if (irq < VGIC_PRIVATE || irq >= d->arch.vgic.nr_irqs)
		return -XEN_EINVAL;
	q = &d->arch.vgic.spis[irq - VGIC_PRIVATE];
	if (q->hw)
		return -XEN_EBUSY;
	ret = gic_spi_route(irq, edge);
	if (ret)
		return ret;
	q->hw = true;
	q->edge = edge;
	return 0;
}

bool vgic_physical(struct domain *d, unsigned int irq)
{
	struct virq *q;

	if (irq < VGIC_PRIVATE || irq >= d->arch.vgic.nr_irqs)
		return true;
	q = &d->arch.vgic.spis[irq - VGIC_PRIVATE];
	if (!q->hw)
		return true;
	if (q->edge)
		q->latch = true;
	else
		q->line = true;
	q->held = !q->edge;
	virq_changed(d->vcpus[0], irq);
	return q->edge;
}

static void virq_init(struct virq *q)
{
	q->lr = VGIC_NO_LR;
	q->priority = 0xa0;
}

int vgic_domain_init(struct domain *d, gpa_t base, gpa_t rdist,
		     unsigned int nr_spis)
{
	struct vgic_dist *dist = &d->arch.vgic;
	unsigned int i;

	dist->spis = heap_alloc(nr_spis * sizeof(*dist->spis));
	if (!dist->spis)
		return -XEN_ENOMEM;
	dist->base = base;
	dist->rdist = rdist;
	dist->nr_irqs = VGIC_PRIVATE + nr_spis;
	for (i = 0; i < nr_spis; i++) {
		virq_init(&dist->spis[i]);
		dist->spis[i].targets = 1;
	}
	return 0;
}

void vgic_domain_destroy(struct domain *d)
{
	struct vgic_dist *dist = &d->arch.vgic;
	unsigned int irq;

	for (irq = VGIC_PRIVATE; irq < dist->nr_irqs; irq++) {
		struct virq *q = &dist->spis[irq - VGIC_PRIVATE];

		if (!q->hw)
			continue;
		gic_spi_enable(irq, false);
		let_go(q, irq);
	}
	heap_free(dist->spis);
	dist->spis = NULL;
	dist->nr_irqs = 0;
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
