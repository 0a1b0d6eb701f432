#!/usr/bin/env bash
# Sends spoilt requests to every route of a cloud with the fake driver, and looks whether each gets a proper answer:
#   conformance/fuzz.sh [--minutes N | --seconds N] [--requests N] [--service NAME] [--seed S] [--case N] [--output DIR]
# The routes are those that `monostack routes` prints, or those of one service; it goes on until both the time is over and the
# requests are made. Requests that failed are kept in the output directory; --case with the seed
# makes one of them again. Needs root: it works in a network namespace of its own. KEEP_LOGS=1 keeps the logs.
# Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh
. ../lib/jdk.sh
export PATH=$JAVA_HOME/bin:$PATH # jcmd

seconds=60
seed=$RANDOM
output=$home/conformance/target/fuzz
options=()
while [ $# -gt 0 ]; do
    case $1 in
    --minutes) seconds=$((${2:?} * 60)) ;;
    --seconds) seconds=${2:?} ;;
    --seed) seed=${2:?} ;;
    --case | --requests | --service) options+=("$1" "${2:?}") ;;
    --output) output=$(mkdir -p "${2:?}" && cd "$2" && pwd) ;;
    *)
        sed -n '2,7s/^# \?//p' "$0" >&2
        exit 2
        ;;
    esac
    shift 2
done
export VIRT_DRIVER=fake

new_cloud mfuzz
trap remove_cloud EXIT
trap 'exit 130' INT TERM HUP
printf '[[local|localrc]]\nHOST_IP=10.99.99.11\nADMIN_PASSWORD=fuzz\nSERVICE_PASSWORD=fuzz\nDATABASE_PASSWORD=fuzz\n' >"$scratch/local.conf"
# Spoilt log-ins by the thousand are to reach what is behind the limits.
printf 'KEYSTONE_LOGIN_FAILURES_PER_ACCOUNT=0\nKEYSTONE_LOGIN_FAILURES_PER_ADDRESS=0\n' >>"$scratch/local.conf"
export LOCAL_CONF=$scratch/local.conf
mkdir -p "$output"

say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
check "the route table" bash -c "'$home/bin/monostack' routes >'$scratch/routes.json'" || { result; exit 1; }
new_standalone_namespace 10.99.99.11 || exit 1
check "stack.sh" stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; result; exit 1; }
say "$seconds s, seed $seed"
in_cloud python3 fuzz/run.py --seed "$seed" --seconds "$seconds" --host 10.99.99.11 --password fuzz --routes "$scratch/routes.json" --output "$output" \
    --log "$LOGDIR/monostack.log" --pid "$(cat "$DATA_DIR/run/monostack.pid")" "${options[@]}" | tee "$scratch/fuzz.out"
check "the fuzzer came to its end" test "${PIPESTATUS[0]}" = 0
passed=$((passed + $(grep -c '^ok' "$scratch/fuzz.out")))
failed=$((failed + $(grep -c '^FAILED' "$scratch/fuzz.out")))
result
