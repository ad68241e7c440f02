#!/bin/sh
# The man page is clean, and speaks of every option and every action that there is; as TAP.
cd "${top_srcdir:-$(dirname "$0")/..}" || exit 1
echo "1..3"

if [ -z "$MANDOC" ]; then
    echo "ok 1 - mandoc finds no fault # SKIP there is no mandoc"
else
    faults=$("$MANDOC" -Tlint -W warning dele.1 2>&1)
    [ -z "$faults" ] && echo "ok 1 - mandoc finds no fault" || echo "not ok 1 - mandoc finds no fault"
    printf '%s\n' "$faults" | sed 's/^/# /'
fi

page=$(sed 's/\\-/-/g; s/\\&//g' dele.1)
missing=
for option in $(sed -n 's/^    {"\([a-z-]*\)", [a-z]*_argument.*/\1/p' ui/main.c); do
    printf '%s\n' "$page" | grep -qE -- "(-$option|, $option)( |\$)" || missing="$missing $option"
done
[ -z "$missing" ] && echo "ok 2 - every option is described" ||
    echo "not ok 2 - every option is described #$missing"

missing=
for action in $(sed -n 's/^    X([A-Z_]*, "\([a-z-]*\)".*/\1/p' ui/action.h); do
    printf '%s\n' "$page" | grep -qE "^\.Pq .*\b$action\b" || missing="$missing $action"
done
[ -z "$missing" ] && echo "ok 3 - every action is described" ||
    echo "not ok 3 - every action is described #$missing"
