// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/xenbus_backend: what a store needs that runs in the initial domain,
 * or in a domain that was started for it. There is nothing to read or write.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>
#include <xen/xenbus_dev.h>

#include "bus.h"
#include "store.h"

static int open_backend_dev(struct inode *inode, struct file *file)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return nonseekable_open(inode, file);
}

static long control_backend_dev(struct file *file, unsigned int cmd,
				unsigned long arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	switch (cmd) {
	case IOCTL_XENBUS_BACKEND_EVTCHN:
		return xen_store_evtchn ?: -ENODEV;
	case IOCTL_XENBUS_BACKEND_SETUP:
		if (arg >= DOMID_FIRST_RESERVED)
			return -EINVAL;
		return store_give(arg);
	default:
		return -ENOTTY;
	}
}

/* The file keeps the module, and so the page, for as long as it is mapped. */
static int map_backend_dev(struct file *file, struct vm_area_struct *vma)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!xen_store.local)
		return -ENODEV;
	if (vma->vm_end - vma->vm_start > PAGE_SIZE || vma->vm_pgoff)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start,
			       page_to_pfn(virt_to_page(xen_store.ring.intf)),
			       vma->vm_end - vma->vm_start,
			       vma->vm_page_prot) ? -EAGAIN : 0;
}

static const struct file_operations backend_dev_fops = {
	.owner = THIS_MODULE,
	.open = open_backend_dev,
	.mmap = map_backend_dev,
	.unlocked_ioctl = control_backend_dev,
};

static struct miscdevice backend_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/xenbus_backend",
	.fops = &backend_dev_fops,
};

/** backend_dev_init() - make the device, in the initial domain */
int backend_dev_init(void)
{
	return xen_initial_domain() ? misc_register(&backend_dev) : 0;
}

/** backend_dev_exit() - remove it */
void backend_dev_exit(void)
{
	if (xen_initial_domain())
		misc_deregister(&backend_dev);
}
