# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the shell scripts share: where the cache is, how to talk, how to show
# that a long step is alive.  Sourced, never run.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/xen-guest-arm

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# The prefix of an architecture's cross compiler.
cross_of()
{
	case $1 in
	arm64)	echo aarch64-linux-gnu- ;;
	arm)	echo arm-linux-gnueabihf- ;;
	*)	die "ARCH=$1: one of arm64, arm" ;;
	esac
}

# Run a command with its output in a log, and say how far it is: on a
# terminal one line that moves, elsewhere a plain line every 15 seconds.
#	progress LABEL LOG PATTERN ESTIMATE COMMAND...
# A line of the log that matches PATTERN is a piece of work done; ESTIMATE
# says how many there will be, or is 0 where nobody knows.
progress()
{
	label=$1 log=$2 pattern=$3 estimate=$4
	shift 4

	begin=$(date +%s)
	# Not with our locks: what outlives us must not keep others waiting.
	"$@" >"$log" 2>&1 </dev/null 9>&- &
	pid=$!
	trap 'kill_tree $pid' EXIT
	trap 'exit 130' INT TERM

	if [ -t 2 ]; then
		every=1 head='\r' tail='\033[K'
	else
		every=15 head='' tail='\n'
	fi
	next=$begin
	while kill -0 $pid 2>/dev/null; do
		now=$(date +%s)
		if [ "$now" -ge "$next" ]; then
			show_progress "$head" "$tail"
			next=$((now + every))
		fi
		sleep 0.3
	done
	result=0
	wait $pid || result=$?
	trap - EXIT INT TERM

	took=$(($(date +%s) - begin))
	if [ -t 2 ]; then
		printf '\r\033[K' >&2
	fi
	if [ $result -eq 0 ]; then
		say "$label: done in $took s"
	else
		tail -n 30 "$log" >&2
		say "$label: failed after $took s; the whole log: $log"
	fi
	return $result
}

# A process and all below it, the children first.
kill_tree()
{
	for child in $(ps -o pid= --ppid "$1"); do
		kill_tree "$child"
	done
	kill "$1" 2>/dev/null || :
}

show_progress()
{
	of=
	if [ -n "$pattern" ]; then
		of=", $(grep -cE "$pattern" "$log" || :) done"
		[ "$estimate" -gt 0 ] && of="$of of about $estimate"
	fi
	# shellcheck disable=SC2059	# head and tail are formats
	printf "$1%s: %s: %s s%s$2" "${0##*/}" "$label" \
		"$((now - begin))" "$of" >&2
}
