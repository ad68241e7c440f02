#!/bin/sh
# Runs one test program for automake's TAP driver.  A report that a sanitizer wrote turns the
# program's result into a failure: Criterion itself does not see leaks.
report=$(mktemp -d)
export CRITERION_OUTPUTS=tap:-
# With more than one, Criterion 2.4.1 itself leaks, which LeakSanitizer would report.
export CRITERION_JOBS=1
export ASAN_OPTIONS="log_path=$report/asan:$ASAN_OPTIONS"
export UBSAN_OPTIONS="log_path=$report/ubsan:print_stacktrace=1:$UBSAN_OPTIONS"
export LSAN_OPTIONS="suppressions=$top_srcdir/tests/lsan.supp:print_suppressions=0"
"$@"
status=$?
for file in "$report"/*; do
    [ -e "$file" ] || continue
    cat "$file" >&2
    echo "Bail out! a sanitizer report, see the log"
    status=1
    break
done
rm -rf "$report"
exit $status
