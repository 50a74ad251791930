// SPDX-License-Identifier: GPL-2.0
/*
 * What xen-blkfront makes of numbers that a backend or a toolstack wrote:
 * whatever they are, what comes out is in range.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

#include "../../../../drivers/xen/blkfront/limits.c"
#include "../../../../drivers/xen/blkfront/split.c"
#include "../../../../drivers/xen/blkfront/vdev.c"

/* Numbers as the hostile choose them: around powers of two, mostly. */
static u64 hostile(void)
{
	u64 n = 1ULL << rand() % 64;

	switch (rand() % 4) {
	case 0:
		return n;
	case 1:
		return n - 1;
	case 2:
		return n + rand() % 5;
	default:
		return (u64)rand() << 31 ^ rand();
	}
}

static void test_disks(void)
{
	unsigned int i, accepted = 0;
	bool sane = true;

	srand(4);
	for (i = 0; i < 1000000; i++) {
		struct blkfront_disk disk = {
			.sectors = hostile(), .sector_size = hostile(),
			.physical_size = hostile() * (rand() & 1),
			.discard = rand() & 1, .secure = rand() & 1,
			.discard_granularity = hostile() * (rand() & 1),
			.discard_alignment = hostile() * (rand() & 1),
		};

		if (rand() & 1)
			disk.sector_size = 512 << rand() % 5;
		if (blkfront_check_disk(&disk))
			continue;
		accepted++;
		sane &= disk.sector_size >= 512 && disk.sector_size <= 4096 &&
			!(disk.sector_size & (disk.sector_size - 1)) &&
			disk.physical_size >= disk.sector_size &&
			!(disk.physical_size % disk.sector_size) &&
			disk.sectors <= INT64_MAX / 512 &&
			!(disk.sectors * 512 % disk.sector_size) &&
			(!disk.secure || disk.discard) &&
			(!disk.discard ||
			 (disk.discard_granularity &&
			  !(disk.discard_granularity % disk.sector_size)));
	}
	ktap_ok(sane, "every disk that is accepted can be one");
	ktap_ok(accepted > 1000, "and there are some");
}

static void test_links(void)
{
	unsigned int i;
	bool sane = true;

	srand(5);
	for (i = 0; i < 1000000; i++) {
		struct blkfront_params params = {
			.max_queues = hostile(), .max_order = hostile(),
		};
		unsigned int queues = hostile();
		struct blkfront_link link;

		blkfront_limit_link(&params, queues, hostile(), &link);
		sane &= link.order <= 4 && link.queues >= 1 &&
			(link.queues == 1 || (link.queues <= queues &&
					      link.queues <=
					      params.max_queues));
	}
	ktap_ok(sane, "rings are as many and as large as both sides allow");
}

static void test_sizes(void)
{
	static const unsigned int pages[] = { 4096, 16384, 65536 };
	bool carried = true, page = true, wire = true;
	unsigned int i;

	srand(6);
	for (i = 0; i < 1000000; i++) {
		unsigned int page_size = pages[rand() % 3];
		bool copies = rand() & 1;
		struct blkfront_sizes s;
		unsigned int worst;

		blkfront_limit_sizes(hostile(), hostile(), page_size, copies,
				     &s);
		wire &= s.segs >= 11 && s.segs <= BLKFRONT_MAX_SEGS;
		page &= s.max_sectors * 512 >= page_size &&
			s.max_segment_size >= page_size &&
			s.seg_boundary >= page_size - 1;
		worst = copies ? s.max_sectors / 8 :
			s.max_segments * (page_size / 4096);
		carried &= worst <= s.segs * s.pieces;
	}
	ktap_ok(wire, "a ring request has 11 to 4096 segments");
	ktap_ok(page, "a request may always have a page");
	ktap_ok(carried, "the pieces carry the worst layout of a request");
}

static void test_vdevs(void)
{
	unsigned int i, accepted = 0;
	bool sane = true;

	srand(7);
	for (i = 0; i < 1000000; i++) {
		struct blkfront_vdev vdev;

		memset(&vdev, 0xff, sizeof(vdev));
		if (blkfront_vdev_decode(hostile(), &vdev))
			continue;
		accepted++;
		sane &= strnlen(vdev.name, sizeof(vdev.name)) <
			sizeof(vdev.name) &&
			!strncmp(vdev.name, "xvd", 3) &&
			vdev.minor + vdev.minors <= 1U << 20;
	}
	ktap_ok(sane, "every accepted number has a name and minors");
	ktap_ok(accepted > 1000, "and some are accepted");
}

/* Two whole disks of one scheme never overlap, nor share a name. */
static void test_no_two_alike(void)
{
	static struct blkfront_vdev seen[4096];
	unsigned int number, minor = 0;
	bool alike = false;

	for (number = 0; number < 256; number++) {
		struct blkfront_vdev *vdev = &seen[number];

		blkfront_vdev_decode(1U << 28 | number << 8, vdev);
		alike |= vdev->minor != minor ||
			 (number && !strcmp(vdev->name,
					    seen[number - 1].name));
		minor += vdev->minors;
	}
	ktap_ok(!alike, "extended disks follow each other without a gap");
}

int main(void)
{
	test_disks();
	test_links();
	test_sizes();
	test_vdevs();
	test_no_two_alike();
	return ktap_done();
}
