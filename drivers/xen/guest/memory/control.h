/* SPDX-License-Identifier: GPL-2.0 */
/* Who tells the balloon what to do: the toolstack, and user space. */
#ifndef XEN_MEMORY_CONTROL_H
#define XEN_MEMORY_CONTROL_H

struct device;

/* sysfs.c: returns what balloon_sysfs_remove() takes, or an ERR_PTR() */
struct device *balloon_sysfs_add(void);
void balloon_sysfs_remove(struct device *dev);

#endif /* XEN_MEMORY_CONTROL_H */
