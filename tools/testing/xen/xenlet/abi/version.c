// SPDX-License-Identifier: GPL-2.0
/*
 * XENVER_*: what xenlet says it is.
 *
 * Xen 4.17, so that a guest takes the paths it takes there; the extra version
 * is where the difference shows. What Xen keeps from unprivileged guests
 * (command line, build id) is kept from all here: there is none.
 */
#include "abi.h"

#include <xenlet/arch.h>

#include <xen/features.h>
#include <xen/version.h>

#define VERSION_MAJOR	4
#define VERSION_MINOR	17

/* Newer than the installed headers; guests must cope with the -EINVAL that
 * Xen on ARM gives to the call it stands for.
 */
#ifndef XENFEAT_runstate_phys_area
#define XENFEAT_runstate_phys_area	18
#endif

long version_number(void)
{
	return VERSION_MAJOR << 16 | VERSION_MINOR;
}

static long extraversion(gva_t arg)
{
	static const xen_extraversion_t extra = "-xenlet";

	return copy_to_guest(arg, extra, sizeof(extra));
}

static long compile_info(gva_t arg)
{
	static const xen_compile_info_t info = {
		.compiler = "gcc " __VERSION__,
		.compile_by = "",
		.compile_domain = "",
		.compile_date = "",
	};

	return copy_to_guest(arg, &info, sizeof(info));
}

static long capabilities(gva_t arg)
{
	xen_capabilities_info_t caps = "";

	snprintf(caps, sizeof(caps), "%s", arch_capabilities());
	return copy_to_guest(arg, caps, sizeof(caps));
}

static long changeset(gva_t arg)
{
	static const xen_changeset_info_t set = "";

	return copy_to_guest(arg, set, sizeof(set));
}

static long platform_parameters(gva_t arg)
{
	const xen_platform_parameters_t parameters = { .virt_start = 0x200000 };

	return copy_to_guest(arg, &parameters, sizeof(parameters));
}

static long get_features(gva_t arg)
{
	const struct domain *d = current_domain();
	xen_feature_info_t info;

	if (copy_from_guest(&info, arg, sizeof(info)))
		return -XEN_EFAULT;
	if (info.submap_idx)
		return -XEN_EINVAL;
	info.submap = 1U << XENFEAT_memory_op_vnode_supported |
		      1U << XENFEAT_writable_page_tables |
		      1U << XENFEAT_auto_translated_physmap |
		      1U << XENFEAT_ARM_SMCCC_supported |
		      1U << XENFEAT_runstate_phys_area;
	if (d->privileged)
		info.submap |= 1U << XENFEAT_dom0 | 1U << XENFEAT_direct_mapped;
	else
		info.submap |= 1U << XENFEAT_not_direct_mapped;
	return copy_to_guest(arg, &info, sizeof(info));
}

static long pagesize(gva_t arg)
{
	return arg ? -XEN_EINVAL : (long)PAGE_SIZE;
}

static long guest_handle(gva_t arg)
{
	xen_domain_handle_t handle = { 0 };
	domid_t domid = current_domain()->domid;

	handle[14] = domid >> 8;
	handle[15] = domid & 0xff;
	return copy_to_guest(arg, handle, sizeof(handle));
}

static long commandline(gva_t arg)
{
	static const char denied[] = "<denied>";

	return copy_to_guest(arg, denied, sizeof(denied));
}

static long build_id(gva_t arg)
{
	return -XEN_EPERM;
}

static long version(gva_t arg)
{
	return version_number();
}

long do_xen_version(struct hypercall *call)
{
	static long (*const commands[])(gva_t arg) = {
		[XENVER_version]		= version,
		[XENVER_extraversion]		= extraversion,
		[XENVER_compile_info]		= compile_info,
		[XENVER_capabilities]		= capabilities,
		[XENVER_changeset]		= changeset,
		[XENVER_platform_parameters]	= platform_parameters,
		[XENVER_get_features]		= get_features,
		[XENVER_pagesize]		= pagesize,
		[XENVER_guest_handle]		= guest_handle,
		[XENVER_commandline]		= commandline,
		[XENVER_build_id]		= build_id,
	};
	u32 cmd = call->arg[0];

	if (cmd >= ARRAY_SIZE(commands))
		return -XEN_ENOSYS;
	return commands[cmd](call->arg[1]);
}
