// SPDX-License-Identifier: GPL-2.0
/*
 * Steps on a block device: a real file system, data that is compared byte
 * for byte after the caches are gone, and raw direct I/O.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"

#define MIB		(1024 * 1024)
#define MOUNT_POINT	"/mnt"
#define DATA_FILE	MOUNT_POINT "/data"
#define DATA_SEED	0x5eedu

static void device_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "/dev/%s", name);
}

/* Requests that the device has completed: reads, writes, flushes. */
static unsigned long long requests_done(const char *disk)
{
	unsigned long long f[17] = { 0 };
	char path[64], line[512];

	snprintf(path, sizeof(path), "/sys/block/%s/stat", disk);
	if (read_line(path, line, sizeof(line)))
		return 0;
	if (sscanf(line,
		   "%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu",
		   &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6], &f[7],
		   &f[8], &f[9], &f[10], &f[11], &f[12], &f[13], &f[14],
		   &f[15]) < 8)
		return 0;
	return f[0] + f[4] + f[11] + f[15];
}

static int await_disk(int argc, char **argv)
{
	char path[64];

	(void)argc;
	device_path(path, sizeof(path), argv[1]);
	if (!wait_for(path_exists, path, DEVICE_SECONDS * 1000))
		return step_fail("no %s after %d s", path,
				 DEVICE_SECONDS);
	return 0;
}

static int mount_disk(int argc, char **argv)
{
	const char *type = argc > 2 ? argv[2] : "ext4";
	char path[64];

	device_path(path, sizeof(path), argv[1]);
	mkdir(MOUNT_POINT, 0755);
	if (mount(path, MOUNT_POINT, type, 0, NULL))
		return step_fail("mount %s: %s", path, strerror(errno));
	return 0;
}

static bool mount_9p_once(const char *tag)
{
	return !mount(tag, MOUNT_POINT, "9p", 0,
		      "trans=xen,version=9p2000.L,msize=524288");
}

/* mount-9p <tag>: another domain's folder, as soon as it is there */
static int mount_9p(int argc, char **argv)
{
	(void)argc;
	mkdir(MOUNT_POINT, 0755);
	return wait_for(mount_9p_once, argv[1], DEVICE_SECONDS * 1000) ? 0 :
		step_fail("mount %s after %d s: %s", argv[1], DEVICE_SECONDS,
			  strerror(errno));
}

static int unmount_disk(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (umount(MOUNT_POINT))
		return step_fail("umount: %s", strerror(errno));
	return 0;
}

static int remount_disk(int argc, char **argv)
{
	return unmount_disk(argc, argv) ?: mount_disk(argc, argv);
}

static int drop_caches(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	sync();
	if (write_file("/proc/sys/vm/drop_caches", "3"))
		return step_fail("drop_caches: %s", strerror(errno));
	return 0;
}

/* What a pass over @mib MiB does with each chunk of one MiB. */
typedef int (*chunk_fn)(int fd, struct pattern *p, void *buf, long index);

static int write_chunk(int fd, struct pattern *p, void *buf, long index)
{
	pattern_fill(p, buf, MIB);
	if (write(fd, buf, MIB) != MIB)
		return step_fail("write at MiB %ld: %s", index,
				 strerror(errno));
	return 0;
}

static int check_chunk(int fd, struct pattern *p, void *buf, long index)
{
	size_t good;
	ssize_t n = read(fd, buf, MIB);

	if (n != MIB)
		return step_fail("read at MiB %ld: %s", index,
				 n < 0 ? strerror(errno) : "short");
	good = pattern_check(p, buf, MIB);
	if (good != MIB)
		return step_fail("wrong data at byte %zu of MiB %ld", good,
				 index);
	return 0;
}

static int pass_over(const char *path, int flags, long mib, uint64_t seed,
		     chunk_fn each)
{
	struct pattern p;
	int ret = 0;
	void *buf;
	long i;
	int fd;

	if (posix_memalign(&buf, 4096, MIB))
		return step_fail("no memory");
	fd = open(path, flags | O_CLOEXEC, 0644);
	if (fd < 0) {
		free(buf);
		return step_fail("open %s: %s", path, strerror(errno));
	}
	pattern_start(&p, seed);
	for (i = 0; i < mib && !ret; i++)
		ret = each(fd, &p, buf, i);
	if (!ret && (flags & O_ACCMODE) != O_RDONLY && fsync(fd))
		ret = step_fail("fsync %s: %s", path, strerror(errno));
	close(fd);
	free(buf);
	return ret;
}

/* One pass with what it cost: bytes, time and the device's requests. */
static int measured_pass(const char *name, const char *disk, const char *path,
			 int flags, long mib, chunk_fn each)
{
	unsigned long long requests = requests_done(disk);
	uint64_t begin = report_begin(name);
	int ret = pass_over(path, flags, mib, DATA_SEED, each);

	if (!ret)
		report_end(name, begin, "bytes=%lld ops=%llu",
			   (long long)mib * MIB,
			   requests_done(disk) - requests);
	return ret;
}

static int fill(int argc, char **argv)
{
	long mib;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	return measured_pass("disk-write", argv[1], DATA_FILE,
			     O_WRONLY | O_CREAT | O_TRUNC, mib, write_chunk);
}

static int verify(int argc, char **argv)
{
	long mib;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	return measured_pass("disk-read", argv[1], DATA_FILE, O_RDONLY, mib,
			     check_chunk);
}

/* Direct I/O on the whole device, the file system left out. */
static int raw_io(int argc, char **argv)
{
	char path[64];
	long mib;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	device_path(path, sizeof(path), argv[1]);
	if (measured_pass("raw-write", argv[1], path, O_WRONLY | O_DIRECT, mib,
			  write_chunk))
		return -1;
	return measured_pass("raw-read", argv[1], path, O_RDONLY | O_DIRECT,
			     mib, check_chunk);
}

/*
 * raw-lose <disk> <seconds>: write and read its first MiB, as raw-io does,
 * until the disk is taken away. Nothing is reported meanwhile.
 */
static int raw_lose(int argc, char **argv)
{
	char path[64], *data, *back;
	int fd, ret = -1;
	struct pattern p;
	uint64_t end;
	long seconds;

	(void)argc;
	if (parse_number(argv[2], 1, 3600, &seconds))
		return -1;
	device_path(path, sizeof(path), argv[1]);
	if (posix_memalign((void **)&data, 4096, 2 * MIB))
		return step_fail("no memory");
	back = data + MIB;
	pattern_start(&p, DATA_SEED);
	pattern_fill(&p, data, MIB);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (fd < 0) {
		step_fail("open %s: %s", path, strerror(errno));
		goto free;
	}

	end = now_ms() + seconds * 1000;
	do {
		ret = 0;
		if (pwrite(fd, data, MIB, 0) != MIB ||
		    pread(fd, back, MIB, 0) != MIB)
			break;
		if (memcmp(data, back, MIB))
			ret = step_fail("wrong data");
		else if (now_ms() > end)
			ret = step_fail("%s still works", path);
	} while (!ret);
	close(fd);
free:
	free(data);
	return ret;
}

/* verify-image <file> <MiB>: what raw-io wrote, seen from behind */
static int verify_image(int argc, char **argv)
{
	long mib;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	return pass_over(argv[1], O_RDONLY, mib, DATA_SEED, check_chunk);
}

/* make-image <file> <MiB>: what verify-image finds right */
static int make_image(int argc, char **argv)
{
	long mib;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	return pass_over(argv[1], O_WRONLY | O_CREAT | O_TRUNC, mib, DATA_SEED,
			 write_chunk);
}

/* Write and verify files over and over, until the time is up. */
static int churn(int argc, char **argv)
{
	uint64_t end;
	long seconds, rounds = 0;
	char path[64];

	(void)argc;
	if (parse_number(argv[1], 1, 3600, &seconds))
		return -1;
	snprintf(path, sizeof(path), MOUNT_POINT "/churn.%d", getpid());
	end = now_ms() + seconds * 1000;
	do {
		uint64_t seed = getpid() * 1000ull + rounds;

		if (pass_over(path, O_RDWR | O_CREAT | O_TRUNC, 4, seed,
			      write_chunk) ||
		    drop_caches(0, NULL) ||
		    pass_over(path, O_RDONLY, 4, seed, check_chunk))
			return -1;
		rounds++;
	} while (now_ms() < end);
	unlink(path);
	return 0;
}

static int check_filesystem(int argc, char **argv)
{
	char path[64];
	char *const cmd[] = { "/sbin/e2fsck", "-fn", path, NULL };
	int status;

	(void)argc;
	device_path(path, sizeof(path), argv[1]);
	status = run_program(120, cmd);
	if (status)
		return step_fail("e2fsck -fn %s: exit status %d", path, status);
	return 0;
}

/* After a discard that the device promises to zero nothing is assumed of the
 * data, only that the request ends well.
 */
static int discard(int argc, char **argv)
{
	uint64_t range[2] = { 0, 0 };
	char path[64];
	long mib;
	int fd, ret;

	(void)argc;
	if (parse_number(argv[2], 1, 65536, &mib))
		return -1;
	device_path(path, sizeof(path), argv[1]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return step_fail("open %s: %s", path, strerror(errno));
	range[1] = (uint64_t)mib * MIB;
	ret = ioctl(fd, BLKDISCARD, range);
	close(fd);
	return ret ? step_fail("BLKDISCARD: %s", strerror(errno)) : 0;
}

/* disk-is <disk> <attribute> <value>, as /sys/block/<disk>/ shows it */
static int disk_is(int argc, char **argv)
{
	char path[128], value[64];

	(void)argc;
	snprintf(path, sizeof(path), "/sys/block/%s/%s", argv[1], argv[2]);
	if (read_line(path, value, sizeof(value)))
		return step_fail("%s: %s", path, strerror(errno));
	if (strcmp(value, argv[3]))
		return step_fail("%s is %s", path, value);
	return 0;
}

/* The kernel lets a read-only disk be opened for writing, not written. */
static int write_refused(int argc, char **argv)
{
	char path[64], byte = 0;
	ssize_t n;
	int fd;

	(void)argc;
	device_path(path, sizeof(path), argv[1]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = write(fd, &byte, 1);
	if (n == 1)
		n = fsync(fd) ? -1 : 1;
	close(fd);
	return n < 0 ? 0 : step_fail("%s was written to", path);
}

const struct verb disk_verbs[] = {
	{ "await-disk", "<disk>", 1, 1, await_disk },
	{ "mount", "<disk> [type]", 1, 2, mount_disk },
	{ "mount-9p", "<tag>", 1, 1, mount_9p },
	{ "umount", "", 0, 0, unmount_disk },
	{ "remount", "<disk> [type]", 1, 2, remount_disk },
	{ "drop-caches", "", 0, 0, drop_caches },
	{ "fill", "<disk> <MiB>", 2, 2, fill },
	{ "verify", "<disk> <MiB>", 2, 2, verify },
	{ "raw-io", "<disk> <MiB>", 2, 2, raw_io },
	{ "raw-lose", "<disk> <seconds>", 2, 2, raw_lose },
	{ "verify-image", "<file> <MiB>", 2, 2, verify_image },
	{ "make-image", "<file> <MiB>", 2, 2, make_image },
	{ "churn", "<seconds>", 1, 1, churn },
	{ "fsck", "<disk>", 1, 1, check_filesystem },
	{ "discard", "<disk> <MiB>", 2, 2, discard },
	{ "disk-is", "<disk> <attribute> <value>", 3, 3, disk_is },
	{ "write-refused", "<disk>", 1, 1, write_refused },
	{ 0 }
};
