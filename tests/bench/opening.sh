# shellcheck shell=sh
# Sections about a list that comes: cold, first, trips, reopen, lockstep, cpu, link.

# opened MESSAGES RTT WAY [MODE]: dele and the limit client open it, in turn; once a run.  Sets `to`,
# the name of the runs: limit.$to, dele.$to.
opened() {
    to=$1.$2.$3.${4:-open}
    [ ! -e "$dir/run.dele.$to" ] || return 0
    maildrop "$1" "$3" || return 0
    far "$2"
    for _ in $(seq "$rounds"); do
        # shellcheck disable=SC2086
        run "limit.$to" limit "$port" "$user" secret $ca
        [ "${4:-open}" = open ] || sessions=2
        run "dele.$to" watch "${4:-open}" "$1"
        sessions=1
    done
}

open_row() { # open_row MESSAGES RTT WAY MOST
    opened "$1" "$2" "$3"
    row "$1 headers, RTT $2, $3" "x$4" "$(value "limit.$to" complete)" \
        "$(value "dele.$to" complete)" ms
}

peer_rows() { # peer_rows WAY: 10,000 at RTT 100
    opened 10000 100 "$1"
    took=$(value "dele.$to" complete)
    maildrop 10000 "$1" || return 0
    far 100
    row_peer "10000 headers, RTT 100, $1" 20 "$took" "$(mpop_ms)" mpop
    row_peer "10000 headers, RTT 100, $1" 1000 "$took" "$(neomutt_of_many 100 "$1")" \
        "neomutt (from 20 and 70)"
}

bench_cold() {
    title "All headers of a maildrop never seen before"
    for way in plain tls; do
        open_row 10000 100 $way 1.10
        open_row 10000 20 $way 1.15
        open_row 10000 0 $way 1.4
        peer_rows $way
    done
    open_row 100000 100 plain 1.15
    open_row 100000 0 plain 1.3
}

bench_first() {
    title "The first full screen, newest first; the limit: its first 50"
    for count in 1000 10000 100000; do
        opened $count 100 plain
        row "first screen of $count, RTT 100" x0.9 "$(value "limit.$to" first)" \
            "$(value "dele.$to" first)" ms
    done
    later=$(awk -v a="$(value dele.1000.100.plain.open first)" \
        -v b="$(value dele.100000.100.plain.open first)" 'BEGIN {printf "%.1f", b - a}')
    limit_later=$(awk -v a="$(value limit.1000.100.plain.open first)" \
        -v b="$(value limit.100000.100.plain.open first)" 'BEGIN {printf "%.1f", b - a}')
    row "later with 100000 than with 1000" "<= 50 ms" "$limit_later" "$later" ms 50
}

bench_trips() {
    title "Round trips of a whole session: how often the client sent after it had received"
    for way in plain tls; do
        if [ $way = plain ]; then most=8 known=5; else most=9 known=6; fi
        opened 1000 100 $way
        row "trips, 1000 headers, $way" "<= $most" "$(value "limit.$to" flights)" \
            "$(value "dele.$to" flights)" "" $most
        opened 1000 100 $way known
        row "trips, server seen before, $way" "<= $known" "$(value "limit.$to" flights)" \
            "$(value "dele.$to" flights)" "" $known
    done
}

bench_reopen() {
    title "10000 messages opened again; the limit: only LIST and UIDL"
    maildrop 10000 plain
    far 100
    for _ in $(seq "$rounds"); do
        run limit.reopen limit -l "$port" "$user" secret
        sessions=2
        run dele.reopen watch reopen 10000
        sessions=1
    done
    listed=$(value limit.reopen listed)
    row "first screen, from the store" "<= 50 ms" - "$(value dele.reopen first)" ms 50
    row "checked with the server, RTT 100" "+ 100 ms" "$listed" "$(value dele.reopen checked)" ms \
        "$(awk -v l="$listed" 'BEGIN {print l + 100}')"
    row "octets received" x1.05 "$(value limit.reopen down)" "$(value dele.reopen down)" B
}

bench_lockstep() {
    title "Without pipelining: one round trip a message; the limit: one TOP at a time"
    maildrop 200 plain
    far 20
    for _ in $(rounds 3); do
        run limit.lockstep limit -w 1 "$port" "$user" secret
        run dele.lockstep watch open 200 --pipelining off
    done
    row "trips, 200 headers" "<= 208" "$(value limit.lockstep flights)" \
        "$(value dele.lockstep flights)" "" 208
    row "200 headers, RTT 20" x1.03 "$(value limit.lockstep complete)" \
        "$(value dele.lockstep complete)" ms
}

bench_cpu() {
    title "CPU of the client: fetched, decoded, stored and shown; the limit: fetched"
    for way in plain tls; do
        opened 10000 0 $way
        row "CPU, 10000 headers, $way" x3 "$(value "limit.$to" cpu-s | awk '{print $1 * 1000}')" \
            "$(value "dele.$to" cpu-s | awk '{print $1 * 1000}')" ms
    done
}

bench_link() {
    title "10000 headers over 20 Mbit/s"
    maildrop 10000 plain
    far 100 20
    for _ in $(rounds 2); do
        run limit.link limit "$port" "$user" secret
        run dele.link watch open 10000
    done
    row "complete, RTT 100, 20 Mbit/s" x1.05 "$(value limit.link complete)" \
        "$(value dele.link complete)" ms
    row "octets received" x1.02 "$(value limit.link down)" "$(value dele.link down)" B
}
