// SPDX-License-Identifier: GPL-2.0
/*
 * The fields of a 9P message: numbers with the least byte first, strings with
 * two bytes of length before them.
 */
#include <string.h>

#include "p9.h"

const uint8_t *p9_get_data(struct p9_in *in, size_t len)
{
	const uint8_t *data = in->at;

	if (in->bad || len > in->left) {
		in->bad = true;
		return NULL;
	}
	in->at += len;
	in->left -= len;
	return data;
}

uint64_t p9_get(struct p9_in *in, unsigned int bytes)
{
	const uint8_t *data = p9_get_data(in, bytes);
	uint64_t value = 0;

	while (data && bytes--)
		value = value << 8 | data[bytes];
	return value;
}

void p9_get_string(struct p9_in *in, char *buf, size_t size)
{
	size_t len = p9_get(in, 2);
	const uint8_t *data = p9_get_data(in, len);

	buf[0] = 0;
	if (!data)
		return;
	if (len >= size || memchr(data, 0, len)) {
		in->bad = true;
		return;
	}
	memcpy(buf, data, len);
	buf[len] = 0;
}

uint8_t *p9_put_data(struct p9_out *out, size_t len)
{
	uint8_t *data = out->at;

	if (out->full || len > out->left) {
		out->full = true;
		return NULL;
	}
	out->at += len;
	out->left -= len;
	return data;
}

void p9_put(struct p9_out *out, unsigned int bytes, uint64_t value)
{
	uint8_t *data = p9_put_data(out, bytes);
	unsigned int i;

	for (i = 0; data && i < bytes; i++)
		data[i] = value >> 8 * i;
}

void p9_put_string(struct p9_out *out, const char *text)
{
	size_t len = strlen(text);
	uint8_t *data;

	p9_put(out, 2, len);
	data = p9_put_data(out, len);
	if (data)
		memcpy(data, text, len);
}
