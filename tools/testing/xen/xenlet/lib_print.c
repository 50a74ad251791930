// SPDX-License-Identifier: GPL-2.0
/*
 * Formatted output. vsnprintf() is stateless; printk() writes whole lines to
 * the UART and may be called from anywhere, because the last words of a
 * broken machine must get out.
 */
#include <xenlet/lib.h>
#include <xenlet/machine.h>
#include <xenlet/uart.h>

struct output {
	char *buf;
	size_t size;	/* of @buf, with the terminator */
	size_t len;	/* written, or that would have been */
};

struct spec {
	bool zero, left;
	int width;
	int precision;	/* -1: none */
	unsigned int longs;
};

static void put(struct output *out, char c)
{
	if (out->len + 1 < out->size)
		out->buf[out->len] = c;
	out->len++;
}

static void put_field(struct output *out, const struct spec *spec,
		      const char *s, int len)
{
	int pad = spec->width - len;

	if (!spec->left)
		for (; pad > 0; pad--)
			put(out, spec->zero ? '0' : ' ');
	while (len--)
		put(out, *s++);
	for (; pad > 0; pad--)
		put(out, ' ');
}

static void put_number(struct output *out, struct spec *spec, u64 value,
		       unsigned int base, bool negative)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (negative && spec->zero) {
		put(out, '-');
		spec->width--;
	} else if (negative) {
		*--p = '-';
	}
	put_field(out, spec, p, digits + sizeof(digits) - p);
}

static const char *parse_number(const char *fmt, int *value)
{
	*value = 0;
	while (*fmt >= '0' && *fmt <= '9')
		*value = *value * 10 + *fmt++ - '0';
	return fmt;
}

/* Flags, width and precision; the last two may be '*' in the arguments. */
static const char *parse_spec(const char *fmt, struct spec *spec, va_list *ap)
{
	*spec = (struct spec){ .precision = -1 };

	for (;; fmt++) {
		if (*fmt == '0')
			spec->zero = true;
		else if (*fmt == '-')
			spec->left = true;
		else
			break;
	}
	if (*fmt == '*') {
		spec->width = va_arg(*ap, int);
		fmt++;
	} else {
		fmt = parse_number(fmt, &spec->width);
	}
	if (*fmt == '.') {
		fmt++;
		if (*fmt == '*') {
			spec->precision = va_arg(*ap, int);
			fmt++;
		} else {
			fmt = parse_number(fmt, &spec->precision);
		}
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		spec->longs++;
	return fmt;
}

static u64 next_unsigned(const struct spec *spec, va_list *ap)
{
	if (spec->longs >= 2)
		return va_arg(*ap, unsigned long long);
	if (spec->longs == 1)
		return va_arg(*ap, unsigned long);
	return va_arg(*ap, unsigned int);
}

static s64 next_signed(const struct spec *spec, va_list *ap)
{
	if (spec->longs >= 2)
		return va_arg(*ap, long long);
	if (spec->longs == 1)
		return va_arg(*ap, long);
	return va_arg(*ap, int);
}

static void put_string(struct output *out, const struct spec *spec,
		       const char *s)
{
	size_t max = spec->precision < 0 ? ~(size_t)0 : (size_t)spec->precision;

	if (!s)
		s = "(null)";
	put_field(out, spec, s, strnlen(s, max));
}

static void put_argument(struct output *out, char conversion,
			 struct spec *spec, va_list *ap)
{
	s64 value;
	char c;

	switch (conversion) {
	case 'd':
	case 'i':
		value = next_signed(spec, ap);
		put_number(out, spec, value < 0 ? 0 - (u64)value : (u64)value,
			   10, value < 0);
		break;
	case 'u':
		put_number(out, spec, next_unsigned(spec, ap), 10, false);
		break;
	case 'x':
		put_number(out, spec, next_unsigned(spec, ap), 16, false);
		break;
	case 'p':
		put(out, '0');
		put(out, 'x');
		put_number(out, spec, (uintptr_t)va_arg(*ap, void *), 16,
			   false);
		break;
	case 's':
		put_string(out, spec, va_arg(*ap, const char *));
		break;
	case 'c':
		c = va_arg(*ap, int);
		put_field(out, spec, &c, 1);
		break;
	default:
		put(out, conversion);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct output out = { .buf = buf, .size = size };
	struct spec spec;
	va_list ap;

	va_copy(ap, args);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&out, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &ap);
		if (!*fmt)
			break;
		put_argument(&out, *fmt, &spec, &ap);
	}
	va_end(ap);
	if (size)
		buf[MIN(out.len, size - 1)] = '\0';
	return out.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

static void vprintk(const char *fmt, va_list ap)
{
	char line[256];
	size_t len;

	memcpy(line, "(XEN) ", 6);
	vsnprintf(line + 6, sizeof(line) - 7, fmt, ap);
	len = strlen(line);
	if (line[len - 1] != '\n')
		line[len++] = '\n';
	if (!uart_at_line_start())
		uart_write("\n", 1);
	uart_write(line, len);
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
	machine_power_off();
}
