/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HOST_LINUX_KERNEL_H
#define _HOST_LINUX_KERNEL_H

#include <stdio.h>

#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/types.h>

#endif
