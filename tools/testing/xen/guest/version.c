// SPDX-License-Identifier: GPL-2.0
/* XENVER_*: who the hypervisor says it is. */
#include "test.h"

#include <arch.h>

#include <xen/features.h>
#include <xen/version.h>

static bool is_text(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size && text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return i < size;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (!strncmp(text, word, len) &&
		    (!text[len] || text[len] == ' '))
			return true;
	return false;
}

static void strings(void)
{
	static xen_extraversion_t extra;
	static xen_capabilities_info_t caps;
	static xen_changeset_info_t changeset;
	static xen_compile_info_t compile;

	expect(version_op(XENVER_extraversion, extra), 0,
	       "extraversion succeeds");
	check(is_text(extra, sizeof(extra)), "extraversion is a string");
	expect(version_op(XENVER_capabilities, caps), 0,
	       "capabilities succeeds");
	check(is_text(caps, sizeof(caps)) && has_word(caps, XEN_CAPABILITY),
	      "capabilities name what we are");
	expect(version_op(XENVER_changeset, changeset), 0,
	       "changeset succeeds");
	check(is_text(changeset, sizeof(changeset)), "changeset is a string");
	expect(version_op(XENVER_compile_info, &compile), 0,
	       "compile_info succeeds");
	check(is_text(compile.compiler, sizeof(compile.compiler)),
	      "the compiler is a string");
}

static void features(void)
{
	xen_feature_info_t info = { .submap_idx = 0 };

	expect(version_op(XENVER_get_features, &info), 0,
	       "feature word 0 can be read");
	check(info.submap & 1U << XENFEAT_auto_translated_physmap,
	      "physical memory is translated");
	check(info.submap & 1U << XENFEAT_ARM_SMCCC_supported,
	      "the SMC calling convention is supported");
	check(!(info.submap & 1U << XENFEAT_hvm_callback_vector),
	      "no x86 callback vector");
	check(!!(info.submap & 1U << XENFEAT_direct_mapped) !=
	      !!(info.submap & 1U << XENFEAT_not_direct_mapped),
	      "memory is direct mapped or not, not both");
	info.submap_idx = XENFEAT_NR_SUBMAPS;
	expect(version_op(XENVER_get_features, &info), -XEN_EINVAL,
	       "feature words end");
	info.submap_idx = ~0U;
	expect(version_op(XENVER_get_features, &info), -XEN_EINVAL,
	       "feature word ~0 is refused");
}

static void secrets(void)
{
	static xen_commandline_t line;
	static const char denied[] = "<denied>";

	if (env->privileged) {
		report(SKIP, "the command line is not for guests",
		       "this is dom0");
		report(SKIP, "the build id is not for guests", "this is dom0");
		return;
	}
	version_op(XENVER_commandline, line);
	check(!memcmp(line, denied, sizeof(denied)),
	      "the command line is not for guests");
	expect(version_op(XENVER_build_id, NULL), -XEN_EPERM,
	       "the build id is not for guests");
}

static void pointers(void)
{
	static const unsigned int cmds[] = {
		XENVER_extraversion, XENVER_compile_info, XENVER_capabilities,
		XENVER_changeset, XENVER_platform_parameters,
		XENVER_get_features, XENVER_guest_handle,
	};
	char name[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		snprintf(name, sizeof(name), "command %u, wild pointer",
			 cmds[i]);
		expect(version_op(cmds[i], wild_pointer()), -XEN_EFAULT, name);
	}
	expect(version_op(XENVER_extraversion, cliff(8)), -XEN_EFAULT,
	       "a buffer that runs into nothing");
	expect(version_op(XENVER_extraversion, readonly_alias(page_alloc())),
	       -XEN_EFAULT, "a buffer that is read-only");
}

void test_main(void)
{
	static xen_domain_handle_t handle;
	xen_platform_parameters_t parameters;
	long version = version_op(XENVER_version, NULL);

	check(version >> 16 == 4 && (version & 0xffff) >= 14,
	      "the version is 4.14 or later");
	expect(version_op(XENVER_version, wild_pointer()), version,
	       "the version needs no pointer");
	strings();
	features();
	expect(version_op(XENVER_platform_parameters, &parameters), 0,
	       "platform parameters succeeds");
	expect(version_op(XENVER_guest_handle, handle), 0,
	       "guest handle succeeds");
	expect(version_op(XENVER_pagesize, NULL), PAGE_SIZE,
	       "the page size is 4096");
	expect(version_op(XENVER_pagesize, &parameters), -XEN_EINVAL,
	       "the page size takes no pointer");
	expect(version_op(11, &parameters), -XEN_ENOSYS,
	       "command 11 does not exist");
	expect(version_op(~0U, &parameters), -XEN_ENOSYS,
	       "command ~0 does not exist");
	secrets();
	pointers();
}
