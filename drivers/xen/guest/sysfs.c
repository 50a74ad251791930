// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor, with the files that Linux's own Xen support has there:
 * what tools read to find out where they run.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uuid.h>
#include <asm/xen/hypercall.h>
#include <xen/features.h>
#include <xen/guest.h>
#include <xen/interface/version.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "core.h"

/* Where the files are; @ours if the kernel has no such directory itself. */
static struct {
	struct kobject *kobj;
	bool ours;
} root;

/* What the version hypercall fills in, whichever question it is asked. */
union answer {
	struct xen_extraversion extra;
	struct xen_compile_info compile;
	struct xen_capabilities_info capabilities;
	struct xen_changeset_info changeset;
	struct xen_platform_parameters platform;
	u8 handle[16];
};

/* A file whose text is a part of an answer. */
struct text_file {
	struct kobj_attribute attr;
	int question;
	size_t offset;
	size_t size;
};

static ssize_t text_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct text_file *file = container_of(attr, struct text_file, attr);
	union answer *answer;
	ssize_t ret;

	answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	ret = HYPERVISOR_xen_version(file->question, answer);
	/* The hypervisor need not have ended the string. */
	if (ret >= 0)
		ret = sysfs_emit(buf, "%.*s\n", (int)file->size,
				 (char *)answer + file->offset);
	kfree(answer);
	return ret;
}

static struct text_file extra = {
	.attr = __ATTR(extra, 0444, text_show, NULL),
	.question = XENVER_extraversion,
	.offset = offsetof(union answer, extra),
	.size = sizeof_field(union answer, extra),
};

static struct text_file compiler = {
	.attr = __ATTR(compiler, 0444, text_show, NULL),
	.question = XENVER_compile_info,
	.offset = offsetof(union answer, compile.compiler),
	.size = sizeof_field(union answer, compile.compiler),
};

static struct text_file compiled_by = {
	.attr = __ATTR(compiled_by, 0444, text_show, NULL),
	.question = XENVER_compile_info,
	.offset = offsetof(union answer, compile.compile_by),
	.size = sizeof_field(union answer, compile.compile_by),
};

static struct text_file compile_date = {
	.attr = __ATTR(compile_date, 0444, text_show, NULL),
	.question = XENVER_compile_info,
	.offset = offsetof(union answer, compile.compile_date),
	.size = sizeof_field(union answer, compile.compile_date),
};

static struct text_file capabilities = {
	.attr = __ATTR(capabilities, 0444, text_show, NULL),
	.question = XENVER_capabilities,
	.offset = offsetof(union answer, capabilities.info),
	.size = sizeof_field(union answer, capabilities.info),
};

static struct text_file changeset = {
	.attr = __ATTR(changeset, 0444, text_show, NULL),
	.question = XENVER_changeset,
	.offset = offsetof(union answer, changeset.info),
	.size = sizeof_field(union answer, changeset.info),
};

#define VALUE_FILE(_name)						\
	static struct kobj_attribute _name##_attr = __ATTR_RO(_name)

static ssize_t type_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "xen\n");
}

VALUE_FILE(type);

static ssize_t guest_type_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "PVH\n");
}

VALUE_FILE(guest_type);

static ssize_t uuid_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	u8 handle[UUID_SIZE];
	int err;

	err = HYPERVISOR_xen_version(XENVER_guest_handle, handle);
	return err < 0 ? err : sysfs_emit(buf, "%pU\n", handle);
}

VALUE_FILE(uuid);

static ssize_t major_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", xen_guest()->major);
}

VALUE_FILE(major);

static ssize_t minor_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", xen_guest()->minor);
}

VALUE_FILE(minor);

static ssize_t virtual_start_show(struct kobject *kobj,
				  struct kobj_attribute *attr, char *buf)
{
	struct xen_platform_parameters platform;
	int err;

	err = HYPERVISOR_xen_version(XENVER_platform_parameters, &platform);
	if (err < 0)
		return err;
	return sysfs_emit(buf, "%llx\n", (u64)platform.virt_start);
}

VALUE_FILE(virtual_start);

static ssize_t pagesize_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *buf)
{
	int size = HYPERVISOR_xen_version(XENVER_pagesize, NULL);

	return size < 0 ? size : sysfs_emit(buf, "%x\n", size);
}

VALUE_FILE(pagesize);

/* All words on a line, the highest first, without leading zeros. */
static ssize_t features_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *buf)
{
	int bit = XENFEAT_NR_SUBMAPS * 32;
	u32 word = 0;
	int len = 0;

	while (bit--) {
		word = word << 1 | xen_feature(bit);
		if (bit % 32)
			continue;
		if (word || len || !bit)
			len += sysfs_emit_at(buf, len, len ? "%08x" : "%x",
					     word);
		word = 0;
	}
	return len + sysfs_emit_at(buf, len, "\n");
}

VALUE_FILE(features);

#define MAX_BUILD_ID	256

static ssize_t buildid_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct xen_build_id *id;
	int size, i;
	int len = 0;

	/* A binary string: its length is what the hypervisor returns. */
	id = kzalloc(sizeof(*id) + MAX_BUILD_ID, GFP_KERNEL);
	if (!id)
		return -ENOMEM;
	id->len = MAX_BUILD_ID;
	size = HYPERVISOR_xen_version(XENVER_build_id, id);
	if (size > MAX_BUILD_ID)
		size = -EMSGSIZE;
	for (i = 0; i < size; i++)
		len += sysfs_emit_at(buf, len, "%02x", id->buf[i]);
	kfree(id);
	return size < 0 ? size : len + sysfs_emit_at(buf, len, "\n");
}

VALUE_FILE(buildid);

static struct attribute *root_files[] = {
	&type_attr.attr, &guest_type_attr.attr, &uuid_attr.attr, NULL,
};

static struct attribute *version_files[] = {
	&major_attr.attr, &minor_attr.attr, &extra.attr.attr, NULL,
};

static struct attribute *compilation_files[] = {
	&compiler.attr.attr, &compiled_by.attr.attr, &compile_date.attr.attr,
	NULL,
};

static struct attribute *properties_files[] = {
	&capabilities.attr.attr, &changeset.attr.attr,
	&virtual_start_attr.attr, &pagesize_attr.attr, &features_attr.attr,
	&buildid_attr.attr, NULL,
};

static const struct attribute_group root_group = { .attrs = root_files };
static const struct attribute_group version_group = {
	.name = "version", .attrs = version_files,
};

static const struct attribute_group compilation_group = {
	.name = "compilation", .attrs = compilation_files,
};

static const struct attribute_group properties_group = {
	.name = "properties", .attrs = properties_files,
};

static const struct attribute_group *groups[] = {
	&root_group, &version_group, &compilation_group, &properties_group,
	NULL,
};

int xen_sysfs_init(void)
{
	int err;

	root.kobj = IS_ENABLED(CONFIG_SYS_HYPERVISOR) ? hypervisor_kobj : NULL;
	root.ours = !root.kobj;
	if (root.ours)
		root.kobj = kobject_create_and_add("hypervisor", NULL);
	if (!root.kobj)
		return -ENOMEM;
	err = sysfs_create_groups(root.kobj, groups);
	if (err && root.ours)
		kobject_put(root.kobj);
	return err;
}

void xen_sysfs_exit(void)
{
	sysfs_remove_groups(root.kobj, groups);
	if (root.ours)
		kobject_put(root.kobj);
}
