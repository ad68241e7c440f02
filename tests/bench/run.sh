#!/bin/sh
# `make bench`: what dele takes beside a client that does nothing but fetch (limit.c) and beside
# other programs, in turn, on the same server and the same line; medians, next to the targets.
#   run.sh [SECTION...]   in the build directory, after `make bench-tools`; make bench BENCH="cold"
# BENCH_ROUNDS (5) runs of each, fewer of what takes long or never differs (peers: one);
# BENCH_QUICK=1: one of each, for a glance.
#
#   opening.sh  cold      all headers, at round trips of 100, 20 and 0 ms, plain and TLS
#               first     the first full screen
#               trips     round trips that a session takes
#               reopen    with what is remembered
#               lockstep  without pipelining
#               cpu       CPU time
#               link      over 20 Mbit/s
#   using.sh    jump      to messages that are not loaded
#               commit    500 deletions
#               memory    at its peak, with 100,000 and 1,000,000 messages
#               keys      answers to keys, while it loads and when all is there
#               start     until the first byte is sent
#   triage.sh   triage    spam marked by hand, beside neomutt
#   reading.sh  read      a message after Enter; MIME beside GMime, HTML beside w3m
#
# watch.c, keys.c and start.c run the browser on a terminal, delay.c is the line, many.c a server
# with a synthetic maildrop of any size; Dovecot has the maildrops of gen_maildrop.py.
set -eu
top=${top_srcdir:-..} rounds=${BENCH_ROUNDS:-5}
[ -z "${BENCH_QUICK:-}" ] || rounds=1
dir=$(mktemp -d /tmp/dele-bench.XXXXXX)
chmod 755 "$dir" # Dovecot reads there as another user
HOME=$dir/home
mkdir "$HOME"
export HOME
for part in lib peers opening using reading triage; do
    # shellcheck disable=SC1090
    . "$top/tests/bench/$part.sh"
done
# shellcheck disable=SC2154
trap 'kill $pids 2>/dev/null || :; wait; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
if has_dovecot; then
    server_name="Dovecot $(dovecot --version | cut -d' ' -f1)"
else
    server_name="synthetic (no Dovecot, so nothing over TLS)"
fi
echo "dele $(./dele --version | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p') (${BENCH_CFLAGS:-}), $(date +%Y-%m-%d)"
echo "$processor, $(getconf _NPROCESSORS_ONLN) processors, $(uname -sr)"
echo "server: $server_name; medians of $rounds"
echo
table_head
[ $# -gt 0 ] || set -- cold first trips reopen lockstep cpu link jump commit memory keys start read triage
for section; do
    "bench_$section"
done
