// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's distributor (IHI 0048B, 4.3; IHI 0069, 12.9) and GICv3's
 * redistributors (12.11) as tables of registers. A row covers an array of
 * per-interrupt fields or one register; its functions see one interrupt, or
 * the whole register. Unlisted offsets read as zero and ignore writes.
 * Monitor lock; runs on the accessing vCPU's CPU.
 */
#include <xenlet/domain.h>
#include <xenlet/gic.h>
#include <xenlet/lib.h>
#include <xenlet/mmio.h>
#include <xenlet/sched.h>
#include <xenlet/vgic.h>

/* Sizes are powers of two, so a sum of them is a set. */
#define WIDTH_8		1
#define WIDTH_32	4
#define WIDTH_64	8

/**
 * struct row - some registers of the distributor
 * @start, @end: offsets
 * @bits: per interrupt, 0 for a register that is not an array
 * @widths: sizes of access, WIDTH_*
 * @read: value of interrupt @irq's field, or of the register
 * @write: NULL ignores writes
 */
struct row {
	u16 start, end;
	u8 bits;
	u8 widths;
	u64 (*read)(struct vcpu *v, unsigned int irq);
	void (*write)(struct vcpu *v, unsigned int irq, u64 value);
};

/**
 * struct frame - registers that lie together
 * @rows: what they are
 * @first, @end: interrupts that its arrays have; others read as zero
 */
struct frame {
	const struct row *rows;
	unsigned int nr_rows;
	unsigned int first, end;
};

static bool is_v3(const struct vcpu *v)
{
	return v->domain->arch.vgic.rdist;
}

static u64 read_ctlr(struct vcpu *v, unsigned int irq)
{
	return v->domain->arch.vgic.enabled;
}

static void write_ctlr(struct vcpu *v, unsigned int irq, u64 value)
{
	unsigned int i;

	v->domain->arch.vgic.enabled = value & 1;
	for (i = 0; i < v->domain->nr_vcpus; i++)
		virq_changed(v->domain->vcpus[i], 0);
}

static u64 read_typer(struct vcpu *v, unsigned int irq)
{
	return (v->domain->arch.vgic.nr_irqs / 32 - 1) |
		(v->domain->nr_vcpus - 1) << 5;
}

#define CTLR_V3_ENABLE	BIT(1)
#define CTLR_V3_ARE	BIT(4)
#define INTID_BITS	10
#define ROUTER_ANY	(1ULL << 31)

static u64 read_ctlr_v3(struct vcpu *v, unsigned int irq)
{
	return CTLR_V3_ARE | (v->domain->arch.vgic.enabled ? CTLR_V3_ENABLE : 0);
}

static void write_ctlr_v3(struct vcpu *v, unsigned int irq, u64 value)
{
	write_ctlr(v, irq, !!(value & CTLR_V3_ENABLE));
}

static u64 read_typer_v3(struct vcpu *v, unsigned int irq)
{
	return read_typer(v, irq) | (INTID_BITS - 1) << 19;
}

static u64 read_iidr(struct vcpu *v, unsigned int irq)
{
	return 0x43b;	/* Arm */
}

static u64 read_pidr2(struct vcpu *v, unsigned int irq)
{
	return 0x20;	/* GICv2 */
}

static u64 read_pidr2_v3(struct vcpu *v, unsigned int irq)
{
	return 0x30;	/* GICv3 */
}

/* Affinity is the vCPU's number, in GICR_TYPER as everywhere. */
static u64 read_rdist_typer(struct vcpu *v, unsigned int irq)
{
	bool last = v->id + 1 == v->domain->nr_vcpus;

	return (u64)v->id << 32 | v->id << 8 | last << 4;
}

static u64 read_enable(struct vcpu *v, unsigned int irq)
{
	return virq_get(v, irq)->enabled;
}

static void write_set_enable(struct vcpu *v, unsigned int irq, u64 value)
{
	if (!value || virq_get(v, irq)->enabled)
		return;
	virq_get(v, irq)->enabled = true;
	if (virq_get(v, irq)->hw)
		gic_spi_enable(irq, true);
	virq_changed(v, irq);
}

static void write_clear_enable(struct vcpu *v, unsigned int irq, u64 value)
{
	if (!value || (irq < VGIC_SGIS && !is_v3(v)) ||
	    !virq_get(v, irq)->enabled)
		return;
	virq_get(v, irq)->enabled = false;
	if (virq_get(v, irq)->hw)
		gic_spi_enable(irq, false);
	virq_changed(v, irq);
}

static u64 read_pending(struct vcpu *v, unsigned int irq)
{
	const struct virq *q = virq_get(v, irq);

	vgic_sync(v);
	return virq_pending(q) || (q->lr != VGIC_NO_LR && !q->active);
}

static void write_set_pending(struct vcpu *v, unsigned int irq, u64 value)
{
	/* GICv2's SGIs have registers of their own for this. */
	if (!value || (irq < VGIC_SGIS && !is_v3(v)))
		return;
	if (irq < VGIC_SGIS)
		virq_get(v, irq)->sources = 1;
	else
		virq_get(v, irq)->latch = true;
	virq_changed(v, irq);
}

static void write_clear_pending(struct vcpu *v, unsigned int irq, u64 value)
{
	struct virq *q = virq_get(v, irq);

	if (!value || (irq < VGIC_SGIS && !is_v3(v)))
		return;
	q->latch = false;
	q->sources = 0;
	q->retract = q->lr != VGIC_NO_LR;
	virq_changed(v, irq);
}

static u64 read_active(struct vcpu *v, unsigned int irq)
{
	vgic_sync(v);
	return virq_get(v, irq)->active;
}

static void write_clear_active(struct vcpu *v, unsigned int irq, u64 value)
{
	if (value)
		vgic_deactivate(v, irq);
}

static u64 read_priority(struct vcpu *v, unsigned int irq)
{
	return virq_get(v, irq)->priority;
}

static void write_priority(struct vcpu *v, unsigned int irq, u64 value)
{
	virq_get(v, irq)->priority = value & 0xf8;
}

static u64 read_targets(struct vcpu *v, unsigned int irq)
{
	return irq < VGIC_PRIVATE ? BIT(v->id) : virq_get(v, irq)->targets;
}

static void write_targets(struct vcpu *v, unsigned int irq, u64 value)
{
	if (irq < VGIC_PRIVATE)
		return;
	virq_get(v, irq)->targets = value & (BIT(v->domain->nr_vcpus) - 1);
	virq_changed(v, irq);
}

static u64 read_router(struct vcpu *v, unsigned int irq)
{
	u8 targets = virq_get(v, irq)->targets;

	return targets ? __builtin_ctz(targets) : 0;
}

/* One that names no vCPU leaves it where it is, as under Xen. */
static void write_router(struct vcpu *v, unsigned int irq, u64 value)
{
	if ((value & ~ROUTER_ANY) >= v->domain->nr_vcpus)
		return;
	virq_get(v, irq)->targets = BIT(value & ROUTER_ANY ? 0 : value);
	virq_changed(v, irq);
}

static u64 read_config(struct vcpu *v, unsigned int irq)
{
	return virq_get(v, irq)->edge ? 2 : 0;
}

static void write_config(struct vcpu *v, unsigned int irq, u64 value)
{
	struct virq *q = virq_get(v, irq);

	/* What the machine drives is wired one way or the other. */
	if (irq < VGIC_SGIS || q->hw)
		return;
	q->edge = value & 2;
	virq_changed(v, irq);
}

static void send_sgi(struct vcpu *from, unsigned int to, unsigned int irq)
{
	struct vcpu *v = from->domain->vcpus[to];

	if (v->state == VCPU_DOWN)
		return;
	virq_get(v, irq)->sources |= is_v3(v) ? 1 : BIT(from->id);
	virq_changed(v, irq);
}

static void write_sgir(struct vcpu *v, unsigned int unused, u64 value)
{
	unsigned int i, filter = value >> 24 & 3;
	u8 targets = value >> 16;

	for (i = 0; i < v->domain->nr_vcpus; i++) {
		if ((filter == 0 && targets & BIT(i)) ||
		    (filter == 1 && i != v->id) ||
		    (filter == 2 && i == v->id))
			send_sgi(v, i, value & 15);
	}
}

bool vgic_send(struct vcpu *v, u64 value)
{
	const u64 elsewhere = 0xffULL << 48 | 0xfULL << 44 | 0xffULL << 32 |
		0xffULL << 16;
	bool others = value >> 40 & 1;
	unsigned int i;

	if (!is_v3(v))
		return false;
	for (i = 0; i < v->domain->nr_vcpus; i++)
		if (others ? i != v->id :
			     !(value & elsewhere) && value & BIT(i))
			send_sgi(v, i, value >> 24 & 15);
	return true;
}

static u64 read_sgi_sources(struct vcpu *v, unsigned int irq)
{
	return virq_get(v, irq)->sources;
}

static void write_clear_sgi(struct vcpu *v, unsigned int irq, u64 value)
{
	virq_get(v, irq)->sources &= ~value;
}

static void write_set_sgi(struct vcpu *v, unsigned int irq, u64 value)
{
	virq_get(v, irq)->sources |= value & (BIT(v->domain->nr_vcpus) - 1);
	virq_changed(v, irq);
}

#define ARRAY(from, bits_, widths_, read_, write_) {			\
	.start = (from), .end = (from) + VGIC_MAX_IRQS * (bits_) / 8, \
	.bits = (bits_), .widths = (widths_),				\
	.read = (read_), .write = (write_),				\
}

#define SINGLE(from, read_, write_) {					\
	.start = (from), .end = (from) + 4, .widths = WIDTH_32,		\
	.read = (read_), .write = (write_),				\
}

static const struct row v2_rows[] = {
	SINGLE(0x000, read_ctlr, write_ctlr),
	SINGLE(0x004, read_typer, NULL),
	SINGLE(0x008, read_iidr, NULL),
	ARRAY(0x100, 1, WIDTH_32, read_enable, write_set_enable),
	ARRAY(0x180, 1, WIDTH_32, read_enable, write_clear_enable),
	ARRAY(0x200, 1, WIDTH_32, read_pending, write_set_pending),
	ARRAY(0x280, 1, WIDTH_32, read_pending, write_clear_pending),
	ARRAY(0x300, 1, WIDTH_32, read_active, NULL),
	ARRAY(0x380, 1, WIDTH_32, read_active, write_clear_active),
	ARRAY(0x400, 8, WIDTH_8 | WIDTH_32, read_priority, write_priority),
	ARRAY(0x800, 8, WIDTH_8 | WIDTH_32, read_targets, write_targets),
	ARRAY(0xc00, 2, WIDTH_32, read_config, write_config),
	SINGLE(0xf00, NULL, write_sgir),
	{ .start = 0xf10, .end = 0xf20, .bits = 8,
	  .widths = WIDTH_8 | WIDTH_32,
	  .read = read_sgi_sources, .write = write_clear_sgi },
	{ .start = 0xf20, .end = 0xf30, .bits = 8,
	  .widths = WIDTH_8 | WIDTH_32,
	  .read = read_sgi_sources, .write = write_set_sgi },
	SINGLE(0xfe8, read_pidr2, NULL),
};

/* In the distributor the shared ones, in a redistributor the private. */
static const struct row v3_rows[] = {
	SINGLE(0x000, read_ctlr_v3, write_ctlr_v3),
	SINGLE(0x004, read_typer_v3, NULL),
	SINGLE(0x008, read_iidr, NULL),
	ARRAY(0x100, 1, WIDTH_32, read_enable, write_set_enable),
	ARRAY(0x180, 1, WIDTH_32, read_enable, write_clear_enable),
	ARRAY(0x200, 1, WIDTH_32, read_pending, write_set_pending),
	ARRAY(0x280, 1, WIDTH_32, read_pending, write_clear_pending),
	ARRAY(0x300, 1, WIDTH_32, read_active, NULL),
	ARRAY(0x380, 1, WIDTH_32, read_active, write_clear_active),
	ARRAY(0x400, 8, WIDTH_8 | WIDTH_32, read_priority, write_priority),
	ARRAY(0xc00, 2, WIDTH_32, read_config, write_config),
	ARRAY(0x6000, 64, WIDTH_64, read_router, write_router),
	SINGLE(0xffe8, read_pidr2_v3, NULL),
};

static const struct row rdist_rows[] = {
	SINGLE(0x0004, read_iidr, NULL),
	{ .start = 0x0008, .end = 0x0010, .widths = WIDTH_32 | WIDTH_64,
	  .read = read_rdist_typer },
	SINGLE(0xffe8, read_pidr2_v3, NULL),
};

/* The private interrupts of GICv3 have no control register beside them. */
#define V3_FIRST_ARRAY	3

static const struct row *find_row(const struct frame *frame, u32 offset)
{
	unsigned int i;

	for (i = 0; i < frame->nr_rows; i++)
		if (offset >= frame->rows[i].start &&
		    offset < frame->rows[i].end)
			return &frame->rows[i];
	return NULL;
}

static void access_array(struct vcpu *v, const struct frame *frame,
			 const struct row *row, struct mmio_access *access)
{
	unsigned int first = (access->offset - row->start) * 8 / row->bits;
	unsigned int count = access->size * 8 / row->bits;
	u64 mask = ~0ULL >> (64 - row->bits);
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		unsigned int shift = i * row->bits;

		if (first + i < frame->first || first + i >= frame->end)
			continue;
		if (!access->write)
			value |= row->read(v, first + i) << shift;
		else if (row->write)
			row->write(v, first + i, access->value >> shift & mask);
	}
	if (!access->write)
		access->value = value;
}

static bool access_frame(struct vcpu *v, const struct frame *frame,
			 struct mmio_access *access)
{
	const struct row *row = find_row(frame, access->offset);

	if (access->offset & (access->size - 1))
		return false;
	if (!row) {
		access->value = 0;
		return true;
	}
	if (!(row->widths & access->size))
		return false;

	if (row->bits)
		access_array(v, frame, row, access);
	else if (!access->write)
		access->value = row->read ? row->read(v, 0) >>
			8 * (access->offset - row->start) : 0;
	else if (row->write)
		row->write(v, 0, access->value);
	return true;
}

bool vgic_dist_mmio(struct vcpu *v, struct mmio_access *access)
{
	const struct frame v2 = {
		v2_rows, ARRAY_SIZE(v2_rows), 0, v->domain->arch.vgic.nr_irqs,
	};
	const struct frame v3 = {
		v3_rows, ARRAY_SIZE(v3_rows), VGIC_PRIVATE,
		v->domain->arch.vgic.nr_irqs,
	};

	return access_frame(v, is_v3(v) ? &v3 : &v2, access);
}

/* Two frames for each vCPU, the second with its private interrupts. */
bool vgic_rdist_mmio(struct vcpu *v, struct mmio_access *access)
{
	static const struct frame control = {
		rdist_rows, ARRAY_SIZE(rdist_rows), 0, 0,
	};
	static const struct frame private = {
		v3_rows + V3_FIRST_ARRAY, ARRAY_SIZE(v3_rows) - V3_FIRST_ARRAY,
		0, VGIC_PRIVATE,
	};
	unsigned int id = access->offset / VGIC_RDIST_SIZE;
	bool second = access->offset & (VGIC_RDIST_SIZE / 2);

	if (id >= v->domain->nr_vcpus)
		return false;
	access->offset %= VGIC_RDIST_SIZE / 2;
	return access_frame(v->domain->vcpus[id], second ? &private : &control,
			    access);
}
