#!/usr/bin/env bash
# Damages a cloud on real engines behind its back, and looks whether "monostack doctor" finds it, names it, and puts it right as it
# says; on a healthy cloud it must find nothing. Needs root: it works in a network namespace of its own, on a scratch directory.
# KEEP_LOGS=1 keeps the logs. Ends with "N passed, N failed".
# shellcheck disable=SC2317 # check calls functions by name
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh

export VIRT_DRIVER=libvirt
new_cloud mdoct
trap remove_cloud EXIT
trap 'exit 130' INT TERM HUP
cat >"$scratch/local.conf" <<EOF
[[local|localrc]]
HOST_IP=10.99.99.12
ADMIN_PASSWORD=doctor
SERVICE_PASSWORD=doctor
DATABASE_PASSWORD=doctor
EOF
export LOCAL_CONF=$scratch/local.conf

# doctor STATUS [--repair]   what it finds, a line each, goes to the output too
doctor() {
    local wanted=$1 status=0
    shift
    "$home/bin/monostack" doctor --json "$@" >"$scratch/doctor.json" || status=$?
    python3 lib/doctor.py <"$scratch/doctor.json" | tee "$scratch/findings"
    [ "$status" = "$wanted" ]
}

healthy() {
    doctor 0 && [ ! -s "$scratch/findings" ]
}

# found CHECK ID   the last report says so
found() {
    grep -q "^$1 $2" "$scratch/findings"
}

# finds_and_repairs WHAT CHECK ID   one look finds it, a second repairs it, a third finds nothing
finds_and_repairs() {
    check "$1: found and named" doctor_finds "$2" "$3"
    check "$1: repaired" doctor 0 --repair
    check "$1: nothing is left" healthy
}

doctor_finds() {
    doctor 1 && found "$1" "$2"
}

virsh_of_cloud() {
    virsh --quiet --connect "qemu:///system?socket=$DATA_DIR/compute/libvirt/run/libvirt-sock" "$@"
}

status_is() {
    [ "$(openstack server show "$1" -f value -c status)" = "$2" ]
}

running() {
    virsh_of_cloud list --uuid | grep "$1" >/dev/null
}

say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_standalone_namespace 10.99.99.12 || exit 1
check "stack.sh" stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; result; exit 1; }
as admin demo
check "a new cloud is healthy" healthy
image=$(openstack image list -f value -c ID | head -n 1)
server=$(openstack server create subject --image "$image" --flavor m1.nano --network private -f value -c id --wait | tr -d '\n')
other=$(openstack server create other --image "$image" --flavor m1.nano --network private -f value -c id --wait | tr -d '\n')
check "a server runs" running "$server"
openstack floating ip create public --port "$(openstack port list --server "$server" -f value -c id)" >/dev/null
sleep 2
check "a cloud with servers and a floating IP is healthy" healthy
inventory >"$scratch/before"
port=$(sql "select id from network.port where device_id = '$server'")
network=$(sql "select network_id from network.port where id = '$port'")
router=$(sql "select id from network.router limit 1")

# --- servers: what the cloud notices without being asked
virsh_of_cloud destroy "$server"
check "a machine that was switched off behind the cloud's back shows as SHUTOFF" eventually 60 status_is "$server" SHUTOFF
check "switched off, it is healthy" healthy
openstack server start "$server"
check "and starts again" eventually 60 status_is "$server" ACTIVE
virsh_of_cloud destroy "$server" && virsh_of_cloud undefine "$server"
check "a machine that was undefined shows as SHUTOFF" eventually 60 status_is "$server" SHUTOFF
openstack server start "$server"
check "and is defined and started again" eventually 60 status_is "$server" ACTIVE
stray=$(cat /proc/sys/kernel/random/uuid)
virsh_of_cloud dumpxml "$server" | sed "s/$server/$stray/; s#<name>.*</name>#<name>stray</name>#" >"$scratch/stray.xml"
virsh_of_cloud define "$scratch/stray.xml"
not_there() {
    ! virsh_of_cloud list --all --uuid | grep "$stray" >/dev/null
}
# The slow look may have taken it away first.
finds_machine() {
    doctor_finds compute.machines "$stray" || not_there
}
check "a machine of no server: found and named" finds_machine
check "a machine of no server: repaired" doctor 0 --repair
check "a machine of no server: it is gone" not_there

# --- files
stray=$(cat /proc/sys/kernel/random/uuid)
mkdir "$DATA_DIR/compute/servers/$stray"
qemu-img create -q -f qcow2 "$DATA_DIR/compute/servers/$stray/disk" 16M
finds_and_repairs "a disk of no server" compute.disks "$stray"
check "a disk of no server: it is gone" test ! -e "$DATA_DIR/compute/servers/$stray"
stray=$(cat /proc/sys/kernel/random/uuid)
echo content >"$DATA_DIR/images/contents/$stray"
touch -d '2 hours ago' "$DATA_DIR/images/contents/$stray"
finds_and_repairs "a file of no image" image.files "$stray"

# --- networks
northbound lsp-del "$port"
finds_and_repairs "a lost logical port" network.data-plane "$port"
check "a lost logical port: it is back" northbound get Logical_Switch_Port "$port" name
northbound lsp-add "neutron-$network" made-by-hand
finds_and_repairs "a stray logical port" network.data-plane "$(northbound get Logical_Switch_Port made-by-hand _uuid)"
northbound lr-nat-del "neutron-$router"
finds_and_repairs "lost NAT" network.data-plane "$router"
northbound acl-del "$(northbound --bare --columns name list Port_Group | grep . | grep -v drop | head -n 1)"
finds_and_repairs "lost rules of a security group" network.data-plane .
northbound set Logical_Switch_Port "$port" 'addresses="00:00:00:00:00:01"'
finds_and_repairs "a logical port with another address" network.data-plane "$port"
in_cloud ip link del "tap${port:0:11}"
check "a lost tap: found and named" doctor_finds compute.devices "$port"
check "a lost tap: a hard reboot is asked for and helps" openstack server reboot --hard --wait "$server"
check "a lost tap: nothing is left" eventually 20 healthy

# --- tables
sql "delete from placement.allocation where consumer_id = '$other'"
finds_and_repairs "a server without an allocation" compute.unallocated "$other"
sql "update compute.server set task_state = 'rebooting' where id = '$other'"
finds_and_repairs "a task that nobody works on" compute.tasks "$other"
sql "update compute.server set vcpus = 77 where id = '$other'"
finds_and_repairs "a wrong count for quotas" compute.quota "$other"

# --- engines
kill -STOP "$(cat "$DATA_DIR/ovn/central/ovn-northd.pid")"
check "a daemon that is suspended is told" doctor 2
kill -CONT "$(cat "$DATA_DIR/ovn/central/ovn-northd.pid")"
check "and is well when it goes on" eventually 20 healthy

as_before() {
    inventory >"$scratch/after"
    diff "$scratch/before" "$scratch/after"
}
check "after all repairs the cloud holds what it held" eventually 20 as_before
check "everything can be deleted" openstack server delete --wait "$server" "$other"
check "the emptied cloud is healthy" eventually 20 healthy
result
