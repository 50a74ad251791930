/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PID 1 of a test guest: runs the steps of its scenario, one a line, and
 * reports each as a fact.
 *
 * A step is a verb with words behind it; the verbs stand in tables, one for
 * each file of this folder. A verb returns 0 for success and -1 after it said
 * why with step_fail(). Nothing waits without a bound.
 */
#ifndef INIT_H
#define INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define MAX_WORDS	16
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct verb - what a step can say
 * @name: first word of the step
 * @args: the words behind it, for the message when they don't fit
 * @min: fewest words behind the verb
 * @max: most words behind the verb
 * @run: does it; argv[0] is the verb
 */
struct verb {
	const char *name;
	const char *args;
	int min, max;
	int (*run)(int argc, char **argv);
};

extern const struct verb disk_verbs[], net_verbs[], system_verbs[],
			 module_verbs[], kernel_verbs[], page_verbs[];

/* What a device may take to come. A slow machine is no fault. */
#define DEVICE_SECONDS	90

/* main.c */
int step_run(int argc, char **argv);
__printf(1, 2) int step_fail(const char *fmt, ...);
/* What the last step_fail() said. */
const char *step_reason(void);
/* Cut a line into at most MAX_WORDS words and a NULL; how many, or -1. */
int split_words(char *line, char **words);
/* Parse a whole number in [min, max]; -1 after step_fail(). */
int parse_number(const char *word, long min, long max, long *value);

/* system.c: how the guest is to end, for reboot(2) */
int ending(void);
/* ... if at all: it may have to stay where others need it. */
bool staying(void);

/*
 * kernel.c: kmemleak's scans of its own keep a CPU for half a minute; where
 * the log is judged it is asked anyway.
 */
void stop_leak_scans(void);

/* module.c: no modules for devices any more */
void autoload_end(void);

/* report.c: one line of the verdict, over the store and on the console */
__printf(1, 2) void report(const char *fmt, ...);
/* Before the domain ends: wait until somebody has read what was said last. */
void report_settle(void);
/* After a fork: what could not be sent yet is the parent's. */
void report_forget(void);
/* dom0: a word to the harness beside us; false if there is none. */
bool tell_harness(const char *line);
/* A measured span: "step end:<name> ms=<n> <more>" after report_begin(). */
uint64_t report_begin(const char *name);
__printf(3, 4) void report_end(const char *name, uint64_t begin,
			       const char *fmt, ...);

/* store.c: one request to xenstore over /dev/xen/xenbus */
int store_write(const char *path, const char *value);
int store_read(const char *path, char *value, size_t size);
int store_make(const char *path);
int store_remove(const char *path);
/* The node is @owner's, and @reader may read it. */
int store_permit(const char *path, unsigned int owner, unsigned int reader);
/* A connection on which an event comes when @path changes, and one at once. */
int store_watch(const char *path);
/*
 * A request on an open connection: the length of the answer in @reply, which
 * gets an end, or -1. *@event is set if an event came before the answer.
 */
struct iovec;
int store_request(int fd, uint32_t type, const struct iovec *body, int nr,
		  char *reply, size_t size, bool *event);
/* Read one event of a watch; -1 if the connection is broken. */
int store_take_event(int fd);

/*
 * peer.c: what is shared with another domain, from user space.
 *
 * Ports of one descriptor of /dev/xen/evtchn, and the local port's number.
 */
int events_open(void);
int event_offer(int fd, unsigned int domid);
int event_join(int fd, unsigned int domid, unsigned int port);
int event_send(int fd, unsigned int port);
/* Until an event has come to one of them: 0; -1 if none did in @ms. */
int event_await(int fd, long ms);

/**
 * struct shared - pages that two domains have in common
 * @offered: ours, by /dev/xen/gntalloc; else the other's, by /dev/xen/gntdev
 * @fd: of that device
 * @index: what the device calls them
 * @count: how many
 * @addr: where they are, each in a page of ours
 */
struct shared {
	bool offered;
	int fd;
	uint64_t index;
	unsigned int count;
	char *addr;
};

/* Pages of ours for @domid, and the references to them. */
int shared_offer(struct shared *s, unsigned int domid, uint32_t *refs,
		 unsigned int count);
/* Pages of @domid's. */
int shared_map(struct shared *s, unsigned int domid, const uint32_t *refs,
	       unsigned int count);
/* Of those: when they are unmapped, clear this byte and send to this port. */
int shared_notify(struct shared *s, size_t offset, unsigned int port);
/* Unmap, and give back; -1 after step_fail(), with all that can go gone. */
int shared_end(struct shared *s);

/* pattern.c: a reproducible stream of bytes */
struct pattern {
	uint64_t state;
};

void pattern_start(struct pattern *p, uint64_t seed);
/* Fill whole 64-bit words; @len is a multiple of 8. */
void pattern_fill(struct pattern *p, void *buf, size_t len);
/* Offset of the first wrong byte, or @len. */
size_t pattern_check(struct pattern *p, const void *buf, size_t len);

/* util.c */
uint64_t now_ms(void);
/* How much of @ms is left at @begin + @ms; 0 when it is over. */
long ms_left(uint64_t begin, long ms);
/* Poll @ready every 10 ms for @ms milliseconds. */
bool wait_for(bool (*ready)(const char *arg), const char *arg, long ms);
bool path_exists(const char *path);
int write_file(const char *path, const char *text);
/* First line of a file without its newline; -1 and errno if there is none. */
int read_line(const char *path, char *buf, size_t size);
/* Run a program to its end, bounded by @seconds; its exit status, or -1. */
int run_program(int seconds, char *const argv[]);

#endif /* INIT_H */
