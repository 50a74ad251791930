// SPDX-License-Identifier: GPL-2.0
/* Counters of a domain, out of those of its vCPUs. Stateless. */
#include <xenlet/domain.h>
#include <xenlet/trap.h>

u64 domain_stats_sum(const struct domain *d, struct vcpu_stats *sum)
{
	unsigned int i, class;
	u64 exits = 0;

	*sum = (struct vcpu_stats){ 0 };
	for (i = 0; i < d->nr_vcpus; i++) {
		const struct vcpu_stats *s;

		if (!d->vcpus[i])
			continue;
		s = &d->vcpus[i]->stats;
		for (class = 0; class < EXIT_CLASSES; class++) {
			sum->exit_class[class] += s->exit_class[class];
			exits += s->exit_class[class];
		}
		sum->hypercalls += s->hypercalls;
	}
	return exits;
}
