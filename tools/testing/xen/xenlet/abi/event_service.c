// SPDX-License-Identifier: GPL-2.0
/*
 * The built-in services' ends of event channels.
 *
 * A service has no domain with ports of its own: its end is one entry in the
 * table here, and the guest's end a PORT_SERVICE that points to it. Monitor
 * lock held throughout.
 */
#include "event.h"

#define MAX_SERVICE_PORTS	256

/**
 * struct event_service - a service's end
 * @fn: NULL if the entry is free
 * @guest: whose other end is; NULL once that domain has no ports any more
 * @port: the other end; 0 while the guest has closed it: it may bind again
 */
struct event_service {
	void (*fn)(void *ctx);
	void *ctx;
	struct domain *guest;
	evtchn_port_t port;
};

static struct {
	struct event_service entries[MAX_SERVICE_PORTS];
} services;

static struct event_service *by_handle(int handle)
{
	if (handle < 1 || handle > MAX_SERVICE_PORTS ||
	    !services.entries[handle - 1].fn)
		return NULL;
	return &services.entries[handle - 1];
}

static int free_handle(void)
{
	int i;

	for (i = 0; i < MAX_SERVICE_PORTS; i++)
		if (!services.entries[i].fn)
			return i + 1;
	return -XEN_ENOSPC;
}

int event_service_bind(struct domain *remote, evtchn_port_t remote_port,
		       void (*fn)(void *ctx), void *ctx)
{
	struct port *port;
	int handle;

	port = remote->events ? port_find(remote, remote_port) : NULL;
	if (!fn || !port || port->state != PORT_UNBOUND || port->remote)
		return -XEN_EINVAL;
	handle = free_handle();
	if (handle < 0)
		return handle;

	services.entries[handle - 1] = (struct event_service){
		.fn = fn, .ctx = ctx, .guest = remote, .port = remote_port,
	};
	port->state = PORT_SERVICE;
	port->service = &services.entries[handle - 1];
	/* What the guest sent before is lost: let the service look. */
	fn(ctx);
	return handle;
}

int service_bind_again(struct domain *d, evtchn_port_t number,
		       struct port *port)
{
	struct event_service *service = by_handle(number - SERVICE_PORTS);

	if (!service || service->guest != d || service->port)
		return -XEN_EINVAL;
	service->port = port->number;
	port_open(d, port, PORT_SERVICE, 0);
	port->service = service;
	service->fn(service->ctx);
	port_notify(d, port);
	return 0;
}

evtchn_port_t service_number(const struct event_service *service)
{
	return SERVICE_PORTS + (service - services.entries) + 1;
}

void event_service_notify(int handle)
{
	struct event_service *service = by_handle(handle);

	if (service && service->port)
		port_notify(service->guest,
			    port_find(service->guest, service->port));
}

void event_service_unbind(int handle)
{
	struct event_service *service = by_handle(handle);

	if (!service)
		return;
	if (service->port) {
		struct port *port = port_find(service->guest, service->port);

		port->state = PORT_UNBOUND;
		port->remote = 0;
	}
	*service = (struct event_service){ 0 };
}

void service_send(struct event_service *service)
{
	service->fn(service->ctx);
}

/* The handle stays valid, and silent, until the service gives it back. */
void service_lost(struct event_service *service)
{
	service->port = 0;
}

void service_forget(const struct domain *d)
{
	int i;

	for (i = 0; i < MAX_SERVICE_PORTS; i++)
		if (services.entries[i].guest == d)
			services.entries[i].guest = NULL;
}
