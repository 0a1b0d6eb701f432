#!/usr/bin/env bash
# Runs Tempest against a cloud and counts:
#   conformance/tempest.sh [--real | --cloud] [--concurrency N] [--output DIR] REGEX...
# Without an option it brings up a cloud of its own with the fake driver, in a network namespace and on a scratch directory; --real
# makes that one with real servers and networks; --cloud takes the running one: that of the OS_* variables, else that of openrc.
# --output keeps results.txt, failures.txt, tempest.conf and tempest.log. Ends with "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. lib/cloud.sh
. lib/check.sh
. lib/federation.sh

usage() {
    sed -n '2,6s/^# \?//p' "$0" >&2
    exit 2
}

mode=own
output=
concurrency=2
expressions=()
caller=$OLDPWD
while [ $# -gt 0 ]; do
    case $1 in
    --real) mode=real ;;
    --cloud) mode=cloud ;;
    --concurrency)
        concurrency=${2:?}
        shift
        ;;
    --output)
        output=${2:?}
        shift
        ;;
    -*) usage ;;
    *) expressions+=("$1") ;;
    esac
    shift
done
[ ${#expressions[@]} -gt 0 ] || usage

# shellcheck disable=SC2317 # called by the trap
stop_servers() {
    local server
    for server in "${file_server:-}" "${identity_provider:-}"; do
        [ -z "$server" ] || kill "$server" 2>/dev/null
    done
}

if [ $mode = cloud ]; then
    scratch=$(mktemp -d /tmp/mtempest.XXXXXX)
    namespace=${NETNS:-}
    trap 'stop_servers; rm -rf "$scratch"' EXIT
    # shellcheck disable=SC2317 # replaces the one of lib/cloud.sh
    in_cloud() {
        if [ "$namespace" ]; then ip netns exec "$namespace" "$@"; else "$@"; fi
    }
    [ "${OS_AUTH_URL:-}" ] || as admin admin
    driver=${VIRT_DRIVER:-libvirt}
else
    driver=fake
    [ $mode = real ] && driver=libvirt
    export VIRT_DRIVER=$driver
    new_cloud mtempest
    trap 'stop_servers; remove_cloud' EXIT
fi
trap 'exit 130' INT TERM HUP
if [ -z "$output" ]; then
    output=$scratch/output
else
    output=$(cd "$caller" && mkdir -p "$output" && cd "$output" && pwd)
fi
mkdir -p "$output" "$scratch/state"

install_packages packages.txt >"$scratch/packages.out" 2>&1 || { cat "$scratch/packages.out"; exit 1; }
if [ $mode != cloud ]; then
    printf '[[local|localrc]]\nHOST_IP=10.99.99.11\nADMIN_PASSWORD=tempest\nSERVICE_PASSWORD=tempest\nDATABASE_PASSWORD=tempest\n' >"$scratch/local.conf"
    # Tests make users by the thousand; how slow a password's hash is is not what they look at.
    printf 'KEYSTONE_SECURITY_COMPLIANCE_ENABLED=True\nKEYSTONE_PASSWORD_HASH_ROUNDS=4\n' >>"$scratch/local.conf"
    # Those tests of Keystone's own that are about who may do what need enforced scopes; the others need that they are not.
    enforce_scope=
    case "${expressions[*]}" in *keystone_tempest_plugin.tests.rbac*) enforce_scope=1 ;; esac
    [ -z "$enforce_scope" ] || echo KEYSTONE_ENFORCE_SCOPE=True >>"$scratch/local.conf"
    federation_settings 10.99.99.11 >>"$scratch/local.conf"
    export LOCAL_CONF=$scratch/local.conf
    say "preparing in $scratch"
    prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
    new_standalone_namespace 10.99.99.11 || exit 1
    stack || { tail -n 40 "$LOGFILE" "$LOGDIR"/monostack.log 2>/dev/null; exit 1; }
    as admin admin
    # With enforced scopes this administrator makes no domains; the tests of that kind need none.
    [ "$enforce_scope" ] || federate 10.99.99.11 || exit 1
fi

# Two images: the guest where guests run, else two of a kibibyte with different content.
if [ "$driver" = fake ]; then
    image_file=$scratch/image.raw
    image_format=raw
    head -c 1024 /dev/urandom >"$image_file"
else
    image_file=$home/guest/target/monostack-guest-x86_64.qcow2
    image_format=qcow2
    [ -e "$image_file" ] || "$home/guest/build.sh" "$home/guest/target" || exit 1
fi
images=()
for name in tempest-image tempest-image-alt; do
    id=$(openstack image show "$name" -f value -c id 2>/dev/null) ||
        id=$(openstack image create "$name" --public --disk-format $image_format --container-format bare --file "$image_file" -f value -c id) || exit 1
    images+=("$id")
done
flavors=()
for name in m1.nano m1.micro; do
    id=$(openstack flavor show "$name" -f value -c id) || exit 1
    flavors+=("$id")
done

# A file to import images from, served where the cloud can reach it.
mkdir -p "$scratch/files"
head -c 1024 /dev/urandom >"$scratch/files/image.raw"
address=$(sed -E 's#^https?://([^:/]+).*#\1#' <<<"$OS_AUTH_URL")
# Not by in_cloud: the process to be stopped would be a child of the one whose number is known here.
${namespace:+ip netns exec "$namespace"} python3 -u -m http.server --bind "$address" --directory "$scratch/files" 0 >"$scratch/files.out" 2>&1 &
file_server=$!
eventually 10 grep -q 'port [0-9]' "$scratch/files.out"
http_image=http://$address:$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$scratch/files.out" | head -n 1)/image.raw

in_cloud python3 lib/tempest_conf.py --driver "$driver" --image "${images[0]}" --image-alt "${images[1]}" --flavor "${flavors[0]}" \
    --flavor-alt "${flavors[1]}" --http-image "$http_image" --image-file "$image_file" --state "$scratch/state" \
    ${identity_provider_port:+--identity-provider "http://$address:$identity_provider_port"} \
    $([ $mode = cloud ] || echo --own-cloud) >"$scratch/tempest.conf" || exit 1
cp "$scratch/tempest.conf" "$output/"

tests=/usr/lib/python3/dist-packages/tempest/test_discover
mkdir -p "$scratch/workspace"
# A class's tests run one after the other, as Tempest's own settings have it: some share what they make.
printf '[DEFAULT]\ntest_path=%s\ntop_dir=/usr/lib/python3/dist-packages\ngroup_regex=%s\n' $tests '([^\.]*\.)*' >"$scratch/workspace/.stestr.conf"
begun=$(date +%s%N)
(
    cd "$scratch/workspace" || exit
    export TEMPEST_CONFIG_DIR=$scratch TEMPEST_CONFIG=tempest.conf PYTHON=/usr/bin/python3
    in_cloud stestr init 2>/dev/null
    in_cloud stestr run --subunit --concurrency "$concurrency" --exclude-list "$home/conformance/tempest-excluded.txt" "${expressions[@]}" 2>"$output/stestr.log"
) | /usr/bin/python3 lib/tempest_report.py "$output" >"$scratch/report"  &
reporter=$!
tail --pid=$reporter -n +1 -f "$scratch/report" 2>/dev/null | sed -u '/^[0-9]* passed, [0-9]* failed, [0-9]* skipped$/d'
wait $reporter
status=$?
cp "$scratch/state/tempest.log" "$output/" 2>/dev/null
say "took $(seconds_between "$begun" "$(date +%s%N)") s, concurrency $concurrency, driver $driver"
tail -n 1 "$scratch/report"
exit $status
