# shellcheck shell=sh
# Section read: a message that is opened; dele's MIME parser and GMime over the same 10 MB message
# of 200 parts, dele's reader of HTML and w3m over the same 5 MB document.

# timed COMMAND...: its time, its peak memory
timed() {
    python3 - "$@" <<'X'
import os, sys, time
start = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
                      file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
usage = os.wait4(pid, 0)[2]
print("ms %.3f" % ((time.monotonic() - start) * 1e3))
print("MB %.1f" % (usage.ru_maxrss / 1024))
X
}

parsed() { # parsed PROGRAM FILE: tests/bench/mime and gmime print "MS KB"
    "$bin/$1" "$2" | awk '{print "ms", $1; print "MB", $2 / 1024}'
}

# read_rows WORK TIMES PEER: TIMES as fast as the peer, in half of its memory
read_rows() {
    target="<= $(awk -v t="$2" 'BEGIN {print 1 / t}')x"
    if [ -e "$dir/run.$3" ]; then
        row "$1: time" "$target" - "$(value "$1" ms)" ms \
            "$(value "$3" ms | awk -v t="$2" '{print $1 / t}')" "$3 $(value "$3" ms) ms"
        row "$1: memory" "<= 0.5x" - "$(value "$1" MB)" MB "$(value "$3" MB | awk '{print $1 / 2}')" \
            "$3 $(value "$3" MB) MB"
    else
        row "$1: time" "$target" - "$(value "$1" ms)" ms "" "$3 is missing"
    fi
}

bench_read() {
    title "Reading"
    maildrop 1000 plain
    far 100
    for _ in $(rounds 3); do run dele.read watch read 1000; done
    row "newest message after Enter, RTT 100" "<= 150 ms" - "$(value dele.read read)" ms 150
    row "oldest message after Enter, RTT 100" "<= 150 ms" - "$(value dele.read oldest)" ms 150

    counts=
    python3 "$top/tests/bench/gen_mail.py" parts 12000000 >"$dir/parts.eml"
    python3 "$top/tests/bench/gen_mail.py" html 5000000 >"$dir/news.html"
    for _ in $(seq "$rounds"); do
        run MIME parsed mime "$dir/parts.eml"
        [ ! -x $bin/gmime ] || run GMime parsed gmime "$dir/parts.eml"
        run HTML timed $bin/html "$dir/news.html" 2>/dev/null
        ! command -v w3m >/dev/null || run w3m timed w3m -dump -T text/html -I UTF-8 "$dir/news.html"
    done
    read_rows MIME 1 GMime
    read_rows HTML 10 w3m
}
