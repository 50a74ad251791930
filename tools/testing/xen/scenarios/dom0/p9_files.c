// SPDX-License-Identifier: GPL-2.0
/*
 * What the requests of 9P2000.L do to a folder: those that mounting, files and
 * folders need. All others are answered with EOPNOTSUPP.
 *
 * A place is a descriptor (O_PATH), and a step from it is a name without a
 * slash that is neither "." nor "..": no way leads out of the folder, and no
 * symbolic link is followed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "p9.h"

#define NO_FID		UINT32_MAX
#define MAX_WALK	16
/* The answer to a read, less its bytes: head and count. */
#define READ_HEAD	(P9_HEAD + 4)

#define QID_FOLDER	0x80
#define GETATTR_BASIC	0x7ff

/* The protocol's own bits, whatever the architecture calls them. */
#define OPEN_MODE	0x3
#define OPEN_TRUNCATE	01000
#define REMOVE_FOLDER	0x200

#define SET_SIZE	0x08
#define SET_ATIME	0x10
#define SET_MTIME	0x20
#define SET_CTIME	0x40
#define SET_THIS_ATIME	0x80
#define SET_THIS_MTIME	0x100

enum p9_request {
	P9_ERROR	= 6,
	P9_STATFS	= 8,
	P9_OPEN		= 12,
	P9_CREATE	= 14,
	P9_GETATTR	= 24,
	P9_SETATTR	= 26,
	P9_READDIR	= 40,
	P9_FSYNC	= 50,
	P9_MKDIR	= 72,
	P9_UNLINKAT	= 76,
	P9_VERSION	= 100,
	P9_ATTACH	= 104,
	P9_FLUSH	= 108,
	P9_WALK		= 110,
	P9_READ		= 116,
	P9_WRITE	= 118,
	P9_CLUNK	= 120,
	P9_NR,
};

static struct p9_fid *find(struct p9_files *f, uint32_t number)
{
	size_t i;

	for (i = 0; i < P9_FIDS; i++)
		if (f->fids[i].used && f->fids[i].number == number)
			return &f->fids[i];
	return NULL;
}

static struct p9_fid *get_fid(struct p9_files *f, struct p9_in *in)
{
	uint32_t number = p9_get(in, 4);

	return in->bad ? NULL : find(f, number);
}

/* The descriptor is the fid's from here on; on an error it is closed. */
static int add_fid(struct p9_files *f, uint32_t number, int path)
{
	size_t i;

	if (number == NO_FID || find(f, number)) {
		close(path);
		return -EINVAL;
	}
	for (i = 0; i < P9_FIDS; i++) {
		if (f->fids[i].used)
			continue;
		f->fids[i] = (struct p9_fid){
			.used = true, .number = number, .path = path, .io = -1,
		};
		return 0;
	}
	close(path);
	return -ENFILE;
}

static void drop_fid(struct p9_fid *fid)
{
	close(fid->path);
	if (fid->io >= 0)
		close(fid->io);
	fid->used = false;
}

static void drop_all(struct p9_files *f)
{
	size_t i;

	for (i = 0; i < P9_FIDS; i++)
		if (f->fids[i].used)
			drop_fid(&f->fids[i]);
}

/* A name in a folder, and nothing that leads elsewhere. */
static int get_name(struct p9_in *in, char *name)
{
	p9_get_string(in, name, NAME_MAX + 1);
	if (in->bad)
		return -EINVAL;
	if (!name[0] || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return -ENOENT;
	return 0;
}

/* A place by a name that calls take which have none for descriptors. */
static void name_of(int fd, char *name, size_t size)
{
	snprintf(name, size, "/proc/self/fd/%d", fd);
}

static void put_qid(struct p9_out *out, mode_t mode, uint64_t mtime,
		    uint64_t inode)
{
	p9_put(out, 1, S_ISDIR(mode) ? QID_FOLDER : 0);
	p9_put(out, 4, mtime);
	p9_put(out, 8, inode);
}

static int put_qid_of(struct p9_out *out, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	put_qid(out, st.st_mode, st.st_mtime, st.st_ino);
	return 0;
}

/* It forgets all that was before. */
static int version(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	uint32_t size = p9_get(in, 4);
	char text[32];

	p9_get_string(in, text, sizeof(text));
	if (in->bad || size < 4096)
		return -EINVAL;
	drop_all(f);
	f->message_size = size < P9_MESSAGE_SIZE ? size : P9_MESSAGE_SIZE;
	p9_put(out, 4, f->message_size);
	p9_put_string(out, strcmp(text, "9P2000.L") ? "unknown" : text);
	return 0;
}

/* Whoever it says to be: dom0's root does what it asks for. */
static int attach(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	uint32_t number = p9_get(in, 4);
	int path, ret;

	p9_get(in, 4);
	if (in->bad)
		return -EINVAL;
	path = openat(f->folder, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (path < 0)
		return -errno;
	ret = add_fid(f, number, path);
	return ret ? ret : put_qid_of(out, path);
}

/* One step of a walk: the new place in *@path, in place of the old one. */
static int walk_to(struct p9_in *in, int *path)
{
	char name[NAME_MAX + 1];
	int next, ret = get_name(in, name);

	if (ret)
		return ret;
	next = openat(*path, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0)
		return -errno;
	close(*path);
	*path = next;
	return 0;
}

/*
 * A walk that fails behind its first step is answered with the steps that
 * went well, and the new fid does not come to be.
 */
static int walk(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint32_t number = p9_get(in, 4);
	unsigned int i, count = p9_get(in, 2);
	uint8_t *walked;
	int path, ret = 0;

	if (in->bad || !fid || fid->io >= 0 || count > MAX_WALK)
		return -EINVAL;
	path = fcntl(fid->path, F_DUPFD_CLOEXEC, 0);
	if (path < 0)
		return -errno;
	walked = p9_put_data(out, 2);
	for (i = 0; i < count; i++) {
		ret = walk_to(in, &path);
		if (!ret)
			ret = put_qid_of(out, path);
		if (ret)
			break;
	}
	walked[0] = i;
	walked[1] = 0;
	if (ret) {
		close(path);
		return i ? 0 : ret;
	}
	if (number == fid->number)
		drop_fid(fid);
	return add_fid(f, number, path);
}

static int clunk(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);

	(void)out;
	if (!fid)
		return -EBADF;
	drop_fid(fid);
	return 0;
}

/* Requests are answered in their order: there is never one to be stopped. */
static int flush(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	(void)f;
	(void)in;
	(void)out;
	return 0;
}

static int statfs_of(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	struct statfs st;

	if (!fid)
		return -EBADF;
	if (fstatfs(fid->path, &st))
		return -errno;
	p9_put(out, 4, st.f_type);
	p9_put(out, 4, st.f_bsize);
	p9_put(out, 8, st.f_blocks);
	p9_put(out, 8, st.f_bfree);
	p9_put(out, 8, st.f_bavail);
	p9_put(out, 8, st.f_files);
	p9_put(out, 8, st.f_ffree);
	p9_put(out, 8, 0);
	p9_put(out, 4, st.f_namelen);
	return 0;
}

static void put_time(struct p9_out *out, const struct timespec *ts)
{
	p9_put(out, 8, ts->tv_sec);
	p9_put(out, 8, ts->tv_nsec);
}

static int getattr(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	static const struct timespec none;
	struct p9_fid *fid = get_fid(f, in);
	struct stat st;

	if (!fid)
		return -EBADF;
	if (fstat(fid->path, &st))
		return -errno;
	p9_put(out, 8, GETATTR_BASIC);
	put_qid(out, st.st_mode, st.st_mtime, st.st_ino);
	p9_put(out, 4, st.st_mode);
	p9_put(out, 4, st.st_uid);
	p9_put(out, 4, st.st_gid);
	p9_put(out, 8, st.st_nlink);
	p9_put(out, 8, st.st_rdev);
	p9_put(out, 8, st.st_size);
	p9_put(out, 8, st.st_blksize);
	p9_put(out, 8, st.st_blocks);
	put_time(out, &st.st_atim);
	put_time(out, &st.st_mtim);
	put_time(out, &st.st_ctim);
	put_time(out, &none);
	p9_put(out, 8, 0);
	p9_put(out, 8, 0);
	return 0;
}

static struct timespec get_time(struct p9_in *in, bool set, bool this)
{
	struct timespec ts;

	ts.tv_sec = p9_get(in, 8);
	ts.tv_nsec = p9_get(in, 8);
	if (!this)
		ts.tv_nsec = set ? UTIME_NOW : UTIME_OMIT;
	return ts;
}

static int setattr(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint32_t valid = p9_get(in, 4);
	struct timespec times[2];
	char name[32];
	uint64_t size;

	(void)out;
	p9_get_data(in, 12);
	size = p9_get(in, 8);
	times[0] = get_time(in, valid & SET_ATIME, valid & SET_THIS_ATIME);
	times[1] = get_time(in, valid & SET_MTIME, valid & SET_THIS_MTIME);
	if (in->bad || size > INT64_MAX)
		return -EINVAL;
	if (!fid)
		return -EBADF;
	if (valid & ~(SET_SIZE | SET_ATIME | SET_MTIME | SET_CTIME |
		      SET_THIS_ATIME | SET_THIS_MTIME))
		return -EOPNOTSUPP;
	name_of(fid->path, name, sizeof(name));
	if (valid & SET_SIZE && truncate(name, size))
		return -errno;
	return utimensat(AT_FDCWD, name, times, 0) ? -errno : 0;
}

/* Of files and folders only: to open others may take for ever. */
static int check_kind(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ? 0 : -EOPNOTSUPP;
}

/* A file, and that it sets no limit to what is read or written at once. */
static int put_opened(struct p9_out *out, int fd)
{
	int ret = put_qid_of(out, fd);

	p9_put(out, 4, 0);
	return ret;
}

static int open_file(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint32_t flags = p9_get(in, 4);
	char name[32];
	int ret;

	if (in->bad || !fid || fid->io >= 0)
		return -EINVAL;
	ret = check_kind(fid->path);
	if (ret)
		return ret;
	name_of(fid->path, name, sizeof(name));
	fid->io = open(name, (flags & OPEN_MODE) |
			     (flags & OPEN_TRUNCATE ? O_TRUNC : 0) | O_CLOEXEC);
	return fid->io < 0 ? -errno : put_opened(out, fid->io);
}

/* The folder's fid becomes that of the open file. */
static int create(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	char name[NAME_MAX + 1], opened[32];
	int ret = get_name(in, name);
	uint32_t flags = p9_get(in, 4);
	uint32_t mode = p9_get(in, 4);
	int io, path;

	if (in->bad || !fid || fid->io >= 0)
		return -EINVAL;
	if (ret)
		return ret;
	io = openat(fid->path, name, (flags & OPEN_MODE) | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, mode & 0777);
	if (io < 0)
		return -errno;
	name_of(io, opened, sizeof(opened));
	path = open(opened, O_PATH | O_CLOEXEC);
	if (path < 0) {
		close(io);
		return -EIO;
	}
	close(fid->path);
	fid->path = path;
	fid->io = io;
	return put_opened(out, io);
}

static int make_folder(struct p9_files *f, struct p9_in *in,
		       struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	char name[NAME_MAX + 1];
	int ret = get_name(in, name);
	uint32_t mode = p9_get(in, 4);
	struct stat st;

	if (in->bad || !fid)
		return -EINVAL;
	if (ret)
		return ret;
	if (mkdirat(fid->path, name, mode & 0777) ||
	    fstatat(fid->path, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	put_qid(out, st.st_mode, st.st_mtime, st.st_ino);
	return 0;
}

static int unlink_name(struct p9_files *f, struct p9_in *in,
		       struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	char name[NAME_MAX + 1];
	int ret = get_name(in, name);
	uint32_t flags = p9_get(in, 4);

	(void)out;
	if (in->bad || !fid)
		return -EINVAL;
	if (ret)
		return ret;
	return unlinkat(fid->path, name,
			flags & REMOVE_FOLDER ? AT_REMOVEDIR : 0) ? -errno : 0;
}

static int sync_file(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);

	(void)out;
	if (!fid || fid->io < 0)
		return -EBADF;
	return fsync(fid->io) ? -errno : 0;
}

/* How many bytes may come: what is asked for, or what the message holds. */
static size_t at_most(const struct p9_files *f, uint32_t count)
{
	size_t room = f->message_size - READ_HEAD;

	return count < room ? count : room;
}

/* The bytes stand behind their count, and nothing behind them. */
static int put_count(struct p9_out *out, uint8_t *count, ssize_t len)
{
	if (len < 0)
		return -errno;
	p9_put(&(struct p9_out){ .at = count, .left = 4 }, 4, len);
	p9_put_data(out, len);
	return 0;
}

static int read_file(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint64_t offset = p9_get(in, 8);
	uint32_t count = p9_get(in, 4);
	uint8_t *place;

	if (in->bad || offset > INT64_MAX)
		return -EINVAL;
	if (!fid || fid->io < 0)
		return -EBADF;
	place = p9_put_data(out, 4);
	return put_count(out, place, pread(fid->io, out->at, at_most(f, count),
					   offset));
}

static int write_file_at(struct p9_files *f, struct p9_in *in,
			 struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint64_t offset = p9_get(in, 8);
	uint32_t count = p9_get(in, 4);
	const uint8_t *data = p9_get_data(in, count);
	ssize_t n;

	if (!data || offset > INT64_MAX)
		return -EINVAL;
	if (!fid || fid->io < 0)
		return -EBADF;
	n = pwrite(fid->io, data, count, offset);
	if (n < 0)
		return -errno;
	p9_put(out, 4, n);
	return 0;
}

struct kernel_dirent {
	uint64_t inode;
	int64_t next;
	unsigned short len;
	unsigned char type;
	char name[];
};

/* False if it has no room. */
static bool put_entry(struct p9_out *out, const struct kernel_dirent *e)
{
	p9_put(out, 1, e->type == DT_DIR ? QID_FOLDER : 0);
	p9_put(out, 4, 0);
	p9_put(out, 8, e->inode);
	p9_put(out, 8, e->next);
	p9_put(out, 1, e->type);
	p9_put_string(out, e->name);
	return !out->full;
}

/* As many whole entries as there is room for; how many bytes, or an error. */
static ssize_t put_entries(int fd, struct p9_out *room)
{
	uint64_t buf[1024];
	const struct kernel_dirent *e;
	uint8_t *begin = room->at, *end;
	ssize_t at, n;

	while ((n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += e->len) {
			e = (const void *)((const char *)buf + at);
			end = room->at;
			if (!put_entry(room, e))
				return end - begin;
		}
	}
	return n < 0 && room->at == begin ? -1 : room->at - begin;
}

/*
 * From an offset that came with an entry, or 0. The descriptor's own position
 * has gone further than what had room, and is set anew each time.
 */
static int readdir_of(struct p9_files *f, struct p9_in *in, struct p9_out *out)
{
	struct p9_fid *fid = get_fid(f, in);
	uint64_t offset = p9_get(in, 8);
	uint32_t count = p9_get(in, 4);
	struct p9_out room;
	uint8_t *place;

	if (in->bad || offset > INT64_MAX)
		return -EINVAL;
	if (!fid || fid->io < 0)
		return -EBADF;
	if (lseek(fid->io, offset, SEEK_SET) < 0)
		return -errno;
	place = p9_put_data(out, 4);
	room = (struct p9_out){ .at = out->at, .left = at_most(f, count) };
	return put_count(out, place, put_entries(fid->io, &room));
}

static int (*const requests[P9_NR])(struct p9_files *f, struct p9_in *in,
				    struct p9_out *out) = {
	[P9_STATFS]	= statfs_of,
	[P9_OPEN]	= open_file,
	[P9_CREATE]	= create,
	[P9_GETATTR]	= getattr,
	[P9_SETATTR]	= setattr,
	[P9_READDIR]	= readdir_of,
	[P9_FSYNC]	= sync_file,
	[P9_MKDIR]	= make_folder,
	[P9_UNLINKAT]	= unlink_name,
	[P9_VERSION]	= version,
	[P9_ATTACH]	= attach,
	[P9_FLUSH]	= flush,
	[P9_WALK]	= walk,
	[P9_READ]	= read_file,
	[P9_WRITE]	= write_file_at,
	[P9_CLUNK]	= clunk,
};

/* Before a version was agreed on there is nothing else to be asked for. */
static int carry_out(struct p9_files *f, unsigned int type, struct p9_in *in,
		     struct p9_out *out)
{
	int ret;

	if (type >= P9_NR || !requests[type])
		return -EOPNOTSUPP;
	if (type != P9_VERSION && !f->message_size)
		return -EPROTO;
	ret = requests[type](f, in, out);
	if (!ret && (in->bad || out->full))
		ret = -EINVAL;
	return ret;
}

size_t p9_files_answer(struct p9_files *f, const uint8_t *request, size_t len,
		       uint8_t *answer)
{
	struct p9_in in = { .at = request + 4, .left = len - 4 };
	struct p9_out out = {
		.at = answer + P9_HEAD, .left = P9_MESSAGE_SIZE - P9_HEAD,
	};
	unsigned int type = p9_get(&in, 1);
	uint16_t tag = p9_get(&in, 2);
	int ret = carry_out(f, type, &in, &out);
	struct p9_out head = { .at = answer, .left = P9_HEAD };

	if (ret) {
		type = P9_ERROR;
		out.at = answer + P9_HEAD;
		out.left = 4;
		out.full = false;
		p9_put(&out, 4, -ret);
	}
	p9_put(&head, 4, out.at - answer);
	p9_put(&head, 1, type + 1);
	p9_put(&head, 2, tag);
	return out.at - answer;
}

int p9_files_open(struct p9_files *f, const char *folder)
{
	memset(f, 0, sizeof(*f));
	f->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return f->folder < 0 ? -1 : 0;
}

void p9_files_close(struct p9_files *f)
{
	drop_all(f);
	close(f->folder);
}
