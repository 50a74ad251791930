/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filling in struct domain_config from the device tree.
 */
#ifndef XENLET_CONFIG_READ_H
#define XENLET_CONFIG_READ_H

#include <xenlet/config.h>
#include <xenlet/domain.h>
#include <xenlet/range.h>

/** struct refusal - a domain that could not be, and why */
struct refusal {
	char name[32];
	char why[160];
};

/** struct config_set - all that /chosen asks for */
struct config_set {
	unsigned int nr_domains, nr_refused;
	struct domain_config domains[MAX_DOMAINS];
	struct refusal refused[MAX_DOMAINS];
};

/**
 * config_read() - the "xen,domain" nodes of /chosen
 * @banks: RAM that the payloads must be in
 * @claims: what is in use; each accepted domain's payloads are added, so
 *          that no two things share memory
 *
 * A node with a mistake is refused with a reason that names the property or
 * the child; the others are not affected.
 */
void config_read(const void *fdt, const struct blob *banks,
		 unsigned int nr_banks, struct range_list *claims,
		 struct config_set *set);

#endif /* XENLET_CONFIG_READ_H */
