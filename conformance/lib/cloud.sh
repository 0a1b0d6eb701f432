# A cloud of one's own for a test: in a network namespace, on a scratch data directory, removed afterwards. Sourced.
# Sets $scratch (kept short: unix sockets live below it), exports NETNS, DATA_DIR, LOGFILE and the like for ./stack.sh.
# shellcheck shell=bash disable=SC2031 # build_if_needed has a "home" of its own
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=../../lib/packages.sh
. "$home/lib/packages.sh"

say() {
    printf '        %s\n' "$*"
}

# new_cloud PREFIX   makes the scratch directory and names the namespace; makes nothing else yet
new_cloud() {
    scratch=$(mktemp -d "/tmp/$1.XXXXXX")
    namespace=$(basename "$scratch")
    export NETNS=$namespace DATA_DIR=$scratch/data LOGFILE=$scratch/logs/stack.sh.log LOGDIR=$scratch/logs SCREEN_LOGDIR=$scratch/logs
    # Nothing of the caller's own cloud may leak in.
    unset OS_CLOUD OS_TOKEN OS_AUTH_TOKEN OS_USER_ID OS_PROJECT_ID OS_TENANT_NAME OS_CLIENT_CONFIG_FILE
    export OS_CLIENT_CONFIG_FILE=$scratch/no-clouds.yaml
}

# A namespace that stands on its own: one network card with the address $1/24, its other end in the same place.
new_standalone_namespace() {
    ip netns add "$namespace"
    ip -n "$namespace" link set lo up
    ip -n "$namespace" link add eth0 type veth peer name cable
    ip -n "$namespace" addr add "$1/24" dev eth0
    ip -n "$namespace" link set cable up
    ip -n "$namespace" link set eth0 up
}

# What stack.sh cannot download from inside a namespace without a way out: packages, the guest image, the build's libraries.
prepare_offline() {
    local lists=("$home"/lib/packages/{base,database,client}.txt) output=$home/guest/target
    if [ "${VIRT_DRIVER:-libvirt}" != fake ]; then
        lists+=("$home/lib/packages/servers.txt" "$home/guest/packages.txt")
    fi
    install_packages "${lists[@]}"
    (
        set -e
        # shellcheck source=../../lib/jdk.sh
        . "$home/lib/jdk.sh"
        # shellcheck source=../../lib/build-if-needed.sh
        . "$home/lib/build-if-needed.sh"
        build_if_needed "$home"
    )
    if [ "${VIRT_DRIVER:-libvirt}" != fake ]; then
        "$home/guest/build.sh" "$output"
        (umask 077 && mkdir -p "$DATA_DIR/guest")
        cp "$output"/monostack-guest-* "$DATA_DIR/guest/"
        prepare_switch
    fi
}

# The newer Open vSwitch that the product unpacks for itself where the system's is not to be trusted.
prepare_switch() {
    local kept=$home/conformance/target/newer-switch
    [ -e /sys/module/openvswitch ] && return
    if [ ! -x "$kept/ovs-vswitchd" ]; then
        mkdir -p "$home/conformance/target"
        sh "$home/drivers/ovn/src/main/resources/org/monostack/driver/ovn/engine/newer-switch.sh" "$kept" trixie || return 0
    fi
    (umask 077 && mkdir -p "$DATA_DIR/ovn")
    cp -r "$kept" "$DATA_DIR/ovn/ovs-3.5"
}

in_cloud() {
    ip netns exec "$namespace" "$@"
}

stack() {
    "$home/stack.sh" </dev/null >>"$scratch/stack.out" 2>&1 || {
        tail -n 20 "$scratch/stack.out" >&2
        return 1
    }
}

# as USER [PROJECT]   sets the OS_* variables
as() {
    # shellcheck source=../../openrc
    . "$home/openrc" "$@"
}

openstack() {
    in_cloud timeout "${CLIENT_TIMEOUT:-300}" openstack "$@"
}

# sql STATEMENT   tab-separated rows
sql() {
    MYSQL_PWD=$(sed -n 's/^database=//p' "$DATA_DIR/private/credentials.properties") \
        in_cloud mariadb --no-defaults --batch --skip-column-names --host 127.0.0.1 --port "$(cat "$DATA_DIR/run/mariadb.port")" --user monostack --execute "$1"
}

domains() {
    virsh --quiet --connect "qemu:///system?socket=$DATA_DIR/compute/libvirt/run/libvirt-sock" list --all --uuid | grep . | sort
}

northbound() {
    ovn-nbctl --db="unix:$DATA_DIR/ovn/central/nb.sock" "$@"
}

# Memory of a process and its pages' share of others (PSS), in MB.
pss_of() {
    awk '/^Pss:/ { print int($2 / 1024) }' "/proc/$1/smaps_rollup"
}

# Everything the cloud holds that a server may leave behind, one line per thing; two listings can be compared with diff.
# Rows are counted, except where the names tell more.
inventory() {
    local table
    for table in network.network network.subnet network.port network.ip_allocation network.router network.floating_ip \
        network.security_group network.security_group_rule network.port_security_group placement.consumer placement.allocation \
        compute.keypair image.image; do
        echo "rows of $table: $(sql "select count(*) from $table")"
    done
    echo "servers: $(sql 'select count(*) from compute.server where not deleted')"
    echo "unfinished operations: $(sql 'select count(*) from operation.durable_operation where unfinished')"
    if [ "${VIRT_DRIVER:-libvirt}" != fake ]; then
        domains | sed 's/^/domain: /'
        for table in Logical_Switch Logical_Switch_Port Logical_Router Logical_Router_Port Port_Group ACL NAT DHCP_Options; do
            echo "OVN $table: $(northbound --bare --columns _uuid list "$table" | grep -c .)"
        done
        ip -n "$namespace" -o link | sed 's/^[0-9]*: //; s/[:@].*//' | sort | sed 's/^/device: /'
        find "$DATA_DIR/compute/servers" -type d -name '????????-????-????-????-????????????' -printf 'server directory: %f\n' | sort
    fi
    return 0
}

# The processes of this cloud and of no other: those whose command line or working files name its data directory.
processes() {
    local each
    for each in /proc/[0-9]*; do
        [ "${each#/proc/}" = $$ ] && continue
        if { tr '\0' ' ' <"$each/cmdline"; } 2>/dev/null | grep -qF "$DATA_DIR"; then
            echo "${each#/proc/}"
        fi
    done
    return 0
}

# File systems that a test mounted inside the data directory.
unmount_scratch() {
    awk -v below="$DATA_DIR/" 'index($2, below) == 1 { print $2 }' /proc/mounts | while read -r mounted; do umount -l "$mounted"; done
}

# Takes everything away, whatever state it is in. Works after an interruption at any point.
remove_cloud() {
    set +e
    local each network networks=()
    if [ -e "$DATA_DIR" ]; then
        mapfile -t networks < <(sql 'select id from network.network' 2>/dev/null)
        "$home/unstack.sh" >>"$scratch/stack.out" 2>&1
        unmount_scratch
        "$home/clean.sh" >>"$scratch/stack.out" 2>&1
    fi
    for each in $(processes); do
        kill -9 "$each" 2>/dev/null
    done
    # Those of metadata are named after their networks.
    for network in "${networks[@]}"; do
        for each in /run/netns/*"$network"; do
            [ -e "$each" ] && set -- "$@" "${each##*/}"
        done
    done
    unmount_scratch
    for each in "$@" "$namespace"; do
        if [ -e "/run/netns/$each" ]; then
            ip netns pids "$each" | while read -r pid; do kill -9 "$pid" 2>/dev/null; done
            ip netns delete "$each"
        fi
    done
    if [ "${KEEP_LOGS:-}" ]; then
        echo "logs are kept in $scratch"
    else
        rm -rf "$scratch"
    fi
}
