/* SPDX-License-Identifier: GPL-2.0 */
/* As in the kernel, arguments are read once, and have to agree in type. */
#ifndef _HOST_LINUX_MINMAX_H
#define _HOST_LINUX_MINMAX_H

#define min(a, b) ({				\
	__auto_type _a = (a);			\
	__auto_type _b = (b);			\
	_a < _b ? _a : _b; })
#define max(a, b) ({				\
	__auto_type _c = (a);			\
	__auto_type _d = (b);			\
	_c > _d ? _c : _d; })
#define min3(a, b, c)		min(a, min(b, c))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

#endif
