# Starts libvirt's daemons in the mount namespace that this shell is in.
# Arguments: our directory, whether to start virtlogd, whether to start libvirtd, whether KVM is used (yes or no each).
set -e

# libvirtd as root has fixed directories: put ours over them.
over() {
    mkdir -p "$2"
    mount --bind "$1" "$2"
}
over "$1/etc" /etc/libvirt
over "$1/lib" /var/lib/libvirt
over "$1/log" /var/log/libvirt
over "$1/cache" /var/cache/libvirt
over "$1/run" /run/libvirt

# libvirtd's first start runs every emulator it finds, with and without KVM, to see what each can
# do. Hide what is never used: it saves seconds. An empty file on a read-only mount, because root
# may write to all else, and libvirt doubts its knowledge for ever if /dev/kvm looks usable and is not.
nothing="$1/etc/nothing"
: >"$nothing"
hide() {
    if [ -e "$1" ]; then
        mount --bind "$nothing" "$1"
        mount -o remount,bind,ro "$1"
    fi
}
hide /usr/bin/qemu-system-i386
if [ "$4" = no ]; then
    hide /dev/kvm
fi

if [ "$2" = yes ]; then
    virtlogd --daemon --config "$1/etc/virtlogd.conf" --pid-file "$1/pid/virtlogd.pid"
fi
if [ "$3" = yes ]; then
    libvirtd --daemon --config "$1/etc/libvirtd.conf" --pid-file "$1/pid/libvirtd.pid"
fi
