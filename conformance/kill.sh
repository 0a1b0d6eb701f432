#!/usr/bin/env bash
# Kills (SIGKILL) at random instants while clients work, and looks whether every accepted request came to an end and nothing is orphaned.
#   conformance/kill.sh [--rounds N] [--seed N] [--span SECONDS]
#       kills the Monostack process while servers are booted and deleted, and starts it again each time; --span is the longest time
#       from a round's answers (or, now and then, requests) to the kill
#   conformance/kill.sh --minutes N | --rounds N --engines LIST [--seed N]
#       kills and pauses engines too, and fills a disk, while clients boot, delete, upload images, change routers and floating IPs;
#       LIST, with commas, is of monostack, mariadbd, ovn-northd, ovsdb-server, ovs-vswitchd, ovn-controller, libvirtd, qemu, disk, pause
# VIRT_DRIVER=fake tries the APIs alone.
# Needs root: it works in a network namespace of its own. KEEP_LOGS=1 keeps the logs. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh

rounds=20
seed=$RANDOM
span=
minutes=
engines=
while [ $# -gt 0 ]; do
    case $1 in
    --rounds) rounds=${2:?} ;;
    --seed) seed=${2:?} ;;
    --span) span=${2:?} ;;
    --minutes) minutes=${2:?} ;;
    --engines) engines=${2:?} ;;
    *)
        sed -n '3,9s/^# \?//p' "$0" >&2
        exit 2
        ;;
    esac
    shift 2
done
export VIRT_DRIVER=${VIRT_DRIVER:-libvirt}
if [ -z "$span" ]; then
    span=8
    [ "$VIRT_DRIVER" = fake ] && span=0.6
fi

new_cloud mkill
trap remove_cloud EXIT
trap 'exit 130' INT TERM HUP
cat >"$scratch/local.conf" <<EOF
[[local|localrc]]
HOST_IP=10.99.99.11
ADMIN_PASSWORD=kill
SERVICE_PASSWORD=kill
DATABASE_PASSWORD=kill
EOF
export LOCAL_CONF=$scratch/local.conf

say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
# The disks that can be full are small ones in memory.
if [ "$minutes$engines" ]; then
    for directory in images compute/servers; do
        (umask 077 && mkdir -p "$DATA_DIR/$directory" && mount -t tmpfs -o size=160m,mode=700 tmpfs "$DATA_DIR/$directory") || exit 1
    done
fi
new_standalone_namespace 10.99.99.11 || exit 1
check "stack.sh" stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; result; exit 1; }
as demo demo
# One server comes and goes first: what stays for the network's sake (its metadata device, the default group) is no leftover.
image=$(openstack image list -f value -c ID | head -n 1)
check "a first server comes and goes" openstack server create first --image "$image" --flavor m1.nano --network private --wait
openstack server delete first --wait
sleep 2
inventory >"$scratch/before"
as admin demo
places=(--libvirt-socket "$DATA_DIR/compute/libvirt/run/libvirt-sock" --servers-directory "$DATA_DIR/compute/servers" --driver "$VIRT_DRIVER" --restart "$home/stack.sh")
if [ "$minutes$engines" ]; then
    say "${minutes:+$minutes minutes, }${engines:-all kinds}, seed $seed, driver $VIRT_DRIVER"
    MYSQL_PWD=$(sed -n 's/^database=//p' "$DATA_DIR/private/credentials.properties") \
        in_cloud python3 lib/kill_engines.py --rounds "$rounds" --seconds $((${minutes:-0} * 60)) --seed "$seed" --engines "$engines" --data "$DATA_DIR" "${places[@]}" \
        --sql "mariadb --no-defaults --batch --skip-column-names --host 127.0.0.1 --port $(cat "$DATA_DIR/run/mariadb.port") --user monostack --execute" | tee "$scratch/rounds"
else
    say "$rounds rounds, seed $seed, kills within $span s, driver $VIRT_DRIVER"
    in_cloud python3 lib/kill_rounds.py --rounds "$rounds" --seed "$seed" --span "$span" --pid-file "$DATA_DIR/run/monostack.pid" "${places[@]}" | tee "$scratch/rounds"
fi
passed=$((passed + $(grep -c '^ok' "$scratch/rounds")))
failed=$((failed + $(grep -c '^FAILED' "$scratch/rounds")))
check "all rounds were run" grep -q '^all rounds done$' "$scratch/rounds"

# shellcheck disable=SC2317 # called by check
nothing_left() {
    inventory >"$scratch/after"
    diff "$scratch/before" "$scratch/after"
}
check "with all servers deleted, nothing is left" eventually 20 nothing_left
# shellcheck disable=SC2317 # called by check
doctor() {
    "$home/bin/monostack" doctor >"$scratch/doctor"
}
check "monostack doctor finds nothing" doctor || sed 's/^/        /' "$scratch/doctor"
[ -e "$scratch/after" ] && diff "$scratch/before" "$scratch/after" | sed 's/^/        /'
say "what there is now:"
sed 's/^/        /' "$scratch/after" 2>/dev/null
result
