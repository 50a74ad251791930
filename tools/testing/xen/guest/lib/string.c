// SPDX-License-Identifier: GPL-2.0
/* The few library calls that a compiler and a report need. */
#include "test.h"

void *memset(void *dst, int c, size_t n)
{
	unsigned char *p = dst;

	while (n--)
		*p++ = c;
	return dst;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	const unsigned char *from = src;
	unsigned char *to = dst;

	while (n--)
		*to++ = *from++;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b)
			return (unsigned char)*a - (unsigned char)*b;
		if (!*a)
			break;
	}
	return 0;
}

/** struct sink - where formatted text goes; counts what did not fit, too */
struct sink {
	char *buf;
	size_t size, used;
};

static void put(struct sink *sink, char c)
{
	if (sink->used + 1 < sink->size)
		sink->buf[sink->used] = c;
	sink->used++;
}

static void put_number(struct sink *sink, unsigned long value,
		       unsigned int base)
{
	char digits[24];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		put(sink, digits[--n]);
}

static void put_signed(struct sink *sink, long value)
{
	if (value < 0)
		put(sink, '-');
	put_number(sink, value < 0 ? -(unsigned long)value :
			 (unsigned long)value, 10);
}

/* %s %c %d %u %x, with l or not. */
int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args)
{
	struct sink sink = { buf, size, 0 };
	const char *s;
	bool wide;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&sink, *fmt);
			continue;
		}
		wide = *++fmt == 'l';
		fmt += wide;
		switch (*fmt) {
		case 's':
			for (s = __builtin_va_arg(args, const char *); *s; s++)
				put(&sink, *s);
			break;
		case 'c':
			put(&sink, __builtin_va_arg(args, int));
			break;
		case 'd':
			put_signed(&sink, wide ? __builtin_va_arg(args, long) :
						 __builtin_va_arg(args, int));
			break;
		case 'u':
		case 'x':
			put_number(&sink,
				   wide ? __builtin_va_arg(args, unsigned long) :
				   __builtin_va_arg(args, unsigned int),
				   *fmt == 'x' ? 16 : 10);
			break;
		default:
			put(&sink, *fmt);
			break;
		}
	}
	if (size)
		buf[sink.used < size ? sink.used : size - 1] = 0;
	return sink.used;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	__builtin_va_end(args);
	return n;
}
