#!/bin/sh
# How soon is the list there?  dele and the limit client open the same maildrop on the same
# Dovecot over the same delayed line, in turn; prints the medians and their ratios.
#   open.sh [MESSAGES [RTT-MS [ROUNDS]]]   in the build directory, after `make bench`
set -eu
messages=${1:-1000} rtt=${2:-100} rounds=${3:-5}
top=${top_srcdir:-..} bin=tests/bench
dir=$(mktemp -d /tmp/dele-bench.XXXXXX)
pids=
trap 'kill $pids 2>/dev/null || :; wait; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for_port() {
    python3 - "$1" <<'E'
import socket, sys, time
for _ in range(200):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)
        sys.exit(0)
    except OSError:
        time.sleep(0.05)
sys.exit("open.sh: Dovecot does not answer")
E
}

far() { # far PORT: sets `port`, behind which PORT is an RTT away
    $bin/delay 0 "$1" "$rtt" >"$dir/far.$1" &
    pids="$pids $!"
    while [ ! -s "$dir/far.$1" ]; do sleep 0.02; done
    port=$(cat "$dir/far.$1")
}

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
column() { cut -d' ' -f"$2" "$dir/$1" | median; }

compare() { # compare NAME, then how dele is told to connect
    name=$1
    shift
    rm -f "$dir/limit" "$dir/dele"
    for _ in $(seq "$rounds"); do
        if [ "$name" = tls ]; then ca=$dir/ca.pem; else ca=; fi
        $bin/limit "$port" ann secret $ca >>"$dir/limit"
        # PLAIN, as the limit client shows its password too; SCRAM takes two round trips more
        $bin/watch "$messages" ./dele --auth plain --pass-command 'echo secret' "$@" >>"$dir/dele"
    done
    awk -v name="$name" -v f="$(column dele 1)" -v lf="$(column limit 1)" -v a="$(column dele 2)" \
        -v la="$(column limit 2)" -v n="$(column dele 3)" -v o="$(column dele 4)" \
        -v s="$(column dele 5)" -v c="$(column dele 6)" 'BEGIN {
            printf "%-6s first screen %7.0f ms, limit %7.0f ms, ratio %.2f\n", name, f, lf, f / lf
            printf "%-6s complete     %7.0f ms, limit %7.0f ms, ratio %.2f\n", name, a, la, a / la
            printf "%-6s reopened     %7.0f ms, checked %5.0f ms (target: 50 ms; limit and 100 ms)\n", name, s, c
            printf "%-6s read newest  %7.0f ms, oldest %6.0f ms (target: RTT and 50 ms)\n", name, n, o
        }'
}

python3 "$top/tests/bench/gen_maildrop.py" --count "$messages" --out "$dir/mail/Maildir" >/dev/null
plain=$(free_port) tls=$(free_port)
sh "$top/tests/servers/dovecot.sh" "$dir" "$plain" "$tls" &
pids=$!
wait_for_port "$plain"
echo "$messages messages, RTT $rtt ms, median of $rounds"
far "$plain"
compare plain --tls none "pop://ann@localhost:$port"
far "$tls"
compare tls --tls-ca "$dir/ca.pem" "pops://ann@localhost:$port"
