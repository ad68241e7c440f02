# shellcheck shell=sh
# A seeded maildrop of 1,000 messages, 700 of them spam in twelve campaigns, triaged by hand: by dele
# with its groups, by neomutt with a pattern for each campaign.

triage_maildrop() {
    rm -rf "$dir/mail/triage"
    mkdir "$dir/mail/triage"
    $bin/../support/triage 7 "$dir/mail/triage"
    user=triage
    give_away triage
}

# left LABEL: messages of that kind that are still there
left() {
    find "$dir/mail/triage" -type f -name "*.$1*" | wc -l
}

triage_result() { # "K keys: N of 700 spam deleted, M of 300 wanted"
    spam=$(left campaign-)
    all=$(find "$dir/mail/triage/cur" "$dir/mail/triage/new" -type f | wc -l)
    echo "$1 keys: $((700 - spam)) of 700 spam, $((300 - all + spam)) of 300 wanted"
}

bench_triage() {
    title "700 spam of 1000 messages marked by hand, RTT 0"
    has_dovecot || return 0
    start_dovecot
    server=$(cat "$dir/plain") ca=
    far 0
    triage_maildrop
    run dele.triage watch type "$top/tests/bench/triage.dele"
    keys=$(value dele.triage keys)
    ours=$(triage_result "$keys")
    theirs=
    if command -v neomutt >/dev/null; then
        triage_maildrop
        neomutt_rc yes
        run neomutt.triage $bin/watch type "$top/tests/bench/triage.neomutt" "$(command -v neomutt)" \
            -n -F "$dir/muttrc" -f "pop://$user@localhost:$port/"
        theirs="neomutt $(triage_result "$(value neomutt.triage keys)")"
    fi
    row "keys pressed" "<= 40" - "$keys" "" 40 "$ours"
    [ -z "$theirs" ] || row "keys pressed, neomutt" - - "$(value neomutt.triage keys)" "" "" "$theirs"
}
