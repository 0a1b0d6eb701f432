# Counts checks. Sourced; needs $scratch, a directory of the caller's.
# shellcheck shell=bash disable=SC2154
passed=0
failed=0

# check WHAT COMMAND...   runs the command, prints one line; a failure shows what the command printed last
check() {
    local what=$1 status=0
    shift
    "$@" >"$scratch/check.out" 2>&1 || status=$?
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what: $(tail -n 3 "$scratch/check.out" | tr '\n' ' ')"
    fi
    return $status
}

# eventually SECONDS COMMAND...   repeats the command until it succeeds
eventually() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.3
    done
}

fails() {
    ! "$@"
}

# The seconds between two instants of "date +%s%N", with one decimal.
seconds_between() {
    local tenths=$((($2 - $1 + 50000000) / 100000000))
    echo "$((tenths / 10)).$((tenths % 10))"
}

# Prints the result line and succeeds if nothing failed.
result() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
}
