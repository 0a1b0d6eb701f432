#!/usr/bin/env bash
# Shows what a newcomer sees: a fresh Debian that has nothing but a JDK 25 and Maven beside its base, a clone, ./stack.sh.
#   conformance/bare.sh [--suite bookworm]
# The Debian is a chroot, made by debootstrap from this machine's package source; the cloud lives in a network namespace of its own;
# both are removed afterwards. Downloads several hundred megabytes. Needs root. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=lib/check.sh
. lib/check.sh
home=$(cd .. && pwd)
suite=bookworm
case ${1:-} in
--suite) suite=${2:?} ;;
"") ;;
*)
    sed -n '2,3s/^# \?//p' "$0" >&2
    exit 2
    ;;
esac
# shellcheck source=../lib/packages.sh
. "$home/lib/packages.sh"
install_packages bare-packages.txt || exit 1
# shellcheck source=../lib/jdk.sh
. "$home/lib/jdk.sh"

# What is mounted must not be seen outside, nor stay when this ends.
if [ -z "${MONOSTACK_BARE:-}" ]; then
    MONOSTACK_BARE=1 exec unshare --mount --propagation private "$BASH" "$home/conformance/bare.sh" "$@"
fi

scratch=$(mktemp -d /tmp/mbare.XXXXXX)
root=$scratch/debian
namespace=$(basename "$scratch")
inside() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        NETNS="$namespace" bash -c "cd /root/monostack 2>/dev/null; $1"
}
# shellcheck disable=SC2317 # called by the trap
remove() {
    inside './clean.sh' >/dev/null 2>&1
    ip netns delete "$namespace" 2>/dev/null
    # What a daemon still holds open goes with this mount namespace.
    awk -v below="$scratch/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mounted; do
        umount --lazy "$mounted" 2>/dev/null
    done
    rm -rf --one-file-system "$scratch"
}
trap remove EXIT
trap 'exit 130' INT TERM HUP

say() {
    printf '        %s\n' "$*"
}

# shellcheck disable=SC2016 # apt's own placeholder
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" | head -n 1)
if [ -z "$mirror" ]; then
    echo "this machine's package sources have no $suite" >&2
    exit 1
fi
say "debootstrap of $suite"
debootstrap "$suite" "$root" "$mirror" >"$scratch/debootstrap.out" 2>&1 || {
    tail "$scratch/debootstrap.out"
    exit 1
}
# A root that is a mount of its own, as on a machine: libvirt's daemons get a private view of it.
mount --bind "$root" "$root"
# The same package sources, Maven settings and certificates as this machine's, else nothing may be reachable.
rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
cp -r /etc/apt/sources.list* /etc/apt/apt.conf.d /etc/apt/auth.conf.d "$root/etc/apt/" 2>/dev/null
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/usr/lib/jvm/jdk"
mount --bind "$JAVA_HOME" "$root/usr/lib/jvm/jdk"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
inside 'apt-get update -q && apt-get install -y -q --no-install-recommends maven git ca-certificates' >"$scratch/base.out" 2>&1 || {
    tail "$scratch/base.out"
    exit 1
}
rm -rf "$root/etc/ssl/certs"
cp -rL /etc/ssl/certs "$root/etc/ssl/"
cp /etc/maven/settings.xml "$root/etc/maven/settings.xml" 2>/dev/null
mkdir -p "$root/root/.m2"
cp "${HOME:-/root}/.m2/settings.xml" "$root/root/.m2/" 2>/dev/null
git clone -q "$home" "$root/root/monostack"
say "packages before: $(inside 'dpkg-query -W | wc -l'), of them of the cloud's engines: $(inside 'dpkg-query -W qemu-system-x86 openvswitch-switch mariadb-server-core libvirt-daemon 2>/dev/null | grep -c .')"

# The namespace's name lives in the chroot's /run: what enters it runs there.
mount -t tmpfs tmpfs "$root/run"
ip netns add "$namespace"
mkdir -p "$root/run/netns" "$root/run/lock"
touch "$root/run/netns/$namespace"
mount --bind "/run/netns/$namespace" "$root/run/netns/$namespace"
ip -n "$namespace" link set lo up
ip -n "$namespace" link add eth0 type veth peer name cable
ip -n "$namespace" addr add 10.99.98.11/24 dev eth0
ip -n "$namespace" link set cable up
ip -n "$namespace" link set eth0 up
printf '[[local|localrc]]\nHOST_IP=10.99.98.11\nADMIN_PASSWORD=bare\n' >"$root/root/monostack/local.conf"

# shellcheck disable=SC2317 # called by check
stacks() {
    local begun=$SECONDS
    inside './stack.sh </dev/null' >"$scratch/$1.out" 2>&1
    local status=$?
    took=$((SECONDS - begun))
    tail -n 20 "$scratch/$1.out"
    return $status
}
check "the first ./stack.sh" stacks first
status=$?
sed 's/^/        | /' "$scratch/first.out"
[ $status = 0 ] || { result; exit 1; }
say "the first run took $took s: packages, Maven's libraries, build, database, guest image, seed"
check "the client, from Debian" inside 'apt-get install -y -q --no-install-recommends python3-openstackclient >/dev/null 2>&1'
client() {
    inside ". ./openrc admin admin && ip netns exec $namespace openstack $1"
}
image=$(client 'image list -f value -c ID' | head -n 1)
check "a server boots" client "server create bare --image $image --flavor m1.nano --network private --wait -f value -c status"
check "the server is there" client 'server show bare -c status -c addresses'
check "./unstack.sh" inside './unstack.sh >/dev/null 2>&1'
check "the second ./stack.sh" stacks second
sed 's/^/        | /' "$scratch/second.out"
say "the second run took $took s"
check "the server is there again" client 'server show bare -f value -c status'
check "./clean.sh" inside './clean.sh >/dev/null 2>&1'
check "nothing is left in DATA_DIR" test ! -e "$root/opt/stack/data"
result
