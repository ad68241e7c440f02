#!/bin/sh
# What `dele list` sends and receives: bytes and flights, beside those of the limit client, over
# a line of 100 ms, once without a limit on its rate and once with 20 Mbit/s.
#   batch.sh [MESSAGES [RTT-MS]]   in the build directory, after `make bench-tools`
set -eu
messages=${1:-10000} rtt=${2:-100} bin=tests/bench
dir=$(mktemp -d /tmp/dele-bench.XXXXXX)
pids=
trap 'kill $pids 2>/dev/null || :; wait; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
HOME=$dir/home XDG_CONFIG_HOME=$dir/config XDG_STATE_HOME=$dir/state XDG_DATA_HOME=$dir/data
export HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME
mkdir "$HOME"

serve() { # serve COMMAND...: sets `port`
    "$@" >"$dir/port" &
    pids="$pids $!"
    while [ ! -s "$dir/port" ]; do sleep 0.02; done
    port=$(cat "$dir/port")
    rm "$dir/port"
}

count() { # count NAME COMMAND...
    name=$1
    shift
    : >"$dir/counts"
    "$@" >/dev/null
    while [ ! -s "$dir/counts" ]; do sleep 0.02; done
    awk -v name="$name" '{printf "%-28s %10d up %12d down %4d flights %9.0f ms\n", name, $1, $2, $3, $4}' \
        "$dir/counts"
}

listing() {
    ./dele list --format tsv --tls none --pass-command 'echo secret' "$@" "pop://ann@localhost:$port"
}

serve $bin/many "$messages"
server=$port
echo "$messages messages, RTT $rtt ms"
for rate in '' '-b 20'; do
    : >"$dir/counts"
    # shellcheck disable=SC2086
    serve $bin/delay $rate -o "$dir/counts" 0 "$server" "$rtt"
    count "limit $rate" $bin/limit "$port" ann secret
    count "dele list --no-cache $rate" listing --no-cache
    rm -rf "$dir/state"
    count "dele list $rate" listing
    count "dele list again $rate" listing
done
