/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layers of the core, from the bottom up. main.c brings them up in the
 * order in which they stand here and takes them down in reverse.
 *
 * Every init runs once, in process context, and leaves nothing behind when it
 * fails; every exit follows a successful init.
 */
#ifndef XEN_GUEST_CORE_H
#define XEN_GUEST_CORE_H

#include <asm/xen/interface.h>
#include <xen/guest.h>

struct dentry;
struct device_node;

/* features.c: the first, for everything below asks what Xen can do */
int xen_features_init(void);
void xen_features_exit(void);

/* discover.c */
int xen_discover(struct device_node *node, struct xen_guest *guest);
int xen_domain_init(void);
void xen_domain_exit(void);

/* debugfs.c: the directory, and later its files; debugfs.h has the rest */
/**
 * xen_debugfs_dir() - the core's directory in debugfs
 *
 * Return: what debugfs functions take, an ERR_PTR() included.
 */
struct dentry *xen_debugfs_dir(void);
int xen_debugfs_init(void);
void xen_debugfs_exit(void);
int xen_debugfs_files_init(void);
void xen_debugfs_files_exit(void);

/* memory/: may be asked for a place for what follows */
int xen_memory_init(void);
void xen_memory_exit(void);

/**
 * xen_xlate_unmap_ballooned_pages() - undo xen_xlate_map_ballooned_pages()
 * @gfns: what that filled in
 * @virt: the same
 * @count: how many frames, none of which is there any more
 */
void xen_xlate_unmap_ballooned_pages(xen_pfn_t *gfns, void *virt,
				     unsigned long count);

/* shared_info.c: the page and its vCPUs; shared_info.h has the rest */
int xen_shared_info_init(void);
void xen_shared_info_exit(void);

/* grant/: needs the context, features and hypercalls; not events */
int xen_grant_init(void);
void xen_grant_exit(void);

/* events/ */
int xen_events_init(void);
void xen_events_exit(void);
/* When all devices are shut down, for the kernel that kexec starts. */
void xen_events_shutdown(void);

/* time.c */
int xen_time_init(void);
void xen_time_exit(void);

#ifdef XEN_GUEST_MODULE
/* console.c: needs events; a kernel tree has hvc_xen.c instead */
#ifdef XEN_GUEST_CONSOLE
int xen_console_init(void);
void xen_console_exit(void);
#else
static inline int xen_console_init(void)
{
	return 0;
}

static inline void xen_console_exit(void)
{
}
#endif

/* sysfs.c: a kernel tree has sys-hypervisor.c instead */
int xen_sysfs_init(void);
void xen_sysfs_exit(void);
#endif /* XEN_GUEST_MODULE */

/* xenbus/: needs grants and events */
int xen_xenbus_init(void);
void xen_xenbus_exit(void);

/* memory/: who tells the balloon what to do; needs a xenstore */
#ifdef CONFIG_XEN_BALLOON
int xen_balloon_control_init(void);
void xen_balloon_control_exit(void);
#else
static inline int xen_balloon_control_init(void)
{
	return 0;
}

static inline void xen_balloon_control_exit(void)
{
}
#endif

/* hotplug.c: needs a xenstore to be told through */
#ifdef CONFIG_HOTPLUG_CPU
int xen_hotplug_init(void);
void xen_hotplug_exit(void);
#else
static inline int xen_hotplug_init(void)
{
	return 0;
}

static inline void xen_hotplug_exit(void)
{
}
#endif

/* power.c: needs a xenstore to be asked through */
int xen_power_init(void);
void xen_power_exit(void);

#endif /* XEN_GUEST_CORE_H */
