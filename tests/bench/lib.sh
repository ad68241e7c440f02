# shellcheck shell=sh
# What the sections of run.sh share: servers, lines with a delay, runs and their medians, and the
# rows of the table.  Works in $dir; `server`, `user` and `port` are what the last call of a
# function that sets them has set.
bin=tests/bench
pids=

# ---- servers ---------------------------------------------------------------------------------

# start NAME COMMAND...: a server that prints its port when it listens, once a run; sets `port`
start() {
    file=$dir/$1.port
    shift
    if [ ! -e "$file" ]; then
        "$@" >"$file" &
        pids="$pids $!"
        while [ ! -s "$file" ]; do sleep 0.02; done
    fi
    port=$(cat "$file")
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for_port() {
    python3 - "$1" <<'X'
import socket, sys, time
for _ in range(200):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)
        sys.exit(0)
    except OSError:
        time.sleep(0.05)
sys.exit("bench: Dovecot does not answer")
X
}

has_dovecot() {
    command -v dovecot >/dev/null && command -v openssl >/dev/null
}

owner() { # whose the maildrops are: Dovecot does not open them as root
    if [ "$(id -u)" = 0 ]; then echo 65534:65534; else echo "$(id -u):$(id -g)"; fi
}

# One Dovecot for all maildrops: the user NAME has the one in mail/NAME.
start_dovecot() {
    [ ! -e "$dir/plain" ] || return 0
    for name in 20 70 200 1000 10000 100000 commit triage; do
        echo "$name:{PLAIN}secret:$(owner)::$dir/mail/$name::userdb_mail=maildir:$dir/mail/$name"
    done >"$dir/users"
    tls=$(free_port)
    plain=$(free_port)
    sh "$top/tests/servers/dovecot.sh" "$dir" "$plain" "$tls" >/dev/null &
    pids="$pids $!"
    wait_for_port "$plain"
    echo "$plain" >"$dir/plain"
    echo "$tls" >"$dir/tls"
}

# maildrop MESSAGES plain|tls: sets `server`, `user`, `ca`.  Its index has been made.
maildrop() {
    ca=
    if ! has_dovecot; then
        start "many.$1" $bin/many "$1"
        server=$port user=ann
        [ "$2" = plain ]
        return
    fi
    start_dovecot
    user=$1 server=$(cat "$dir/plain")
    if [ ! -d "$dir/mail/$user" ]; then
        if [ "$1" -gt 10000 ]; then body=200:1500; else body=2048:61440; fi
        python3 "$top/tests/bench/gen_maildrop.py" --count "$1" --body $body --out "$dir/mail/$user"
        give_away "$user"
    fi
    if [ "$2" = tls ]; then ca=$dir/ca.pem server=$(cat "$dir/tls"); fi
}

give_away() { # give_away USER: its maildrop is complete
    [ "$(id -u)" != 0 ] || chown -R "$(owner)" "$dir/mail/$1"
    $bin/limit "$(cat "$dir/plain")" "$1" secret >/dev/null
}

# far RTT [RATE]: from `server`; sets `port`, and `counts`, the file where each session through it
# leaves a line.  RTT 0: the server itself.
far() {
    port=$server counts=
    [ "$1" != 0 ] || return 0
    counts=$dir/counts.$server.$1.${2:-0}
    start "far.$server.$1.${2:-0}" $bin/delay ${2:+-b $2} -o "$counts" 0 "$server" "$1"
}

# ---- runs ------------------------------------------------------------------------------------

# run NAME COMMAND...: its lines "WHAT VALUE" are kept under NAME, with those of the line about the
# last of its $sessions.
sessions=1
run() {
    name=$1
    shift
    [ -z "$counts" ] || : >"$counts"
    "$@" >>"$dir/run.$name" || echo "bench: failed: $*" >&2
    [ -z "$counts" ] || {
        n=0
        while [ "$(wc -l <"$counts")" -lt $sessions ] && [ $((n += 1)) -lt 500 ]; do sleep 0.02; done
        tail -n 1 "$counts" | awk '{print "up", $1; print "down", $2; print "flights", $3; print "line-ms", $4}' \
            >>"$dir/run.$name"
    }
}

# value NAME WHAT: the median of all runs
value() {
    awk -v what="$2" '$1 == what {print $2}' "$dir/run.$1" 2>/dev/null | sort -n |
        awk '{v[NR] = $1} END {if (NR) print v[int((NR + 1) / 2)]}'
}

# worst NAME WHATS: of all kinds of answers the slowest median, and which
worst() {
    awk -v kinds=" $2 " 'index(kinds, " " $1 " ") {print $1}' "$dir/run.$1" | sort -u |
        while read -r kind; do echo "$(value "$1" "$kind") $kind"; done | sort -n | tail -n 1
}

rounds() { # rounds MOST: as many as are wanted, but at most that
    seq "$(if [ "$rounds" -lt "$1" ]; then echo "$rounds"; else echo "$1"; fi)"
}

limit() { $bin/limit "$@"; }

# How dele is told to log in.  On Dovecot PLAIN, as the limit client shows its password too; SCRAM
# takes two round trips more.  many.c knows USER and PASS only.
login() {
    if [ "$user" = ann ]; then echo --auth user; else echo --auth plain; fi
}

watch() { # watch MODE MESSAGES OPTION...: dele on `port`
    mode=$1 messages=$2
    shift 2
    if [ -n "$ca" ]; then
        set -- --tls-ca "$ca" "$@" "pops://$user@localhost:$port"
    else
        set -- --tls none "$@" "pop://$user@localhost:$port"
    fi
    # shellcheck disable=SC2046
    $bin/watch "$mode" "$messages" ./dele $(login) --pass-command 'echo secret' "$@"
}

# ---- the table -------------------------------------------------------------------------------

format='%-38s %-9s %8s %8s %6s %-4s%s\n'

table_head() {
    # shellcheck disable=SC2059
    printf "$format" work target limit dele ratio met peers
}

title() { printf '\n%s\n' "$*"; }

# row WORK TARGET LIMIT DELE UNIT [MOST [PEERS]]: LIMIT and DELE in UNIT, - where there is none;
# met where DELE <= MOST.  TARGET "x1.1" is a ratio, and MOST follows from it.
row() {
    awk -v format="$format" -v work="$1" -v target="$2" -v l="$3" -v d="$4" -v unit="$5" \
        -v most="${6:-}" -v peers="${7:-}" '
        function shown(v) {
            if (v == "" || v == "-") return "-"
            if (unit == "ms" && v >= 10000) return sprintf("%.1f s", v / 1000)
            if (unit == "B") return sprintf("%.2f MB", v / 1e6)
            return sprintf((v >= 100 || v == int(v) ? "%.0f %s" : v >= 10 ? "%.1f %s" : "%.2f %s"), v, unit)
        }
        BEGIN {
            if (target ~ /^x/) {
                most = substr(target, 2) * l
                target = "<= " substr(target, 2) "x"
            }
            ratio = l > 0 && d != "" ? sprintf("%.2f", d / l) : "-"
            met = d == "" ? "lost" : most == "" ? "" : d + 0 <= most + 0 ? "yes" : "NO"
            printf format, work, target, shown(l), shown(d), ratio, met, peers
        }'
}

# row_peer WORK TIMES DELE-MS PEER-MS PEER: dele is so many times faster
row_peer() {
    if [ -z "$4" ]; then
        peer="$5 is missing"
        set -- "$1" "$2" "$3" 0 ""
    else
        peer="$5 $(awk -v ms="$4" 'BEGIN {printf (ms < 10000 ? "%.1f s" : "%.0f s"), ms / 1000}')"
    fi
    awk -v format="$format" -v work="$1" -v times="$2" -v d="$3" -v p="$4" -v peer="$peer" 'BEGIN {
        ratio = p > 0 && d > 0 ? sprintf("%.0fx", p / d) : "-"
        met = p == 0 ? "-" : p >= times * d ? "yes" : "NO"
        printf format, work, ">= " times "x", "-", sprintf("%.0f ms", d), ratio, met, peer
    }'
}
