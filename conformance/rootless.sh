#!/usr/bin/env bash
# An ordinary user's cloud: without root, stack.sh brings up the APIs alone, an OpenStack to develop against.
#   conformance/rootless.sh
# Needs root, to make a network namespace of its own and to become nobody in it. Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=lib/cloud.sh
. lib/cloud.sh
# shellcheck source=lib/check.sh
. lib/check.sh

new_cloud mrootless
unset NETNS
export VIRT_DRIVER=fake
trap remove_cloud EXIT
trap 'exit 130' INT TERM HUP
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
unset VIRT_DRIVER
new_standalone_namespace 10.99.97.11
install -d -o nobody -m 700 "$scratch/home"
chmod 755 "$scratch"
DATA_DIR=$scratch/home/data

# With the path of an ordinary user, which lacks the places of daemons.
as_nobody() {
    in_cloud setpriv --reuid=nobody --regid=nogroup --clear-groups env -i HOME="$scratch/home" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 \
        DATA_DIR="$DATA_DIR" HOST_IP=10.99.97.11 LOCAL_CONF="$scratch/none.conf" bash -c "$1"
}
: >"$scratch/none.conf"
check "./stack.sh as an ordinary user" as_nobody "$home/stack.sh </dev/null" || sed 's/^/        | /' "$scratch/check.out"
check "a server becomes ACTIVE" as_nobody ". $home/openrc demo demo && openstack server create one --flavor m1.nano --network private --wait \
    --image \$(openstack image list -f value -c ID | head -n 1)"
check "it is deleted" as_nobody ". $home/openrc demo demo && openstack server delete --wait one"
check "nothing runs as root" fails pgrep -u root -f "$DATA_DIR/mariadb"
check "the data belongs to the user" test "$(stat -c %U "$DATA_DIR")" = nobody
check "./clean.sh" as_nobody "$home/clean.sh"
check "nothing is left" test ! -e "$DATA_DIR"
result
