# shellcheck shell=sh
# Sections about a list that is there or comes: jump, commit, memory, keys, start.

bench_jump() {
    title "Jumps to what is not loaded: 100000 messages, RTT 100, loading"
    maildrop 100000 plain
    far 100
    for _ in $(rounds 3); do run dele.jump watch jump 100000; done
    row "rows stand" "<= 10 ms" - "$(value dele.jump shown)" ms 10
    row "their messages are loaded" "<= 300 ms" - "$(value dele.jump loaded)" ms 300
}

# A fresh maildrop each time: what was deleted is gone.
commit_maildrop() {
    counts=
    if has_dovecot; then
        rm -rf "$dir/mail/commit"
        mkdir "$dir/mail/commit"
        cp -al "$dir/mail/10000/cur" "$dir/mail/10000/new" "$dir/mail/10000/tmp" "$dir/mail/commit"
        user=commit
        give_away commit
    else
        start "many.commit.$((commits += 1))" $bin/many 10000
        server=$port
    fi
    far 100
}

bench_commit() {
    title "500 of 10000 deleted, RTT 100, from the confirmation on; the limit writes nothing down"
    maildrop 10000 plain
    commits=0
    for _ in $(seq "$rounds"); do
        commit_maildrop
        run limit.commit limit -d 500 "$port" "$user" secret
        commit_maildrop
        run dele.commit watch commit 10000
    done
    row "listed again, DELE, QUIT answered" x1 "$(value limit.commit deleted)" \
        "$(value dele.commit committed)" ms
    row "verified by a second login" - - "$(value dele.commit verified)" ms
}

# synthetic MESSAGES: the server is many.c from here on
synthetic() {
    start "many.$1" $bin/many "$1"
    server=$port user=ann ca=
}

bench_memory() {
    title "Memory at its peak, and all of it, on the synthetic server"
    for count in 100000 1000000; do
        if [ $count = 100000 ]; then most=100 times=3; else most=700 times=1; fi
        synthetic $count
        far 0
        for _ in $(rounds $times); do
            run "limit.memory.$count" limit "$port" ann secret
            run "dele.memory.$count" watch open $count
        done
        row "memory, $count messages" "<= $most MB" - "$(value "dele.memory.$count" peak-MB)" MB $most
        row "complete, $count messages, RTT 0" - "$(value "limit.memory.$count" complete)" \
            "$(value "dele.memory.$count" complete)" ms
    done
}

keys() { # keys WHEN GROUPS COUNT
    # shellcheck disable=SC2046
    $bin/keys "$1" "$2" "$3" ./dele --tls none $(login) --pass-command 'echo secret' \
        "pop://$user@localhost:$port"
}

# keys_row RUN WORK MOST KINDS: the slowest of these kinds of answers is in time
keys_row() {
    slowest=$(worst "$1" "$4")
    [ -n "$slowest" ] || return 0
    row "$2" "<= $3 ms" - "${slowest% *}" ms "$3" "slowest: ${slowest#* }"
}

moves="down page-down G g mark undo down-by-subject down-resorted"
typed="search-letter search-enter limit-letter limit-enter"
sorts="sort-date sort-from sort-subject sort-size sort-score sort-number"

bench_keys() {
    title "Answers to keys, the median of each kind, on the synthetic server"
    for count in 100000 1000000; do
        if [ $count = 100000 ]; then key=10 text=50 times=3; else key=30 text=500 times=1; fi
        synthetic $count
        far 0
        for _ in $(rounds $times); do
            if [ $count = 100000 ]; then # each group while it lasts
                for group in lines pages ends marks search limit sort resort; do
                    run keys.$count.loading keys loading $group $count
                done
            else
                run keys.$count.loading keys loading lines,pages,ends,marks,search,limit $count
                run keys.$count.loading keys loading sort,resort $count
            fi
            run keys.$count.done keys done lines,pages,ends,marks,search,limit,sort $count
        done
        for when in loading done; do
            keys_row keys.$count.$when "keys, $count, $when" $key "$moves"
            keys_row keys.$count.$when "search and limit, $count, $when" $text "$typed"
            keys_row keys.$count.$when "sort, $count, $when" 1000 "$sorts"
        done
    done
}

bench_start() {
    title "Start, whatever the network does"
    counts=
    run start $bin/start ./dele "$((rounds * 4))"
    row "dele --version" "<= 10 ms" - "$(value start version)" ms 10
    row "until the first byte is sent" "<= 40 ms" - "$(value start hello)" ms 40
}
