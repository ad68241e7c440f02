#!/bin/sh
# What does a large maildrop cost?  The browser on synthetic maildrops (many.c): memory, time and
# CPU, answers to keys (keys.c), and jumps over a line of 100 ms; targets beside what is measured.
#   scale.sh [MESSAGES...]   in the build directory, after `make bench-tools`
# Every run has a home of its own under /tmp, which goes with it.  ROUNDS runs of each: medians.
set -eu
bin=tests/bench rounds=${ROUNDS:-3}
dir=$(mktemp -d /tmp/dele-bench.XXXXXX)
pids=
trap 'kill $pids 2>/dev/null || :; wait; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

serve() { # serve COMMAND...: sets `port`
    "$@" >"$dir/port" &
    pids="$pids $!"
    while [ ! -s "$dir/port" ]; do sleep 0.02; done
    port=$(cat "$dir/port")
    rm "$dir/port"
}

keys() { # keys MODE [OPTION...]: the medians over all rounds, lines "WHAT MEDIAN WORST COUNT"
    mode=$1
    shift
    : >"$dir/keys"
    for _ in $(seq "$rounds"); do
        $bin/keys "$mode" "$messages" ./dele --tls none --pass-command 'echo secret' "$@" \
            "pop://ann@localhost:$port" >>"$dir/keys" || echo "keys $mode failed" >&2
    done
    awk '!($1 in n) {order[++kinds] = $1}
         {n[$1]++; m[$1, n[$1]] = $2; if ($3 > w[$1]) w[$1] = $3; c[$1] += $4}
         END {
             for (k = 1; k <= kinds; k++) {
                 kind = order[k]
                 for (i = 1; i <= n[kind]; i++)
                     for (j = i + 1; j <= n[kind]; j++)
                         if (m[kind, j] < m[kind, i]) {
                             t = m[kind, i]; m[kind, i] = m[kind, j]; m[kind, j] = t
                         }
                 print kind, m[kind, int((n[kind] + 1) / 2)], w[kind], c[kind]
             }
         }' "$dir/keys"
}

# report TITLE TARGETS: TARGETS is a list of WHAT=TARGET, * for what is not listed
report() {
    awk -v title="$1" -v targets="$2" 'BEGIN {
            split(targets, list, " ")
            for (i in list) { split(list[i], pair, "="); target[pair[1]] = pair[2] }
        }
        {
            aim = $1 in target ? target[$1] : "*" in target ? target["*"] : ""
            missed = aim != "" && $2 > aim + 0 ? "  MISSED" : ""
            printf "%-18s %-16s %10s %10s %5d %8s%s\n", title, $1, $2, $3, $4, aim, missed
        }'
}

head_line() {
    printf '\n%s messages, medians of %s runs; ms, MB, s\n' "$messages" "$rounds"
    printf '%-18s %-16s %10s %10s %5s %8s\n' run what median worst count target
}

[ $# -gt 0 ] || set -- 100000 1000000
for messages; do
    if [ "$messages" -gt 100000 ]; then memory=700 key=30 typed=500; else memory=100 key=10 typed=50; fi
    aims="*=$key search-letter=$typed limit-letter=$typed limit-enter=$typed search-enter=$typed"
    for order in date from subject size number; do aims="$aims sort-$order=1000"; done
    head_line
    serve $bin/many "$messages"
    keys open | report store "peak-MB=$memory"
    keys open --no-cache | report --no-cache "peak-MB=$memory"
    for when in loading done; do
        for group in lines pages ends marks search limit sort; do
            keys "$when-$group" | report "$when $group" "$aims"
        done
    done
    keys loading-resort | report "loading resort" "$aims"
    serve $bin/delay 0 "$port" 100
    keys jump | report "RTT 100" "jump-shown=$key jump-loaded=300"
    kill $pids
    wait
    pids=
done
