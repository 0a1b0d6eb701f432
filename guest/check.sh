#!/usr/bin/env bash
# Boots a built image under emulation with a config drive, logs in over SSH, reboots it: guest/check.sh OUTPUT_DIR
# Touches loopback only. Needs qemu-system-x86, genisoimage and an SSH client. Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2317 # what stands in single quotes is for the guest's shell; check calls functions by name
set -uo pipefail

image=$(cd "${1:?usage: guest/check.sh OUTPUT_DIR}" && pwd)/monostack-guest-x86_64.qcow2
work=$(mktemp -d)
passed=0
failed=0
qemu=

cleanup() {
    if [ "$qemu" ]; then
        kill "$qemu" 2>/dev/null
        wait "$qemu" 2>/dev/null
    fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

check() {
    local what=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what: $(tail -n 2 "$work/check.log")"
    fi
}

# start_guest NETWORK_OPTIONS QEMU_ARGUMENT...
start_guest() {
    local port network=$1
    shift
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    : >"$work/console.log"
    qemu-system-x86_64 -machine pc,accel=tcg -m 128 -display none -vga std -nodefaults -serial "file:$work/console.log" \
        -drive "file=$work/disk.qcow2,if=virtio" "$@" \
        -nic "user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22$network" \
        -monitor "unix:$work/monitor,server=on,wait=off" </dev/null 2>"$work/qemu.log" &
    qemu=$!
    ssh_port=$port
}

finish() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && exit 0
    sed 's/^/console: /' "$work/console.log"
    exit 1
}

in_guest() {
    timeout 30 ssh -p "$ssh_port" -i "$work/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
        -o BatchMode=yes -o ConnectTimeout=10 cirros@127.0.0.1 "$@"
}

wait_for_console() {
    local pattern=$1 deadline=$((SECONDS + ${2:-60}))
    until grep -q "$pattern" "$work/console.log"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        kill -0 "$qemu" || return 1
        sleep 0.2
    done
}

monitor() {
    printf '%s\n' "$1" | timeout 2 python3 -c '
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(sys.stdin.buffer.read())
connection.settimeout(0.5)
try:
    while connection.recv(4096): pass
except TimeoutError: pass' "$work/monitor"
}

gone() {
    local deadline=$((SECONDS + 30))
    while kill -0 "$qemu" 2>/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

ssh-keygen -q -t ed25519 -N '' -C check -f "$work/key"
mkdir -p "$work/config/openstack/latest"
cat >"$work/config/openstack/latest/meta_data.json" <<EOF
{"uuid": "0c1f35e2-5b0c-4a4f-8a4e-2c1d1f6a7b10", "hostname": "first.novalocal", "name": "first", "admin_pass": "Zy8!a",
 "public_keys": {"mine": "$(cat "$work/key.pub")\n"}, "keys": [{"name": "mine", "type": "ssh", "data": "$(cat "$work/key.pub")\n"}], "launch_index": 0}
EOF
printf '#!/bin/sh\necho user-data says hello\ntouch /root/user-data-ran\n' >"$work/config/openstack/latest/user_data"
genisoimage -quiet -r -J -V config-2 -o "$work/config.iso" "$work/config"
qemu-img create -q -f qcow2 -F qcow2 -b "$image" "$work/disk.qcow2" 1G

begun=$(date +%s%N)
start_guest "" -cdrom "$work/config.iso"
check "login prompt with the hostname" wait_for_console 'first login: '
echo "        after $((($(date +%s%N) - begun) / 1000000)) ms"
check "SSH with the key" in_guest true
[ $failed = 0 ] || finish # the rest would only wait in vain
check "user-data script ran" grep -q 'user-data says hello' "$work/console.log"
check "address by DHCP" grep -q 'network: eth0 10.0.2.15/24' "$work/console.log"
check "sudo makes root" in_guest 'test "$(sudo id -u)" = 0'
check "sudo -i runs a command" in_guest 'test "$(sudo -i sh -c "id -un; pwd" | head -n 1)" = root'
check "hostname" in_guest 'test "$(hostname)" = first'
check "the root file system fills its disk" in_guest 'test "$(df -k / | tail -n 1 | tr -s " " | cut -d " " -f 2)" -gt 800000'
check "a file is written" in_guest 'echo kept > kept; sync'
check "lsblk, blkid, mkfs.ext4, ip, ping" in_guest 'lsblk -b >/dev/null && sudo blkid | grep -q guest-root && ip -6 addr >/dev/null && ping -c 1 127.0.0.1 && mkfs.ext4 -V'
check "only members of sudo may become root" in_guest '! sudo -u nobody /usr/libexec/setpriv --reuid 0 true'
monitor 'netdev_add user,id=second,net=10.0.3.0/24,restrict=on'
monitor 'device_add virtio-net-pci,netdev=second,id=second'
check "a plugged-in interface gets its address" wait_for_console 'network: eth1 10.0.3.15/24' 20
qemu-img create -q -f raw "$work/more.raw" 8M
monitor "drive_add 0 if=none,id=more,format=raw,file=$work/more.raw"
monitor 'device_add virtio-blk-pci,drive=more,id=more,serial=more'
sleep 2
check "a plugged-in disk can be used" in_guest 'sudo mkfs.ext4 -q /dev/vdb && sudo mount /dev/vdb /mnt && df /mnt | grep -q vdb'
monitor system_powerdown
check "the power button shuts down" gone
begun=$(date +%s%N)
start_guest "" -cdrom "$work/config.iso"
check "second boot" wait_for_console 'first login: '
echo "        after $((($(date +%s%N) - begun) / 1000000)) ms"
check "files survive" in_guest 'grep -q kept kept'
check "user-data ran only once" test "$(grep -c 'user-data says hello' "$work/console.log")" = 0

# A copy of the disk as another server, which asks the metadata service. Each connection to it becomes a run of this small program.
mkdir -p "$work/http"
cp -r "$work/config/openstack" "$work/http/"
sed -i 's/0c1f35e2/77777777/; s/first/second/g' "$work/http/openstack/latest/meta_data.json"
cat >"$work/http/serve" <<EOF
#!/bin/sh
read -r _ path _
file=$work/http\$path
if [ -f "\$file" ]; then
    printf 'HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n' "\$(wc -c <"\$file")"
    exec cat "\$file"
fi
printf 'HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n'
EOF
chmod +x "$work/http/serve"
fingerprint() { grep -o 'SHA256:.*' "$work/console.log"; }
before=$(fingerprint)
monitor system_powerdown
check "the power button shuts down again" gone
start_guest ",net=169.254.169.0/24,dhcpstart=169.254.169.10,guestfwd=tcp:169.254.169.254:80-cmd:$work/http/serve"
check "a copy takes its name from the metadata service" wait_for_console 'second login: '
check "its user-data ran" grep -q 'user-data says hello' "$work/console.log"
check "it has host keys of its own" test "$(fingerprint)" != "$before"
check "SSH into the copy" in_guest true

rm -r "$work/http/openstack"
mkdir -p "$work/http/latest/meta-data/public-keys/0"
for pair in instance-id=i-0000abcd hostname=third.novalocal; do
    echo "${pair#*=}" >"$work/http/latest/meta-data/${pair%=*}"
done
cp "$work/key.pub" "$work/http/latest/meta-data/public-keys/0/openssh-key"
echo 0=mine >"$work/http/latest/meta-data/public-keys/index"
sed -i 's|^file=|case $path in */) path=${path}index ;; esac\nfile=|' "$work/http/serve"
in_guest sudo poweroff
check "poweroff" gone
start_guest ",net=169.254.169.0/24,dhcpstart=169.254.169.10,guestfwd=tcp:169.254.169.254:80-cmd:$work/http/serve"
check "EC2's documents serve as well" wait_for_console 'third login: '
check "SSH with the key from there" in_guest true
finish
