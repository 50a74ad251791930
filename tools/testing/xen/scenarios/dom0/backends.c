// SPDX-License-Identifier: GPL-2.0
/*
 * What hotplug scripts do for a backend, where there is no toolstack: the
 * hypervisor wrote the nodes, dom0 says which device stands behind them.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "dom0.h"

#define BACKEND		"/local/domain/0/backend"
#define VIF_MS		30000
#define PROGRAM_SECONDS	10

/* A free loop device with @file behind it. */
static int loop_open(const char *file, char *loop, size_t size)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);

	if (control >= 0)
		close(control);
	if (number < 0)
		return step_fail("no loop device: %s", strerror(errno));
	snprintf(loop, size, "/dev/loop%d", number);
	if (run_program(PROGRAM_SECONDS, (char *[]){
			"/bin/losetup", loop, (char *)file, NULL }))
		return step_fail("losetup %s %s", loop, file);
	return 0;
}

int serve_disk(int argc, char **argv)
{
	char loop[32], path[128], number[32];
	struct stat st;

	(void)argc;
	if (loop_open(argv[3], loop, sizeof(loop)))
		return -1;
	if (stat(loop, &st))
		return step_fail("%s: %s", loop, strerror(errno));
	snprintf(path, sizeof(path), BACKEND "/vbd/%s/%s/physical-device",
		 argv[1], argv[2]);
	snprintf(number, sizeof(number), "%x:%x", major(st.st_rdev),
		 minor(st.st_rdev));
	return store_write(path, number) ? step_fail("cannot write %s", path) :
					   0;
}

static int run_words(const char *a, const char *b, const char *c,
		     const char *d, const char *e)
{
	char *const words[] = { (char *)a, (char *)b, (char *)c, (char *)d,
				(char *)e, NULL };
	int status = run_program(PROGRAM_SECONDS, words);

	return status ? step_fail("%s %s %s: exit status %d", a, b, c, status) :
			0;
}

int serve_vif(int argc, char **argv)
{
	char name[32], path[128];

	(void)argc;
	snprintf(name, sizeof(name), "vif%s.%s", argv[1], argv[2]);
	snprintf(path, sizeof(path), "/sys/class/net/%s", name);
	if (!wait_for(path_exists, path, VIF_MS))
		return step_fail("no %s after %d s", name, VIF_MS / 1000);
	if (run_words("/bin/busybox", "brctl", "addif", argv[3], name) ||
	    run_words("/bin/ip", "link", "set", name, "up"))
		return -1;
	snprintf(path, sizeof(path), BACKEND "/vif/%s/%s/hotplug-status",
		 argv[1], argv[2]);
	return store_write(path, "connected") ?
		step_fail("cannot write %s", path) : 0;
}
