#!/usr/bin/env bash
# Identity's notifications, as a consumer built on OpenStack's own library gets them: a cloud with the fake driver and enable_service
# rabbit, whose broker is killed and stopped meanwhile. Needs root: it works in a network namespace of its own. KEEP_LOGS=1 keeps the
# logs. Ends with "N passed, N failed".
# shellcheck disable=SC2317 # check calls functions by name
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh

export VIRT_DRIVER=fake
new_cloud mnotify
# shellcheck disable=SC2329 # called by the trap
finish() {
    [ -z "${consumer:-}" ] || kill "$consumer" 2>/dev/null
    remove_cloud
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
printf 'python3-oslo.messaging\n' >"$scratch/packages.txt"
install_packages "$home/lib/packages/broker.txt" "$scratch/packages.txt" >"$scratch/packages.out" 2>&1 || { cat "$scratch/packages.out"; exit 1; }
cat >"$scratch/local.conf" <<EOF
[[local|localrc]]
HOST_IP=10.99.99.13
ADMIN_PASSWORD=notify
SERVICE_PASSWORD=notify
DATABASE_PASSWORD=notify
RABBIT_PASSWORD=notify
enable_service rabbit
EOF
export LOCAL_CONF=$scratch/local.conf
say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_standalone_namespace 10.99.99.13 || exit 1

check "stack.sh with enable_service rabbit" stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; result; exit 1; }

broker_pid() {
    cat "$DATA_DIR/rabbitmq/rabbitmq.pid"
}
broker_answers() {
    in_cloud bash -c "exec 3<>/dev/tcp/127.0.0.1/$(cut -d' ' -f1 "$DATA_DIR/rabbitmq/ports")"
}
told() {
    grep -q "\"event_type\": \"$1\".*$2" "$scratch/told"
}
# Not by in_cloud: the process to be stopped would be a child of the one whose number is known here.
consume() {
    ip netns exec "$namespace" /usr/bin/python3 lib/notifications.py "rabbit://stackrabbit:notify@127.0.0.1:$(cut -d' ' -f1 "$DATA_DIR/rabbitmq/ports")/" \
        >>"$scratch/told" 2>>"$scratch/consumer.err" &
    consumer=$!
}
as admin admin
begun=$(date +%s%N)
check "a project made while the broker starts" openstack project create early -f value -c id
early=$(tail -n 1 "$scratch/check.out")
check "the broker answers" eventually 120 broker_answers
say "the broker answered $(seconds_between "$begun" "$(date +%s%N)") s later; it takes $(pss_of "$(broker_pid)") MB (PSS)"
consume
check "a stock consumer gets it" eventually 60 told identity.project.created "$early"
check "a user made now" openstack user create told -f value -c id
user=$(tail -n 1 "$scratch/check.out")
check "is told of at once" eventually 5 told identity.user.created "$user"
check "with who asked" grep -q "\"resource_info\": \"$user\"" "$scratch/told"
before=$(broker_pid)
kill -9 "$before"
check "a change while the broker is dead is answered" openstack user set --email dead@example.org "$user"
restarted() {
    [ "$(broker_pid 2>/dev/null)" != "$before" ] && broker_answers
}
check "the broker is started again" eventually 120 restarted
check "and told of the change" eventually 90 told identity.user.updated "$user"
check "a deletion" openstack user delete "$user"
check "is told of last" eventually 10 told identity.user.deleted "$user"
types=$(grep -o "\"event_type\": \"identity.user[a-z.]*\"" "$scratch/told" | sed 's/.*user\.//; s/"//' | uniq | tr '\n' ' ')
check "in order" test "$types" = "created updated deleted "
check "a log-in that succeeds is not told" fails grep -q '"outcome": "success".*"action": "authenticate"' "$scratch/told"
check "nothing waits any more" test "$(sql 'select count(*) from identity.notification')" = 0
kill "$consumer" 2>/dev/null
wait "$consumer" 2>/dev/null
consumer=
check "unstack.sh" "$home/unstack.sh"
check "no process is left" test -z "$(processes)"
check "Erlang's port mapper neither" fails bash -c "ip netns pids $namespace | xargs -r ps -o comm= -p | grep -q epmd"
check "clean.sh" "$home/clean.sh"
check "the data directory is gone" fails test -e "$DATA_DIR"
result
