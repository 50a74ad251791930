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

/** struct config_set - all that /chosen asks for
 * @store_in_dom0: the store is a program in dom0, xenlet has none
 */
struct config_set {
	bool store_in_dom0;
	unsigned int nr_domains, nr_refused;
	struct domain_config domains[MAX_DOMAINS];
	struct refusal refused[MAX_DOMAINS];
};

/**
 * config_read() - dom0's modules and the "xen,domain" nodes of /chosen
 * @nr_cpus: the machine's, dom0's unless the command line says otherwise
 * @banks: RAM that the payloads must be in
 * @claims: what is in use; each accepted domain's payloads are added, so
 *          that no two things share memory
 *
 * A node with a mistake is refused with a reason that names the property or
 * the child; the others are not affected.
 */
void config_read(const void *fdt, const struct blob *banks,
		 unsigned int nr_banks, unsigned int nr_cpus,
		 struct range_list *claims, struct config_set *set);

/**
 * config_command_line() - what Xen would take for its own command line
 * @modules_have_one: is there a command line with dom0's kernel
 * Return: NULL if bootargs is for dom0
 */
const char *config_command_line(const void *fdt, bool modules_have_one);

/** option_find() - what stands behind "@name=" in @line, NULL: nothing */
const char *option_find(const char *line, const char *name);
/** option_size() - a size as Xen reads it: KiB, or with B, K, M, G behind it
 * Return: false if it is none
 */
bool option_size(const char *text, u64 *bytes);

#endif /* XENLET_CONFIG_READ_H */
