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

static void places(void)
{
	struct store_device d;

	ktap_ok(!store_path_device("device/vif/0", "device", &d) && d.exact &&
		!strcmp(d.type, "vif") && !strcmp(d.id, "0"),
		"a device has a type and an id");
	ktap_ok(!store_path_device("device/vbd/51712/state", "device", &d) &&
		!d.exact && !strcmp(d.type, "vbd") && !strcmp(d.id, "51712"),
		"which a path below it has too");
	ktap_ok(store_path_device("device", "device", &d) == -ENOENT &&
		store_path_device("device/vif", "device", &d) == -ENOENT,
		"a path above means all devices");
	ktap_ok(store_path_device("backend/vif/0", "device", &d) == -EINVAL,
		"one elsewhere none");
	ktap_ok(store_path_device("device//0", "device", &d) == -EINVAL &&
		store_path_device("device/vif/", "device", &d) == -EINVAL,
		"names are not empty");
	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "device/", 7);
	longest[7 + STORE_NAME_MAX - 1] = '\0';
	ktap_ok(store_path_device(longest, "device", &d) == -ENOENT &&
		strlen(d.type) == STORE_NAME_MAX - 1,
		"a name may be 31 bytes long");
	longest[7 + STORE_NAME_MAX - 1] = 'a';
	longest[7 + STORE_NAME_MAX] = '\0';
	ktap_ok(store_path_device(longest, "device", &d) == -EINVAL,
		"and no longer");
}

int main(void)
{
	joining();
	matching();
	places();
	return ktap_done();
}
