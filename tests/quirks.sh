#!/bin/sh
# Every test that quirks.txt names exists; as TAP.
cd "${top_srcdir:-$(dirname "$0")/..}" || exit 1
echo "1..1"
missing=$(grep -v '^#' tests/quirks.txt | grep . | sed 's/.*| //' | while read -r file name; do
    case $file in
    dialogs) [ -e "tests/dialogs/$name.txt" ] ;;
    man) tr "\n" " " <dele.1 | sed "s/\\\\&//g" | grep -qF "$name" ;;
    *) grep -q "^Test([a-z0-9]*, $name[,)]" "tests/$(dirname "$file")/test_$(basename "$file").c" ;;
    esac || echo "# $file $name"
done)
[ -z "$missing" ] && echo "ok 1 - each quirk has its test" || echo "not ok 1 - each quirk has its test"
[ -z "$missing" ] || echo "$missing"
