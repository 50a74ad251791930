/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of the core, below /sys/kernel/tracing/events/xen_guest. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_guest

#if !defined(XEN_GUEST_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XEN_GUEST_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(xen_upcall,
	TP_PROTO(unsigned int passes, bool rearmed),
	TP_ARGS(passes, rearmed),
	TP_STRUCT__entry(
		__field(unsigned int, passes)
		__field(bool, rearmed)
	),
	TP_fast_assign(
		__entry->passes = passes;
		__entry->rearmed = rearmed;
	),
	TP_printk("passes=%u%s", __entry->passes,
		  __entry->rearmed ? " rearmed" : "")
);

TRACE_EVENT(xen_port_bind,
	TP_PROTO(unsigned int port, unsigned int irq, unsigned int kind,
		 unsigned int cpu),
	TP_ARGS(port, irq, kind, cpu),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(unsigned int, irq)
		__field(unsigned int, kind)
		__field(unsigned int, cpu)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->irq = irq;
		__entry->kind = kind;
		__entry->cpu = cpu;
	),
	TP_printk("port=%u irq=%u kind=%s cpu=%u", __entry->port, __entry->irq,
		  __print_symbolic(__entry->kind, { 0, "event" },
				   { 1, "virq" }, { 2, "ipi" }),
		  __entry->cpu)
);

TRACE_EVENT(xen_port_unbind,
	TP_PROTO(unsigned int port, unsigned int irq),
	TP_ARGS(port, irq),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(unsigned int, irq)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->irq = irq;
	),
	TP_printk("port=%u irq=%u", __entry->port, __entry->irq)
);

TRACE_EVENT(xen_port_send,
	TP_PROTO(unsigned int port),
	TP_ARGS(port),
	TP_STRUCT__entry(
		__field(unsigned int, port)
	),
	TP_fast_assign(
		__entry->port = port;
	),
	TP_printk("port=%u", __entry->port)
);

TRACE_EVENT(xen_port_eoi,
	TP_PROTO(unsigned int port, bool spurious, unsigned long delay),
	TP_ARGS(port, spurious, delay),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(bool, spurious)
		__field(unsigned long, delay)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->spurious = spurious;
		__entry->delay = delay;
	),
	TP_printk("port=%u%s delay=%lu", __entry->port,
		  __entry->spurious ? " spurious" : "", __entry->delay)
);

#endif /* XEN_GUEST_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
