#!/usr/bin/env bash
# The user's own lab, end to end with the stock client: a host with ens33 and 192.168.31.11, a router with 192.168.31.1, and
# lab/local.conf as it is. Boots real guests, reaches them, deletes everything, and looks for leftovers. Needs root.
# Works in network namespaces that it makes and removes. KEEP_LOGS=1 keeps the logs. Ends with "N passed, N failed".
# shellcheck disable=SC2317,SC2016 # check calls functions by name; what stands in single quotes is for a guest's shell
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh

new_cloud mlab
export LOCAL_CONF=$home/conformance/lab/local.conf
router=$namespace-router
trap 'remove_cloud "$router"' EXIT
trap 'exit 130' INT TERM HUP

new_lab() {
    ip netns add "$namespace"
    ip netns add "$router"
    ip -n "$namespace" link add ens33 type veth peer name eth0 netns "$router"
    ip -n "$namespace" addr add 192.168.31.11/24 dev ens33
    ip -n "$router" addr add 192.168.31.1/24 dev eth0
    local each
    for each in "$namespace" "$router"; do
        ip -n "$each" link set lo up
    done
    ip -n "$namespace" link set ens33 up
    ip -n "$router" link set eth0 up
    ip -n "$namespace" route add default via 192.168.31.1
    # A virtual cable computes no checksums, a real network card does.
    ip netns exec "$router" ethtool -K eth0 tx off >/dev/null
    ip netns exec "$namespace" ethtool -K ens33 tx off >/dev/null
}

from_router() {
    ip netns exec "$router" "$@"
}

ssh_options=(-i "$scratch/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes -o ConnectTimeout=8)

# Runs a command in the first guest, by its floating address, from the router.
in_guest() {
    from_router timeout 60 ssh "${ssh_options[@]}" "cirros@$floating" "$@"
}

# Runs a command in the second guest, by way of the first.
in_second_guest() {
    from_router timeout 90 ssh "${ssh_options[@]}" -o "ProxyCommand=ssh ${ssh_options[*]} -W %h:%p cirros@$floating" "cirros@$second_address" "$@"
}

address_of() {
    openstack port list --server "$1" --network lab-net -f value -c fixed_ips | grep -oE '10\.20\.0\.[0-9]+' | head -n 1
}

port_answers() {
    from_router timeout 3 bash -c "exec 3<>/dev/tcp/$floating/$1"
}

console_has() {
    openstack console log show "$1" | grep "$2" >/dev/null
}

status_of() {
    openstack server show "$1" -f value -c status
}

has_status() {
    [ "$(status_of "$1")" = "$2" ]
}

public_bridge_has_address() {
    ip -n "$namespace" -4 addr show br-ex | grep -q 'inet 192.168.31.11/24' &&
        ip -n "$namespace" route show default | grep -q 'via 192.168.31.1 dev br-ex'
}

interface_has_address_back() {
    ip -n "$namespace" -4 addr show ens33 | grep -q 'inet 192.168.31.11/24'
}

in_floating_pool() {
    local last=${floating##*.}
    [ "${floating%.*}" = 192.168.31 ] && [ "$last" -ge 150 ] && [ "$last" -le 180 ]
}

# --- the lab comes up
say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_lab || exit 1
begun=$(date +%s%N)
check "stack.sh comes up with the user's local.conf" stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; result; exit 1; }
say "stack.sh took $(seconds_between "$begun" "$(date +%s%N)") s"
check "stack.sh is safe to run again" stack
check "br-ex has the host's address and default route" public_bridge_has_address
check "the router reaches the host" from_router ping -c 2 -W 2 192.168.31.11
java=$(cat "$DATA_DIR/run/monostack.pid")
mariadb=$(cat "$DATA_DIR/mariadb/mariadbd.pid")
sleep 5
say "idle memory (PSS): JVM $(pss_of "$java") MB, MariaDB $(pss_of "$mariadb") MB"
database_port=$(cat "$DATA_DIR/run/mariadb.port")
check "MariaDB does not answer on the host's address" fails from_router timeout 3 bash -c "exec 3<>/dev/tcp/192.168.31.11/$database_port"

# --- the administrator's view
as admin admin
check "catalog" openstack catalog list
check "a hypervisor is there" bash -c 'ip netns exec "$NETNS" openstack hypervisor list -f value -c State | grep -qx up'
check "the seeded networks are there" openstack network show private -f value -c id
public_network=$(openstack network show public -f value -c id)
check "the public network is external" test "$(openstack network show public -f value -c router:external)" = True

# --- the user's work
as demo demo
openstack security group list >/dev/null # makes the project's default group, which stays
sleep 2
inventory >"$scratch/before"
ssh-keygen -q -t ed25519 -N '' -C lab -f "$scratch/key"
check "image upload" openstack image create lab-image --disk-format qcow2 --container-format bare --file "$DATA_DIR/guest/monostack-guest-x86_64.qcow2"
check "keypair" openstack keypair create lab-key --public-key "$scratch/key.pub"
check "network" openstack network create lab-net -f value -c id
network=$(tail -n 1 "$scratch/check.out")
check "subnet" openstack subnet create lab-subnet --network lab-net --subnet-range 10.20.0.0/24 --dns-nameserver 192.168.31.1
check "router" openstack router create lab-router
check "router gateway" openstack router set lab-router --external-gateway "$public_network"
check "router interface" openstack router add subnet lab-router lab-subnet
check "security group" openstack security group create lab-group
check "security group rule for ping" openstack security group rule create lab-group --protocol icmp
check "security group rule for SSH" openstack security group rule create lab-group --protocol tcp --dst-port 22
printf '#!/bin/sh\necho user-data was here: $(hostname)\n' >"$scratch/user-data"

begun=$(date +%s%N)
check "server create to ACTIVE" openstack server create lab-1 --image lab-image --flavor m1.nano --network lab-net --security-group lab-group \
    --key-name lab-key --user-data "$scratch/user-data" --wait
active=$(date +%s%N)
check "floating IP" openstack floating ip create public -f value -c floating_ip_address
floating=$(tail -n 1 "$scratch/check.out")
check "the floating IP is of the pool" in_floating_pool
check "floating IP to server" openstack server add floating ip lab-1 "$floating"
check "SSH from the router with the key" eventually 90 in_guest true
reached=$(date +%s%N)
say "server create to ACTIVE: $(seconds_between "$begun" "$active") s (client included), to SSH: $(seconds_between "$begun" "$reached") s"
check "a second server, with a config drive" openstack server create lab-2 --image lab-image --flavor m1.nano --network lab-net \
    --security-group lab-group --key-name lab-key --config-drive True --wait
second_address=$(address_of lab-2)
first_address=$(address_of lab-1)
check "console log shows the login prompt" eventually 60 console_has lab-1 'lab-1 login:'
check "user-data ran" console_has lab-1 'user-data was here: lab-1'
check "the second server's console log too" eventually 60 console_has lab-2 'lab-2 login:'
check "the second took its metadata from the config drive" console_has lab-2 'metadata: config drive'
check "hostname inside" in_guest 'test "$(hostname)" = lab-1'
check "metadata service" in_guest 'wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json | grep -q lab-key'
check "the address is the one the API shows" in_guest "ip -4 addr show | grep -q 'inet $first_address/24'"
check "ping from the router to the floating IP" from_router ping -c 3 -W 2 "$floating"
check "ping from guest to guest" in_guest ping -c 3 "$second_address"
check "ping from guest to the router, through SNAT" in_second_guest ping -c 3 192.168.31.1
check "ping from the guest with the floating IP to the router" in_guest ping -c 3 192.168.31.1

# --- security groups
in_guest 'for port in 8080 8081; do (while true; do echo open | nc -l -p $port; done) >/dev/null 2>&1 </dev/null & done' &
listener=$!
sleep 2
kill $listener 2>/dev/null
check "a port that no rule opens is closed" fails port_answers 8080
check "a rule opens it" openstack security group rule create lab-group --protocol tcp --dst-port 8080 -f value -c id
rule=$(tail -n 1 "$scratch/check.out")
check "it is open" eventually 10 port_answers 8080
check "its neighbour is not" fails port_answers 8081
check "the rule is deleted" openstack security group rule delete "$rule"
check "it is closed again" eventually 10 fails port_answers 8080

# --- the life of a server
check "stop" openstack server stop lab-1
check "it is SHUTOFF" eventually 90 has_status lab-1 SHUTOFF
check "start" openstack server start lab-1
check "it is ACTIVE" eventually 60 has_status lab-1 ACTIVE
check "SSH again" eventually 90 in_guest true
check "soft reboot" openstack server reboot lab-1 --wait
check "SSH after the reboot" eventually 90 in_guest true
check "the events are told" bash -c 'ip netns exec "$NETNS" openstack server event list lab-1 -f value -c Action | sort -u | tr "\n" " " | grep -q "create.*reboot.*start.*stop"'
in_guest 'echo kept > kept; sync'

# --- stop and start the whole cloud
check "unstack.sh" "$home/unstack.sh"
check "ens33 has its address back" interface_has_address_back
check "nothing runs any more" test -z "$(processes)"
begun=$(date +%s%N)
check "stack.sh again" stack
say "the second start took $(seconds_between "$begun" "$(date +%s%N)") s until all answered"
check "lab-1 is ACTIVE again" eventually 60 has_status lab-1 ACTIVE
check "SSH after the restart" eventually 120 in_guest grep -q kept kept
check "the second guest runs, too" eventually 60 in_second_guest true

# --- everything is deleted
check "servers deleted" openstack server delete lab-1 lab-2 --wait
check "floating IP deleted" openstack floating ip delete "$floating"
check "router interface removed" openstack router remove subnet lab-router lab-subnet
check "router deleted" openstack router delete lab-router
check "network deleted" openstack network delete lab-net
check "security group deleted" openstack security group delete lab-group
check "keypair deleted" openstack keypair delete lab-key
check "image deleted" openstack image delete lab-image
no_namespace_of_network() {
    [ -n "$network" ] && ! compgen -G "/run/netns/*$network*"
}
nothing_left() {
    inventory >"$scratch/after"
    diff "$scratch/before" "$scratch/after"
}
check "its metadata namespace is gone" eventually 10 no_namespace_of_network
check "nothing is left in libvirt, OVN, the file system or the database" eventually 20 nothing_left
[ -e "$scratch/after" ] && diff "$scratch/before" "$scratch/after" | sed 's/^/        /'

# --- and the cloud goes away
check "clean.sh" "$home/clean.sh"
check "ens33 has its address" interface_has_address_back
check "the data directory is gone" fails test -e "$DATA_DIR"
check "no process is left" test -z "$(processes)"
result
