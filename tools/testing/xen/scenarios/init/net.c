// SPDX-License-Identifier: GPL-2.0
/*
 * Steps on a network device: addresses, offloads, and TCP whose every byte
 * is compared at the receiver.
 *
 * The protocol of tcp-serve: the client sends one struct order; then one side
 * sends the pattern, and the other answers with one struct verdict.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/ipv6.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "init.h"

#define MIB		(1024 * 1024)
#define CHUNK		(64 * 1024)
#define NET_SEED	0x7c9u
#define NET_TIMEOUT_S	60

enum direction { CLIENT_SENDS = 1, SERVER_SENDS = 2 };

struct order {
	uint32_t direction;
	uint32_t mib;
};

struct verdict {
	uint64_t good;		/* bytes that came as they were sent */
};

static _Alignas(8) char chunk[CHUNK];

static int interface_ioctl(unsigned long cmd, const char *name,
			   struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret, error;

	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	ret = ioctl(fd, cmd, ifr);
	error = errno;
	close(fd);
	errno = error;
	return ret;
}

static bool interface_exists(const char *name)
{
	return if_nametoindex(name) != 0;
}

static bool has_carrier(const char *name)
{
	char path[64], value[8];

	snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", name);
	return !read_line(path, value, sizeof(value)) && value[0] == '1';
}

static int await_interface(int argc, char **argv)
{
	(void)argc;
	if (!wait_for(interface_exists, argv[1], DEVICE_SECONDS * 1000))
		return step_fail("no interface %s after %d s", argv[1],
				 DEVICE_SECONDS);
	return 0;
}

static int bring_up(const char *name)
{
	struct ifreq ifr = { 0 };

	if (interface_ioctl(SIOCGIFFLAGS, name, &ifr))
		return step_fail("%s: %s", name, strerror(errno));
	ifr.ifr_flags |= IFF_UP | IFF_RUNNING;
	if (interface_ioctl(SIOCSIFFLAGS, name, &ifr))
		return step_fail("%s up: %s", name, strerror(errno));
	if (!wait_for(has_carrier, name, DEVICE_SECONDS * 1000))
		return step_fail("%s: no carrier after %d s", name,
				 DEVICE_SECONDS);
	return 0;
}

static int set_ipv4(const char *name, const char *text)
{
	struct ifreq ifr = { 0 };
	struct sockaddr_in *sin = (struct sockaddr_in *)&ifr.ifr_addr;

	sin->sin_family = AF_INET;
	inet_pton(AF_INET, text, &sin->sin_addr);
	if (interface_ioctl(SIOCSIFADDR, name, &ifr))
		return step_fail("%s %s: %s", name, text, strerror(errno));
	sin->sin_addr.s_addr = htonl(0xffffff00);
	if (interface_ioctl(SIOCSIFNETMASK, name, &ifr))
		return step_fail("%s netmask: %s", name, strerror(errno));
	return 0;
}

static int set_ipv6(const char *name, const char *text)
{
	struct {
		struct in6_addr addr;
		uint32_t prefix;
		int index;
	} req = { .prefix = 64, .index = if_nametoindex(name) };
	char path[96];
	int fd, ret;

	/* the two ends know each other: nothing to detect, nothing to await */
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/accept_dad",
		 name);
	write_file(path, "0");
	inet_pton(AF_INET6, text, &req.addr);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ret = ioctl(fd, SIOCSIFADDR, &req);
	close(fd);
	if (ret && errno != EEXIST)
		return step_fail("%s %s: %s", name, text, strerror(errno));
	return 0;
}

/* address <interface> <IPv4 or IPv6>: /24 and /64 */
static int address(int argc, char **argv)
{
	(void)argc;
	if (strchr(argv[2], ':'))
		return set_ipv6(argv[1], argv[2]) ?: bring_up(argv[1]);
	return set_ipv4(argv[1], argv[2]) ?: bring_up(argv[1]);
}

static int set_mtu(int argc, char **argv)
{
	struct ifreq ifr = { 0 };
	long mtu;

	(void)argc;
	if (parse_number(argv[2], 68, 65535, &mtu))
		return -1;
	ifr.ifr_mtu = mtu;
	if (interface_ioctl(SIOCSIFMTU, argv[1], &ifr))
		return step_fail("%s mtu %ld: %s", argv[1], mtu,
				 strerror(errno));
	return 0;
}

static int ethtool_value(const char *name, uint32_t cmd, uint32_t *data)
{
	struct ethtool_value value = { .cmd = cmd, .data = *data };
	struct ifreq ifr = { .ifr_data = (char *)&value };

	if (interface_ioctl(SIOCETHTOOL, name, &ifr))
		return -1;
	*data = value.data;
	return 0;
}

/*
 * offload <interface> on|off [keep-checksum]: scatter-gather, transmit
 * checksum and TSO, in the order in which each may change; what was asked for
 * must then be so.
 * "keep-checksum" is for a driver that cannot turn its IPv4 checksum off.
 */
static int offload(int argc, char **argv)
{
	static const struct {
		uint32_t get, set;
		const char *what;
	} steps[] = {
		{ ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM, "tx checksum" },
		{ ETHTOOL_GSG, ETHTOOL_SSG, "scatter-gather" },
		{ ETHTOOL_GTSO, ETHTOOL_STSO, "TSO" },
	};
	bool keep = argc > 3 && !strcmp(argv[3], "keep-checksum");
	bool on = !strcmp(argv[2], "on");
	int i, n = ARRAY_SIZE(steps);

	if (!on && strcmp(argv[2], "off"))
		return step_fail("'%s' is neither on nor off", argv[2]);
	for (i = 0; i < n; i++) {
		int k = on ? i : n - 1 - i;
		uint32_t now = 0, want = on;

		if (keep && steps[k].set == ETHTOOL_STXCSUM)
			continue;
		if (ethtool_value(argv[1], steps[k].set, &want))
			return step_fail("%s: %s", steps[k].what,
					 strerror(errno));
		if (ethtool_value(argv[1], steps[k].get, &now) ||
		    !!now != on)
			return step_fail("%s is %s still", steps[k].what,
					 on ? "off" : "on");
	}
	return 0;
}

static unsigned long long packets(const char *name)
{
	unsigned long long sum = 0;
	static const char * const dirs[] = { "rx", "tx" };
	char path[96], value[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(path, sizeof(path),
			 "/sys/class/net/%s/statistics/%s_packets", name,
			 dirs[i]);
		if (!read_line(path, value, sizeof(value)))
			sum += strtoull(value, NULL, 10);
	}
	return sum;
}

static void set_timeouts(int fd)
{
	struct timeval tv = { .tv_sec = NET_TIMEOUT_S };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static int transfer(ssize_t (*op)(int, void *, size_t, int), int fd,
		    void *buf, size_t len)
{
	char *p = buf;

	while (len) {
		ssize_t n = op(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return step_fail("connection: %s",
					 n ? strerror(errno) : "closed early");
		p += n;
		len -= n;
	}
	return 0;
}

static ssize_t send_some(int fd, void *buf, size_t len, int flags)
{
	return send(fd, buf, len, flags);
}

static int send_all(int fd, void *buf, size_t len)
{
	return transfer(send_some, fd, buf, len);
}

static int recv_all(int fd, void *buf, size_t len)
{
	return transfer(recv, fd, buf, len);
}

static int send_pattern(int fd, uint32_t mib)
{
	uint64_t left = (uint64_t)mib * MIB;
	struct verdict v;
	struct pattern p;

	pattern_start(&p, NET_SEED);
	for (; left; left -= CHUNK) {
		pattern_fill(&p, chunk, CHUNK);
		if (send_all(fd, chunk, CHUNK))
			return -1;
	}
	if (recv_all(fd, &v, sizeof(v)))
		return -1;
	if (v.good != (uint64_t)mib * MIB)
		return step_fail("the peer got wrong data at byte %llu",
				 (unsigned long long)v.good);
	return 0;
}

static int recv_pattern(int fd, uint32_t mib)
{
	uint64_t left = (uint64_t)mib * MIB;
	struct verdict v = { 0 };
	struct pattern p;
	bool wrong = false;

	pattern_start(&p, NET_SEED);
	for (; left; left -= CHUNK) {
		size_t good;

		if (recv_all(fd, chunk, CHUNK))
			return -1;
		if (wrong)
			continue;
		good = pattern_check(&p, chunk, CHUNK);
		v.good += good;
		wrong = good != CHUNK;
	}
	if (send_all(fd, &v, sizeof(v)))
		return -1;
	if (wrong)
		return step_fail("wrong data at byte %llu",
				 (unsigned long long)v.good);
	return 0;
}

static int carry_out(int fd, const struct order *order, bool client)
{
	bool sends = client == (order->direction == CLIENT_SENDS);

	return sends ? send_pattern(fd, order->mib) :
		       recv_pattern(fd, order->mib);
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in6 sin6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
	};
	int one = 1, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&sin6, sizeof(sin6)) ||
	    listen(fd, 8)) {
		step_fail("listen: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int serve_one(int listener)
{
	struct pollfd pfd = { .fd = listener, .events = POLLIN };
	struct order order;
	int fd, ret;

	if (poll(&pfd, 1, NET_TIMEOUT_S * 1000) <= 0)
		return step_fail("no connection after %d s", NET_TIMEOUT_S);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return step_fail("accept: %s", strerror(errno));
	set_timeouts(fd);
	ret = recv_all(fd, &order, sizeof(order));
	if (!ret)
		ret = carry_out(fd, &order, false);
	close(fd);
	return ret;
}

static int tcp_serve(int argc, char **argv)
{
	long port, count, i;
	int listener, ret = 0;

	(void)argc;
	if (parse_number(argv[1], 1, 65535, &port) ||
	    parse_number(argv[2], 1, 1000000, &count))
		return -1;
	listener = listen_on(port);
	if (listener < 0)
		return -1;
	for (i = 0; i < count && !ret; i++)
		ret = serve_one(listener);
	close(listener);
	return ret;
}

/* tcp-serve-all <port>: as many as come, at the same time, for ever. What is
 * wrong is told to the client.
 */
static int tcp_serve_all(int argc, char **argv)
{
	struct order order;
	int listener, fd;
	long port;

	(void)argc;
	if (parse_number(argv[1], 1, 65535, &port))
		return -1;
	listener = listen_on(port);
	if (listener < 0)
		return -1;
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			return step_fail("accept: %s", strerror(errno));
		if (!fork()) {
			set_timeouts(fd);
			if (!recv_all(fd, &order, sizeof(order)))
				carry_out(fd, &order, false);
			_exit(0);
		}
		close(fd);
	}
}

static int connect_once(const char *text, uint16_t port)
{
	struct sockaddr_in6 sin6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
	};
	char mapped[64];
	int fd;

	/* one family for both: IPv4 as a mapped address */
	snprintf(mapped, sizeof(mapped), "%s%s",
		 strchr(text, ':') ? "" : "::ffff:", text);
	if (inet_pton(AF_INET6, mapped, &sin6.sin6_addr) != 1)
		return step_fail("'%s' is not an address", text);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	set_timeouts(fd);
	if (!connect(fd, (struct sockaddr *)&sin6, sizeof(sin6)))
		return fd;
	step_fail("connect to %s: %s", text, strerror(errno));
	close(fd);
	return -1;
}

static int connect_to(const char *text, uint16_t port)
{
	uint64_t end = now_ms() + NET_TIMEOUT_S * 1000;
	int fd;

	/* the server may come up later than we */
	while ((fd = connect_once(text, port)) < 0 && now_ms() < end)
		usleep(50000);
	return fd;
}

static int tcp_client(char **argv, enum direction direction, const char *name)
{
	unsigned long long before;
	struct order order;
	uint64_t begin;
	long port, mib;
	int fd, ret;

	if (parse_number(argv[3], 1, 65535, &port) ||
	    parse_number(argv[4], 1, 65536, &mib))
		return -1;
	fd = connect_to(argv[2], port);
	if (fd < 0)
		return -1;
	order.direction = direction;
	order.mib = mib;
	before = packets(argv[1]);
	begin = report_begin(name);
	ret = send_all(fd, &order, sizeof(order)) ?:
	      carry_out(fd, &order, true);
	if (!ret)
		report_end(name, begin, "bytes=%lld packets=%llu",
			   (long long)mib * MIB, packets(argv[1]) - before);
	close(fd);
	return ret;
}

static int tcp_put(int argc, char **argv)
{
	(void)argc;
	return tcp_client(argv, CLIENT_SENDS, "tcp-out");
}

static int tcp_get(int argc, char **argv)
{
	(void)argc;
	return tcp_client(argv, SERVER_SENDS, "tcp-in");
}

/* tcp-churn <address> <port> <seconds>: a MiB each way in turns */
static int tcp_churn(int argc, char **argv)
{
	struct order order = { CLIENT_SENDS, 1 };
	long port, seconds;
	uint64_t end;
	int fd, ret;

	(void)argc;
	if (parse_number(argv[2], 1, 65535, &port) ||
	    parse_number(argv[3], 1, 3600, &seconds))
		return -1;
	end = now_ms() + seconds * 1000;
	do {
		fd = connect_to(argv[1], port);
		if (fd < 0)
			return -1;
		ret = send_all(fd, &order, sizeof(order)) ?:
		      carry_out(fd, &order, true);
		close(fd);
		order.direction = order.direction == CLIENT_SENDS ?
			SERVER_SENDS : CLIENT_SENDS;
	} while (!ret && now_ms() < end);
	return ret;
}

/* tcp-lose: the peer dies while we send; what counts is that we notice. */
static int tcp_lose(int argc, char **argv)
{
	struct order order = { CLIENT_SENDS, 1 << 20 };
	unsigned int ms = 10000;
	struct pattern p;
	long port;
	int fd;

	(void)argc;
	if (parse_number(argv[2], 1, 65535, &port))
		return -1;
	fd = connect_to(argv[1], port);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
	pattern_start(&p, NET_SEED);
	if (send_all(fd, &order, sizeof(order))) {
		close(fd);
		return -1;
	}
	report("step peer-may-die");
	do {
		pattern_fill(&p, chunk, CHUNK);
	} while (!send_all(fd, chunk, CHUNK));
	close(fd);
	return 0;
}

static int ping(int argc, char **argv)
{
	char *const cmd[] = { "/bin/ping", "-c", "3", "-W", "5", "-s", argv[2],
			      argv[1], NULL };
	int status = run_program(30, cmd);

	(void)argc;
	return status ? step_fail("exit status %d", status) : 0;
}

const struct verb net_verbs[] = {
	{ "await-interface", "<interface>", 1, 1, await_interface },
	{ "address", "<interface> <address>", 2, 2, address },
	{ "mtu", "<interface> <bytes>", 2, 2, set_mtu },
	{ "offload", "<interface> on|off [keep-checksum]", 2, 3, offload },
	{ "ping", "<address> <payload bytes>", 2, 2, ping },
	{ "tcp-serve", "<port> <connections>", 2, 2, tcp_serve },
	{ "tcp-serve-all", "<port>", 1, 1, tcp_serve_all },
	{ "tcp-put", "<interface> <address> <port> <MiB>", 4, 4, tcp_put },
	{ "tcp-get", "<interface> <address> <port> <MiB>", 4, 4, tcp_get },
	{ "tcp-churn", "<address> <port> <seconds>", 3, 3, tcp_churn },
	{ "tcp-lose", "<address> <port>", 2, 2, tcp_lose },
	{ 0 }
};
