#!/bin/sh
# How fast is a message read?  dele's MIME parser and GMime over the same 10 MB message of 200
# parts, dele's reader of HTML and w3m over the same 5 MB document, in turn; medians.
#   read.sh [ROUNDS]   in the build directory, after `make bench`
set -eu
rounds=${1:-5}
top=${top_srcdir:-..} bin=tests/bench
dir=$(mktemp -d /tmp/dele-bench.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

python3 "$top/tests/bench/gen_mail.py" parts 12000000 >"$dir/parts.eml"
python3 "$top/tests/bench/gen_mail.py" html 5000000 >"$dir/news.html"

# "MS KB": what a command took, its peak memory too
timed() {
    python3 - "$@" <<'E'
import os, sys, time
start = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                      file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
usage = os.wait4(pid, 0)[2]
print("%.3f %d" % ((time.monotonic() - start) * 1e3, usage.ru_maxrss))
E
}

column() { cut -d' ' -f"$2" "$dir/$1" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

print_row() { # WORK FILE PEER TARGET
    awk -v work="$1" -v bytes="$(wc -c <"$2")" -v peer="$3" -v target="$4" -v a="$(column dele 1)" \
        -v am="$(column dele 2)" -v b="$(column peer 1)" -v bm="$(column peer 2)" 'BEGIN {
            printf "%-5s dele %7.1f MB/s %6.1f MB,  %-5s %7.1f MB/s %6.1f MB,  ", work,
                bytes / a / 1e3, am / 1024, peer, bytes / b / 1e3, bm / 1024
            printf "speed %.1f times (target %s), memory %.2f (target 0.5)\n", b / a, target, am / bm
        }'
}

if [ -x $bin/gmime ]; then
    for _ in $(seq "$rounds"); do
        $bin/mime "$dir/parts.eml" >>"$dir/dele"
        $bin/gmime "$dir/parts.eml" >>"$dir/peer"
    done
    print_row MIME "$dir/parts.eml" GMime 1
else
    echo "MIME  built without GMime: $($bin/mime "$dir/parts.eml")"
fi

rm -f "$dir/dele" "$dir/peer"
if command -v w3m >/dev/null; then
    for _ in $(seq "$rounds"); do
        timed $bin/html "$dir/news.html" 2>/dev/null >>"$dir/dele"
        timed w3m -dump -T text/html -I UTF-8 "$dir/news.html" >>"$dir/peer"
    done
    print_row HTML "$dir/news.html" w3m 10
else
    echo "HTML  there is no w3m: $($bin/html "$dir/news.html" 2>&1 >/dev/null)"
fi
