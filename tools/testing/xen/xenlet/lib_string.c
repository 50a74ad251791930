// SPDX-License-Identifier: GPL-2.0
/*
 * Strings and memory. Stateless; any context.
 *
 * The copies move eight words at a time, which compilers turn into pairs of
 * registers: boot copies tens of megabytes of payload with them.
 */
#include <xenlet/lib.h>

#define WORDS	8

struct chunk {
	u64 w[WORDS];
} __attribute__((packed, may_alias));

/* What a hypercall passes is often no longer than this. */
struct word {
	u32 w;
} __attribute__((packed, may_alias));

void *memcpy(void *dst, const void *src, size_t n)
{
	const u8 *s = src;
	u8 *d = dst;

	for (; n >= sizeof(struct chunk); n -= sizeof(struct chunk)) {
		const struct chunk c = *(const struct chunk *)s;

		*(struct chunk *)d = c;
		s += sizeof(c);
		d += sizeof(c);
	}
	for (; n >= sizeof(struct word); n -= sizeof(struct word)) {
		*(struct word *)d = *(const struct word *)s;
		s += sizeof(struct word);
		d += sizeof(struct word);
	}
	while (n--)
		*d++ = *s++;
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	const u8 *s = src;
	u8 *d = dst;

	if (d <= s || d >= s + n)
		return memcpy(dst, src, n);
	while (n--)
		d[n] = s[n];
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	const u64 word = (u8)c * 0x0101010101010101ULL;
	const struct chunk fill = {
		{ word, word, word, word, word, word, word, word }
	};
	u8 *d = dst;

	for (; n >= sizeof(fill); n -= sizeof(fill)) {
		*(struct chunk *)d = fill;
		d += sizeof(fill);
	}
	while (n--)
		*d++ = c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n--; p++)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

size_t strnlen(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && s[len])
		len++;
	return len;
}

size_t strlen(const char *s)
{
	return strnlen(s, ~(size_t)0);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n--; a++, b++) {
		if (*a != *b)
			return (u8)*a - (u8)*b;
		if (!*a)
			break;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, ~(size_t)0);
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++);
	return (char *)found;
}

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return ~0U;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;

	if ((base == 0 || base == 16) && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16) {
		s += 2;
		base = 16;
	} else if (base == 0) {
		base = s[0] == '0' ? 8 : 10;
	}
	for (; digit(*s) < (unsigned int)base; s++)
		value = value * base + digit(*s);
	if (end)
		*end = (char *)s;
	return value;
}
