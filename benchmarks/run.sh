#!/usr/bin/env bash
# Measures a cloud with closed-loop load of 1 and 16 clients, and writes CSV files and Markdown tables:
#   benchmarks/run.sh [--quick] [--cases LIST] [--output DIR] [--update-readme]
#   benchmarks/run.sh --endpoint URL [--user U] [--password P] [--project P] [--domain D] [--sizes LIST] ...
#   benchmarks/run.sh --inner        only the hot inner parts, by JMH
# Without --endpoint it brings up a cloud of its own with the fake driver, in a network namespace and on scratch data, and
# measures its start and memory too: about fifteen minutes, with --quick three. --endpoint takes any OpenStack: ours or a real one;
# what the OS_* variables say is the default for the rest. --cases takes names of requests (images,servers_detail,...), identity,
# boot and network. --sizes says at how many servers, each with a port, lists are measured; --users and --assignments how many of
# those identity's lists are measured at (10,000 and 100,000). --peer names a directory with the CSV files of another cloud to
# compare with; the default is what OpenStack Zed measured on this kind of machine.
# --update-readme puts the tables into benchmarks/README.md.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
caller=$PWD
cd "$here/../conformance"
. lib/cloud.sh
. "$home/lib/jdk.sh"

usage() {
    sed -n '2,12s/^# \?//p' "$here/run.sh" >&2
    exit 2
}

endpoint=
output=
cases=
sizes=
users=
assignments=
peer=$here/peer/openstack-zed
peer_name='OpenStack Zed'
quick=
inner=
update=
user=${OS_USERNAME:-admin}
password=${OS_PASSWORD:-}
project=${OS_PROJECT_NAME:-admin}
domain=${OS_USER_DOMAIN_NAME:-Default}
while [ $# -gt 0 ]; do
    case $1 in
    --quick) quick=1 ;;
    --inner) inner=1 ;;
    --update-readme) update=1 ;;
    --endpoint | --user | --password | --project | --domain | --cases | --sizes | --users | --assignments | --output)
        declare "${1#--}=${2:?}"
        shift
        ;;
    --peer)
        peer=$(cd "$caller" && cd "${2:?}" && pwd)
        peer_name=$(basename "$peer")
        shift
        ;;
    *) usage ;;
    esac
    shift
done
if [ -z "$output" ]; then
    output=$here/target/results/$(date -u +%Y%m%dT%H%M%SZ)
fi
output=$(cd "$caller" && mkdir -p "$output" && cd "$output" && pwd)
rm -f "$output"/{requests,flows}.csv "$output/tables.md"

# Built when it never was or a source is newer; the second attempt may fetch what is missing.
build_benchmarks() {
    local jar=$here/target/benchmarks.jar modules=(-Pbenchmarks -pl benchmarks -am)
    if [ ! -e "$jar" ] || [ -n "$(find "$here/src" "$here/pom.xml" "$home/platform/src/main" -type f -newer "$jar" -print -quit)" ]; then
        "$home/build.sh" -f "$home/pom.xml" -B -q -o "${modules[@]}" -DskipTests package >/dev/null 2>&1 ||
            "$home/build.sh" -f "$home/pom.xml" -B -q "${modules[@]}" -DskipTests package
        touch "$jar"
    fi
}

# Runs the load driver, inside the cloud's namespace if it has one.
driver() {
    local java=("$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED -jar "$here/target/benchmarks.jar")
    if [ "${namespace:-}" ]; then
        in_cloud "${java[@]}" "$@"
    else
        "${java[@]}" "$@"
    fi
}

record() { # FLOW METRIC VALUE UNIT
    driver record --flow "$1" --metric "$2" --value "$3" --unit "$4" --output "$output"
}

load() {
    driver load --endpoint "$endpoint" --user "$user" --password "$password" --project "$project" --domain "$domain" \
        --output "$output" ${cases:+--cases "$cases"} ${sizes:+--sizes "$sizes"} ${users:+--users "$users"} ${assignments:+--assignments "$assignments"} "$@"
}

machine() {
    local model
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    echo "Measured on $(date -u '+%d %B %Y, %H:%M UTC') at $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo 'an unknown revision')" \
        "on $(nproc) cores ($model), $(awk '/^MemTotal/ { printf "%d", $2 / 1048576 }' /proc/meminfo) GB, Linux $(uname -r)," \
        "$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p), MariaDB $(mariadbd --version 2>/dev/null | sed -E 's/.*Ver ([0-9.]+).*/\1/')." \
        "Load average when it began: $load_before; client and cloud share the cores."
}

tables() {
    {
        machine
        echo
        driver tables --output "$output" --peer "$peer" --peer-name "$peer_name"
        [ ! -e "$output/inner.md" ] || cat "$output/inner.md"
    } >"$output/tables.md"
    if [ "$update" ]; then
        sed -i -e "/^<!-- tables -->\$/r $output/tables.md" -e '/^<!-- tables -->$/,/^<!-- end of tables -->$/{/^<!--/!d}' "$here/README.md"
    fi
    echo
    cat "$output/tables.md"
    say "kept in $output"
}

measure_inner() {
    say "the inner parts"
    driver inner --output "$output" ${quick:+--quick} >"$output/inner.log" || { tail "$output/inner.log"; exit 1; }
}

# The time from stack.sh's start to its end, and that of the process itself to its first answer.
start_cloud() { # METRIC
    local begun
    begun=$(date +%s%N)
    stack || { tail -n 40 "$LOGFILE" "$LOGDIR/monostack.log" 2>/dev/null; exit 1; }
    record start "$1" "$((($(date +%s%N) - begun) / 1000000))e-3" s
}

process_starts() {
    local waiting
    rm -f "$DATA_DIR/run/monostack.pid"
    driver started --url "$endpoint/v3" --pid-file "$DATA_DIR/run/monostack.pid" --output "$output" &
    waiting=$!
    sleep 1
    stack
    wait $waiting
}

await_start_cache() {
    local begun=$SECONDS
    while [ -e "$home/cloud/target/monostack.aot.lock" ] && [ $((SECONDS - begun)) -lt 180 ]; do
        sleep 1
    done
}

measure_own() {
    export VIRT_DRIVER=fake
    new_cloud mbench
    trap remove_cloud EXIT
    trap 'exit 130' INT TERM HUP
    printf '[[local|localrc]]\nHOST_IP=10.99.97.11\nADMIN_PASSWORD=benchmark\nSERVICE_PASSWORD=benchmark\nDATABASE_PASSWORD=benchmark\n' >"$scratch/local.conf"
    export LOCAL_CONF=$scratch/local.conf
    endpoint=http://10.99.97.11:5000
    user=admin password=benchmark project=admin domain=Default
    say "preparing in $scratch"
    prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
    new_standalone_namespace 10.99.97.11
    start_cloud stack_first
    say "waiting for the start-up cache"
    await_start_cache
    "$home/unstack.sh" >>"$scratch/stack.out" 2>&1
    start_cloud stack_again
    "$home/unstack.sh" >>"$scratch/stack.out" 2>&1
    process_starts
    local at_once=50,500 times=(--seconds 3 --warm-up 3 --fill-limit 150)
    : "${sizes:=100,1000,10000}"
    if [ "$quick" ]; then
        at_once=50
        sizes=100,1000
        times=(--seconds 1.5 --warm-up 1 --fill-limit 20)
        : "${users:=1000}" "${assignments:=10000}"
    fi
    sleep 5
    load --raise-quotas --leave --at-once "$at_once" "${times[@]}" --process "jvm=$(cat "$DATA_DIR/run/monostack.pid")" \
        --process "mariadb=$(cat "$DATA_DIR/mariadb/mariadbd.pid")"
}

load_before=$(cut -d ' ' -f 1-3 /proc/loadavg)
build_benchmarks
if [ "$inner" ]; then
    measure_inner
    cat "$output/inner.md"
    exit
fi
if [ "$endpoint" ]; then
    load --at-once "$([ "$quick" ] && echo 10 || echo 50)" --seconds "$([ "$quick" ] && echo 1.5 || echo 5)" \
        --warm-up "$([ "$quick" ] && echo 1 || echo 2)" --fill-limit "$([ "$quick" ] && echo 20 || echo 120)"
else
    [ "$quick" ] || measure_inner
    measure_own
fi
tables
