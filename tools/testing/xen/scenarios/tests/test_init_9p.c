// SPDX-License-Identifier: GPL-2.0
/*
 * dom0's 9P server: a client that mounts, writes, reads and lists, one that
 * wants out of the folder, one that sends what is no message, and rings whose
 * frontend lies.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dom0/p9_message.c"
#include "../dom0/p9_files.c"
#include "../dom0/p9_ring.c"
#include "../../host/ktap.h"

#define ROOT	1
#define SIZE	8192

static struct p9_files files;
static uint8_t request[P9_MESSAGE_SIZE], answer[P9_MESSAGE_SIZE];
static struct p9_out out;
static struct p9_in in;

/* What init has; a step that fails says so by its result. */
int step_fail(const char *fmt, ...)
{
	(void)fmt;
	return -1;
}

uint64_t now_ms(void)
{
	return 0;
}

long ms_left(uint64_t begin, long ms)
{
	(void)begin;
	return ms;
}

/* The other end of the ring: one page of indexes, and two of data. */
static _Alignas(4096) char pages[3][4096];
static unsigned int mapped, sent, awaited;

int shared_map(struct shared *s, unsigned int domid, const uint32_t *refs,
	       unsigned int count)
{
	(void)domid;
	s->count = count;
	s->addr = pages[refs[0]];
	mapped += count;
	return refs[0] + count > 3 ? -1 : 0;
}

int shared_end(struct shared *s)
{
	mapped -= s->count;
	return 0;
}

int event_join(int fd, unsigned int domid, unsigned int port)
{
	(void)fd;
	(void)domid;
	return port;
}

int event_send(int fd, unsigned int port)
{
	(void)fd;
	(void)port;
	sent++;
	return 0;
}

/* Nobody is there to make room. */
int event_await(int fd, long ms)
{
	(void)fd;
	(void)ms;
	awaited++;
	return -1;
}

static void begin(enum p9_request type)
{
	out = (struct p9_out){ .at = request, .left = sizeof(request) };
	p9_put(&out, 4, 0);
	p9_put(&out, 1, type);
	p9_put(&out, 2, 0x7a6);
}

/* 0, or the error; what it says then is in "in". */
static int ask(void)
{
	size_t len = out.at - request;
	struct p9_out head = { .at = request, .left = 4 };
	unsigned int type = request[4], got;

	p9_put(&head, 4, len);
	/* A copy of its own size, that reading behind it is seen. */
	uint8_t *copy = malloc(len);

	memcpy(copy, request, len);
	len = p9_files_answer(&files, copy, len, answer);
	free(copy);
	in = (struct p9_in){ .at = answer, .left = len };
	if (p9_get(&in, 4) != len)
		return -1;
	got = p9_get(&in, 1);
	if (p9_get(&in, 2) != 0x7a6)
		return -1;
	if (got == P9_ERROR + 1)
		return p9_get(&in, 4);
	return got == type + 1 ? 0 : -1;
}

static int walk_from(uint32_t from, uint32_t to, const char *name)
{
	begin(P9_WALK);
	p9_put(&out, 4, from);
	p9_put(&out, 4, to);
	p9_put(&out, 2, !!name);
	if (name)
		p9_put_string(&out, name);
	return ask();
}

static int on_fid(enum p9_request type, uint32_t fid)
{
	begin(type);
	p9_put(&out, 4, fid);
	return ask();
}

static int open_fid(uint32_t fid, uint32_t flags)
{
	begin(P9_OPEN);
	p9_put(&out, 4, fid);
	p9_put(&out, 4, flags);
	return ask();
}

static int create_in(uint32_t fid, const char *name)
{
	begin(P9_CREATE);
	p9_put(&out, 4, fid);
	p9_put_string(&out, name);
	p9_put(&out, 4, 2);
	p9_put(&out, 4, 0644);
	p9_put(&out, 4, 0);
	return ask();
}

static int read_at(enum p9_request type, uint32_t fid, uint64_t offset,
		   uint32_t count)
{
	begin(type);
	p9_put(&out, 4, fid);
	p9_put(&out, 8, offset);
	p9_put(&out, 4, count);
	return ask();
}

static int agree_and_attach(void)
{
	int ret;

	begin(P9_VERSION);
	p9_put(&out, 4, SIZE);
	p9_put_string(&out, "9P2000.L");
	ret = ask();
	if (ret || p9_get(&in, 4) != SIZE)
		return -1;
	begin(P9_ATTACH);
	p9_put(&out, 4, ROOT);
	p9_put(&out, 4, NO_FID);
	p9_put_string(&out, "root");
	p9_put_string(&out, "");
	p9_put(&out, 4, 0);
	return ask();
}

static void mounting(void)
{
	ktap_ok(on_fid(P9_STATFS, ROOT) == EPROTO,
		"nothing is answered before a version");
	begin(P9_VERSION);
	p9_put(&out, 4, SIZE);
	p9_put_string(&out, "9P2000.u");
	ktap_ok(!ask() && p9_get(&in, 4) == SIZE && p9_get(&in, 2) == 7 &&
		!memcmp(in.at, "unknown", 7), "another version is not known");
	ktap_ok(!agree_and_attach() && p9_get(&in, 1) == QID_FOLDER,
		"the folder is attached");
	ktap_ok(!on_fid(P9_STATFS, ROOT) && in.left == 60,
		"its file system is told");
	begin(70);
	ktap_ok(ask() == EOPNOTSUPP, "what is not known is not done");
}

static void files_of_it(void)
{
	ktap_ok(!walk_from(ROOT, 2, NULL) && !create_in(2, "file"),
		"a file is created");
	begin(P9_WRITE);
	p9_put(&out, 4, 2);
	p9_put(&out, 8, 3);
	p9_put(&out, 4, 5);
	memcpy(p9_put_data(&out, 5), "hello", 5);
	ktap_ok(!ask() && p9_get(&in, 4) == 5, "written to");
	ktap_ok(!on_fid(P9_FSYNC, 2), "brought to the disk");
	ktap_ok(!read_at(P9_READ, 2, 4, 100) && p9_get(&in, 4) == 4 &&
		in.left == 4 && !memcmp(in.at, "ello", 4), "and read");
	ktap_ok(create_in(ROOT, "file") == EEXIST, "it is there once");
	ktap_ok(!walk_from(ROOT, 3, "file"), "a walk leads there");
	begin(P9_GETATTR);
	p9_put(&out, 4, 3);
	p9_put(&out, 8, GETATTR_BASIC);
	ktap_ok(!ask() && in.left == 153 && (p9_get_data(&in, 49), true) &&
		p9_get(&in, 8) == 8, "its size is told");
	ktap_ok(read_at(P9_READ, 3, 0, 1) == EBADF,
		"what is not open cannot be read");
	ktap_ok(!open_fid(3, OPEN_TRUNCATE | 2) &&
		!read_at(P9_READ, 2, 0, 9) && p9_get(&in, 4) == 0,
		"to open may truncate");
	ktap_ok(!on_fid(P9_CLUNK, 2) && on_fid(P9_CLUNK, 2) == EBADF,
		"a fid ends once");
	on_fid(P9_CLUNK, 3);
}

/* All names, asked for in answers of this size: each once. */
static unsigned int list(uint32_t fid, uint32_t count, unsigned int most)
{
	unsigned int names = 0;
	uint64_t offset = 0;
	char name[256];

	while (!read_at(P9_READDIR, fid, offset, count) && p9_get(&in, 4)) {
		if (in.left > count || names > most)
			return -1;
		while (in.left) {
			p9_get_data(&in, 13);
			offset = p9_get(&in, 8);
			p9_get(&in, 1);
			p9_get_string(&in, name, sizeof(name));
			names += name[0] != '.';
			if (in.bad)
				return -1;
		}
	}
	return names;
}

static void folders(void)
{
	char name[32];
	int i;

	begin(P9_MKDIR);
	p9_put(&out, 4, ROOT);
	p9_put_string(&out, "many");
	p9_put(&out, 4, 0755);
	p9_put(&out, 4, 0);
	ktap_ok(!ask() && p9_get(&in, 1) == QID_FOLDER, "a folder is made");
	walk_from(ROOT, 4, "many");
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "name-%d", i);
		walk_from(4, 5, NULL);
		create_in(5, name);
		on_fid(P9_CLUNK, 5);
	}
	open_fid(4, 0);
	ktap_ok(list(4, 200, 500) == 500, "it is listed in small pieces");
	ktap_ok(list(4, UINT32_MAX, 500) == 500, "and in whole messages");
	begin(P9_UNLINKAT);
	p9_put(&out, 4, ROOT);
	p9_put_string(&out, "many");
	p9_put(&out, 4, REMOVE_FOLDER);
	ktap_ok(ask() == ENOTEMPTY, "a full folder is not removed");
	on_fid(P9_CLUNK, 4);
}

static void ways_out(void)
{
	static const char *const names[] = { "..", ".", "", "a/b", "/" };
	unsigned int i, refused = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		refused += walk_from(ROOT, 6, names[i]) == ENOENT &&
			   create_in(ROOT, names[i]) == ENOENT;
	ktap_ok(refused == ARRAY_SIZE(names), "no name leads out");
	symlinkat("/etc", files.folder, "link");
	ktap_ok(!walk_from(ROOT, 6, "link") &&
		walk_from(6, 7, "passwd") == ENOTDIR &&
		open_fid(6, 0) == EOPNOTSUPP, "nor does a symbolic link");
	mknodat(files.folder, "fifo", S_IFIFO | 0600, 0);
	walk_from(ROOT, 7, "fifo");
	ktap_ok(open_fid(7, 0) == EOPNOTSUPP, "a FIFO keeps nobody waiting");
	on_fid(P9_CLUNK, 6);
	on_fid(P9_CLUNK, 7);
}

static unsigned int open_fids(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < P9_FIDS; i++)
		n += files.fids[i].used;
	return n;
}

static void limits(void)
{
	uint32_t fid;
	int ret = 0;

	for (fid = 100; !ret && fid < 100 + 2 * P9_FIDS; fid++)
		ret = walk_from(ROOT, fid, NULL);
	ktap_ok(ret == ENFILE && open_fids() == P9_FIDS,
		"there are so many fids and no more");
	ktap_ok(!agree_and_attach() && open_fids() == 1,
		"a new version ends them all");
	ktap_ok(walk_from(ROOT, ROOT, NULL) == 0 && open_fids() == 1,
		"a walk may end where it began");
	begin(P9_WALK);
	p9_put(&out, 4, ROOT);
	p9_put(&out, 4, 9);
	p9_put(&out, 2, 2);
	p9_put_string(&out, "many");
	p9_put_string(&out, "none");
	ktap_ok(!ask() && p9_get(&in, 2) == 1 && in.left == 13 &&
		open_fids() == 1, "half a walk makes no fid");
	begin(P9_WRITE);
	p9_put(&out, 4, ROOT);
	p9_put(&out, 8, 0);
	p9_put(&out, 4, 1000);
	ktap_ok(ask() == EINVAL, "bytes that did not come are not written");
}

/* Whatever is asked for, an answer is well formed, and all that is open ends. */
static void nonsense(void)
{
	static const uint8_t types[] = {
		P9_STATFS, P9_OPEN, P9_CREATE, P9_GETATTR, P9_SETATTR,
		P9_READDIR, P9_FSYNC, P9_MKDIR, P9_WALK, P9_READ, P9_WRITE,
		P9_CLUNK, P9_FLUSH, P9_ATTACH, 0, 255,
	};
	unsigned int i, k, len, wrong = 0;

	srand(1);
	for (i = 0; i < 20000; i++) {
		begin(types[rand() % ARRAY_SIZE(types)]);
		len = rand() % 64;
		for (k = 0; k < len; k++)
			p9_put(&out, 1, rand() % 3 ? rand() % 4 : rand());
		wrong += ask() < 0;
		if (i % 1000 == 0)
			wrong += !!agree_and_attach();
	}
	ktap_ok(!wrong, "20000 messages without sense have answers");
}

static void put_index(unsigned int at, uint32_t value)
{
	memcpy(pages[0] + at, &value, 4);
}

static uint32_t index_at(unsigned int at)
{
	uint32_t value;

	memcpy(&value, pages[0] + at, 4);
	return value;
}

#define IN_CONS		offsetof(struct xen_9pfs_data_intf, in_cons)
#define IN_PROD		offsetof(struct xen_9pfs_data_intf, in_prod)
#define OUT_CONS	offsetof(struct xen_9pfs_data_intf, out_cons)
#define OUT_PROD	offsetof(struct xen_9pfs_data_intf, out_prod)
#define ORDER		offsetof(struct xen_9pfs_data_intf, ring_order)

/* Two pages of data: 4096 bytes each way. */
static int open_rings(struct p9_ring *r, uint32_t order)
{
	memset(pages, 0, sizeof(pages));
	put_index(ORDER, order);
	put_index(ORDER + 4, 1);
	put_index(ORDER + 8, 2);
	return p9_ring_open(r, 0, 1, 0, 5);
}

static void say_in_ring(uint32_t at, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < 4; i++)
		pages[2][(at + i) % 4096] = len >> 8 * i;
}

static void rings(void)
{
	struct p9_ring r;
	uint32_t at = 0;
	unsigned int i, good = 0;

	ktap_ok(open_rings(&r, 0) && open_rings(&r, 10) && !mapped,
		"a ring of a size that there is not is refused");
	ktap_ok(!open_rings(&r, 1) && mapped == 3, "a ring is mapped");
	for (i = 0; i < 100; i++) {
		say_in_ring(at, 1000);
		pages[2][(at + 999) % 4096] = i;
		at += 1000;
		put_index(OUT_PROD, at - 1);
		good += p9_ring_take(&r, request) == 0;
		put_index(OUT_PROD, at);
		good += p9_ring_take(&r, request) == 1000 &&
			request[999] == i && index_at(OUT_CONS) == at;
	}
	ktap_ok(good == 200, "whole messages are taken, round the ring's end");
	say_in_ring(at, 1000);
	put_index(OUT_PROD, at + 4097);
	ktap_ok(p9_ring_take(&r, request) < 0, "more than fits is no message");
	put_index(OUT_PROD, at + 7);
	say_in_ring(at, 6);
	ktap_ok(p9_ring_take(&r, request) < 0, "nor is less than a head");
	say_in_ring(at, 4097);
	ktap_ok(p9_ring_take(&r, request) < 0, "nor what never fits");

	memset(answer, 0xa5, sizeof(answer));
	ktap_ok(!p9_ring_give(&r, 0, answer, 4000) && sent == 1 &&
		index_at(IN_PROD) == 4000, "an answer is given");
	ktap_ok(p9_ring_give(&r, 0, answer, 97) && awaited == 1,
		"one without room waits");
	put_index(IN_CONS, 4000);
	ktap_ok(!p9_ring_give(&r, 0, answer, 4096) &&
		index_at(IN_PROD) == 8096 && pages[1][3999] == (char)0xa5,
		"until there is room, round the ring's end");
	put_index(IN_CONS, 9000);
	ktap_ok(p9_ring_give(&r, 0, answer, 7) && awaited == 1,
		"who has read what was not written is not waited for");
	ktap_ok(!p9_ring_close(&r) && !mapped, "and all is unmapped");
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* How many descriptors are open. */
static unsigned int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

int main(void)
{
	char folder[] = "/tmp/p9-XXXXXX";
	unsigned int before = descriptors();

	if (!mkdtemp(folder) || p9_files_open(&files, folder))
		return KTAP_EXIT_FAIL;
	mounting();
	files_of_it();
	folders();
	ways_out();
	limits();
	nonsense();
	p9_files_close(&files);
	ktap_ok(descriptors() == before, "no descriptor is left open");
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	rings();
	return ktap_done();
}
