# shellcheck shell=sh
# What other programs take for the same list: mpop and neomutt, where they are installed.  Each
# prints milliseconds, or nothing.

# mpop has no list; the nearest is a filter, which gets every header, fetched by pipelined TOP, and
# says "skip it" (2).
mpop_ms() { # for the maildrop at `port`
    command -v mpop >/dev/null || return 0
    cat >"$dir/mpoprc" <<X
defaults
tls $([ -n "$ca" ] && echo on || echo off)
tls_starttls off
${ca:+tls_trust_file $ca}
auth user
user $user
password secret
keep on
delivery mbox $dir/mbox
uidls_file $dir/uidls
filter exec sed -n '\$q2'
account default
host localhost
port $port
X
    chmod 600 "$dir/mpoprc"
    rm -f "$dir/uidls"
    python3 - mpop -q -C "$dir/mpoprc" <<'X'
import subprocess, sys, time
start = time.monotonic()
if subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode == 0:
    print("%.1f" % ((time.monotonic() - start) * 1e3))
X
}

neomutt_rc() { # DELETE: yes or no, of what is marked on leaving
    cat >"$dir/muttrc" <<X
set pop_pass=secret
set pop_delete=no
set pop_reconnect=no
set sleep_time=0
set quit=yes
set delete=$1
set charset=utf-8
set ssl_starttls=no
set ssl_force_tls=no
set ssl_ca_certificates_file=$ca
set certificate_file=$dir/known
set folder=$dir
X
}

neomutt_ms() { # neomutt_ms MESSAGES: all of them, for the maildrop at `port`
    neomutt_rc no
    scheme=pop
    [ -z "$ca" ] || scheme=pops
    $bin/watch text "Msgs:$1" "$(command -v neomutt)" -n -F "$dir/muttrc" -f "$scheme://$user@localhost:$port/" |
        cut -d' ' -f2
}

# neomutt_of_many RTT WAY: two round trips a message make half an hour of 10,000: from 20 and 70
# messages, in a straight line
neomutt_of_many() {
    command -v neomutt >/dev/null || return 0
    for few in 20 70; do
        maildrop $few "$2" || return 0
        far "$1"
        neomutt_ms $few >"$dir/neomutt.$few"
    done
    awk -v a="$(cat "$dir/neomutt.20")" -v b="$(cat "$dir/neomutt.70")" \
        'BEGIN {if (a > 0 && b > a) printf "%.1f\n", a + (b - a) / 50 * 9980}'
}
