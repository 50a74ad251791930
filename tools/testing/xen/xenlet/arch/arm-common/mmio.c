// SPDX-License-Identifier: GPL-2.0
/*
 * Where the emulated devices are in a guest's memory. Monitor lock.
 */
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/mmio.h>
#include <xenlet/vgic.h>
#include <xenlet/vpl011.h>

bool mmio_dispatch(struct vcpu *v, gpa_t gpa, struct mmio_access *access)
{
	const struct vgic_dist *vgic = &v->domain->arch.vgic;
	const struct {
		gpa_t base;
		u64 size;
		bool (*access)(struct vcpu *v, struct mmio_access *access);
	} devices[] = {
		{ vgic->base, vgic->rdist ? GUEST_GICV3_GICD_SIZE :
					    GUEST_GICD_SIZE, vgic_dist_mmio },
		{ vgic->rdist, vgic->rdist ? v->domain->nr_vcpus *
					     VGIC_RDIST_SIZE : 0,
		  vgic_rdist_mmio },
		{ GUEST_PL011_BASE, GUEST_PL011_SIZE, vpl011_mmio },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		u64 offset = gpa - devices[i].base;

		if (offset < devices[i].size) {
			access->offset = offset;
			return devices[i].access(v, access);
		}
	}
	return false;
}
