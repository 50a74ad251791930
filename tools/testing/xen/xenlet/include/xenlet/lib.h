/* SPDX-License-Identifier: GPL-2.0 */
/* The few library calls that a freestanding program needs. */
#ifndef XENLET_LIB_H
#define XENLET_LIB_H

#include <stdarg.h>
#include <xenlet/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)	((a) < (b) ? (a) : (b))
#define MAX(a, b)	((a) > (b) ? (a) : (b))
#define ROUND_UP(x, a)	(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define BIT(n)		(1ULL << (n))

/* Read or write shared memory exactly once. */
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
unsigned long strtoul(const char *s, char **end, int base);

/* %d %u %x %lx %lu %llx %llu %s %.*s %c %p %zu, width and zero flag */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** printk() - a line of xenlet's own on the console, "(XEN) " in front */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** panic() - print, dump, power off; only for xenlet's own broken state or
 * a machine it cannot run on, never for what a guest did
 */
void panic(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif /* XENLET_LIB_H */
