// SPDX-License-Identifier: GPL-2.0
/* Steps that only dom0 takes. */
#include <stdlib.h>
#include <string.h>

#include "dom0.h"
#include "p9.h"

#define TOOLSTACK_SECONDS	60

/* harness: from here on what dom0 reports reaches the runner */
static int start_harness(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return harness_start();
}

/* toolstack: xenstored, xenconsoled, a bridge: what xl needs */
static int start_toolstack(int argc, char **argv)
{
	char *const cmd[] = { "/bin/sh", "-e", "/etc/toolstack", NULL };
	int status = run_program(TOOLSTACK_SECONDS, cmd);

	(void)argc;
	(void)argv;
	return status ? step_fail("exit status %d, see the console", status) :
			0;
}

/* create: the domains, one after the other */
static int create_domains(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return tell_harness("!create") ? 0 : step_fail("no harness");
}

/* store-node <path> <owner> <reader>: make it, if it isn't there */
static int make_node(int argc, char **argv)
{
	(void)argc;
	return store_make(argv[1]) ||
	       store_permit(argv[1], atoi(argv[2]), atoi(argv[3])) ?
	       step_fail("cannot make %s", argv[1]) : 0;
}

const struct verb dom0_verbs[] = {
	{ "harness", "", 0, 0, start_harness },
	{ "toolstack", "", 0, 0, start_toolstack },
	{ "create", "", 0, 0, create_domains },
	{ "keep-store", "", 0, 0, keeper_start },
	{ "store-node", "<path> <owner> <reader>", 3, 3, make_node },
	{ "introduce", "<domid>", 1, 1, introduce },
	{ "serve-disk", "<domid> <vdev> <file>", 3, 3, serve_disk },
	{ "serve-vif", "<domid> <index> <bridge>", 3, 3, serve_vif },
	{ "serve-9p", "<domid> <tag> <folder>", 3, 3, serve_9p },
	{ 0 }
};
