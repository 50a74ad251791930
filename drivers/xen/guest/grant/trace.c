// SPDX-License-Identifier: GPL-2.0
/* The grant layer's tracepoints. */
#define CREATE_TRACE_POINTS
#include "trace.h"
