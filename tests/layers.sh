#!/bin/sh
# The house rules that a compiler does not know, as TAP: which folder may include which, the files
# that alone may know a library, what every file begins with, and what nobody may call.
cd "${top_srcdir:-$(dirname "$0")/..}" || exit 1

plan=9 n=0
result() { # result NAME FAULTS: ok when FAULTS is empty
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}

sources=$(find src ui -name '*.[ch]' | sort)
echo "1..$plan"

# folder: the folders that it may include besides its own
may='base:
pop3:base
mail:base
maildrop:base mail
net:base
store:base mail maildrop
client:base pop3 mail maildrop store net
demo:base pop3
ui:base pop3 mail maildrop store net client demo'
faults=
for file in $sources; do
    folder=${file#src/} folder=${folder%%/*}
    allowed=$(printf '%s\n' "$may" | sed -n "s/^$folder://p")
    for include in $(sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file"); do
        case $include in config.h) continue ;; esac
        case " $folder $allowed " in
        *" ${include%%/*} "*) ;;
        *) faults="$faults$file includes $include
" ;;
        esac
    done
done
result "a folder includes only what its layer allows" "$faults"

only() { # only PATTERN FILE: FILE alone includes <PATTERN>
    grep -lE "^ *# *include *<($1)>" $sources | grep -vxF "$2"
}
result "only ui/screen.c knows curses" "$(only 'n?curses[^>]*|term\.h' ui/screen.c | grep -vxF ui/restore.c)"
result "only TLS behind src/net/tls.h knows GnuTLS" \
    "$(grep -lE '# *include *<gnutls/' $sources | grep -vE '^src/net/tls(\.c|_[a-z]+\.[ch])$')"
result "only src/client/sasl.c knows GNU SASL" "$(only 'gsasl[^>]*' src/client/sasl.c)"
result "only src/mail/charset.c knows iconv" "$(only 'iconv\.h' src/mail/charset.c)"

faults=
for file in $(printf '%s\n' $sources | grep '\.c$'); do
    # in angle brackets where the folder has a config.h of its own
    first=$(sed -n 's/^ *# *include *["<]\([^">]*\)[">].*/\1/p' "$file" | sed -n 1p)
    [ "$first" = config.h ] || faults="$faults$file does not include config.h first
"
    own=${file%.c}.h
    [ -e "$own" ] || continue
    second=$(sed -n 's/^ *# *include *["<]\([^">]*\)[">].*/\1/p' "$file" | sed -n 2p)
    [ "$second" = "${own#src/}" ] || faults="$faults$file does not include its own header next
"
done
result "a .c file includes config.h, then its own header" "$faults"

banned='sscanf|strtok|strtok_r|atoi|atol|atoll|strcpy|strcat|sprintf|vsprintf|alloca|gets'
result "no banned function is called" \
    "$(grep -nE "(^|[^a-z_0-9])($banned) *\(" $sources; grep -nE 'TODO|FIXME|(^|[^X])XXX([^X]|$)' $sources)"

faults=
for file in $sources; do
    grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" Makefile.am || faults="$faults$file
"
done
result "every source file stands in Makefile.am" "$faults"

marked=$(grep -lE '(^|[^A-Za-z_])(_|N_|_n)\(' $sources | grep -v '^src/base/i18n.h$')
listed=$(grep -v '^#' po/POTFILES.in)
result "po/POTFILES.in lists the files with marked sentences" \
    "$(printf '%s\n%s\n' "$marked" "$listed" | sort | uniq -u)"
