// SPDX-License-Identifier: GPL-2.0
/* Paths in the store: joined, compared, taken apart. */
#include <string.h>

#include "ktap.h"
#include "../../../../drivers/xen/guest/xenbus/path.c"

static char buf[XENSTORE_ABS_PATH_MAX + 16];
static char longest[XENSTORE_ABS_PATH_MAX + 8];

static void joining(void)
{
	ktap_ok(store_path_join(buf, sizeof(buf), "device/vif", "0") == 12 &&
		!strcmp(buf, "device/vif/0"), "a node is in a directory");
	ktap_ok(store_path_join(buf, sizeof(buf), "device", "") == 6 &&
		!strcmp(buf, "device"), "no node means the directory");
	ktap_ok(!store_path_join(buf, sizeof(buf), "", "") && !*buf,
		"a path may be empty");
	ktap_ok(store_path_join(buf, 12, "device/vif", "0") == -ENAMETOOLONG &&
		store_path_join(buf, 13, "device/vif", "0") == 12,
		"there is room for the last zero, or no path");

	memset(longest, 'a', XENSTORE_REL_PATH_MAX);
	ktap_ok(store_path_join(buf, sizeof(buf), longest, "") ==
		XENSTORE_REL_PATH_MAX, "the longest relative path is taken");
	ktap_ok(store_path_join(buf, sizeof(buf), longest, "b") ==
		-ENAMETOOLONG, "a longer one is not");
	memset(longest, 'a', XENSTORE_ABS_PATH_MAX);
	longest[0] = '/';
	ktap_ok(store_path_join(buf, sizeof(buf), longest, "") ==
		XENSTORE_ABS_PATH_MAX, "an absolute one may be longer");
}

static void matching(void)
{
	ktap_ok(store_path_below("device/vif/0/state", "device"),
		"a watch sees what is below its node");
	ktap_ok(store_path_below("device", "device"), "and the node itself");
	ktap_ok(!store_path_below("device-model", "device"),
		"not what only begins alike");
	ktap_ok(!store_path_below("devic", "device"), "nor what is above");
	ktap_ok(store_path_below("/local/domain/0", "/"),
		"everything is below the root");
	ktap_ok(!store_path_below("backend/vif", "device"),
		"nothing elsewhere matches");
	ktap_ok(store_path_below("@introduceDomain", "@introduceDomain"),
		"special nodes match themselves");
}

/* Where a path that can be is a frontend's, or a backend's. */
static int front(const char *path, struct store_device *d)
{
	return store_path_device(path, "device", false, d);
}

static int back(const char *path, struct store_device *d)
{
	return store_path_device(path, "backend", true, d);
}

static void places(void)
{
	struct store_device d;

	ktap_ok(!front("device/vif/0", &d) && d.len == 12 &&
		!strcmp(d.type, "vif") && !*d.owner && !strcmp(d.id, "0"),
		"a device has a type and an id");
	ktap_ok(!front("device/vbd/51712/state", &d) && d.len == 16 &&
		!strcmp(d.type, "vbd") && !strcmp(d.id, "51712"),
		"which a path below it has too");
	ktap_ok(front("device", &d) == -ENOENT &&
		front("device/vif", &d) == -ENOENT,
		"a path above means all devices");
	ktap_ok(front("backend/vif/0", &d) == -EINVAL, "one elsewhere none");
	ktap_ok(front("device//0", &d) == -EINVAL &&
		front("device/vif/", &d) == -EINVAL, "names are not empty");
	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "device/", 7);
	longest[7 + STORE_NAME_MAX - 1] = '\0';
	ktap_ok(front(longest, &d) == -ENOENT &&
		strlen(d.type) == STORE_NAME_MAX - 1,
		"a name may be 31 bytes long");
	longest[7 + STORE_NAME_MAX - 1] = 'a';
	longest[7 + STORE_NAME_MAX] = '\0';
	ktap_ok(front(longest, &d) == -EINVAL, "and no longer");
}

static void places_of_backends(void)
{
	struct store_device d;

	ktap_ok(!back("backend/vif/3/0", &d) && d.len == 15 &&
		!strcmp(d.type, "vif") && !strcmp(d.owner, "3") &&
		!strcmp(d.id, "0"), "a backend's place names the other domain");
	ktap_ok(!back("backend/vbd/12/51712/mode", &d) && d.len == 20 &&
		!strcmp(d.owner, "12") && !strcmp(d.id, "51712"),
		"and so does a path below it");
	ktap_ok(back("backend", &d) == -ENOENT &&
		back("backend/vif", &d) == -ENOENT &&
		back("backend/vif/3", &d) == -ENOENT,
		"all devices of a domain, or of a type, may be meant");
	ktap_ok(back("backend/vif//0", &d) == -EINVAL &&
		back("backend/vif/3/", &d) == -EINVAL,
		"its names are not empty either");
}

int main(void)
{
	joining();
	matching();
	places();
	places_of_backends();
	return ktap_done();
}
