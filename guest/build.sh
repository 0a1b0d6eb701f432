#!/usr/bin/env bash
# Builds the small guest image from the distribution's own packages: guest/build.sh OUTPUT_DIR
# Leaves OUTPUT_DIR/monostack-guest-x86_64.qcow2 and, for direct kernel boots, .vmlinuz and .initrd beside it.
# Needs no root, no loop device and no mount; packages.txt names the tools. Does nothing if the inputs are those of the last build.
set -euo pipefail
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1700000000
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=monostack-guest-x86_64
kernel_meta_package=linux-image-cloud-amd64
programs_packages=(busybox-static dropbear-bin openssh-sftp-server util-linux e2fsprogs)
programs=(usr/sbin/dropbear usr/bin/dropbearkey usr/bin/dbclient usr/lib/openssh/sftp-server
    bin/lsblk sbin/blkid usr/bin/setpriv sbin/mke2fs sbin/resize2fs)
# Virtio first, and all that boots need at once; the second list is for root disks behind other controllers, and for config drives.
virtio_modules=(virtio_pci virtio_blk virtio-rng virtio_net)
other_modules=(virtio_scsi sd_mod ata_piix sr_mod isofs)
late_modules=(ahci vfat nls_cp437 nls_ascii nls_utf8 button evdev virtio_balloon virtio_console 8021q e1000)
boot_mebibytes=18
root_mebibytes=92
# "quiet" and the like halve the time to the login prompt under emulation; the guest is a throw-away one, so is its kernel's hardening.
command_line="console=tty0 console=ttyS0,115200 quiet mitigations=off cryptomgr.notests no_timer_check random.trust_cpu=on"

die() {
    echo "guest/build.sh: $*" >&2
    exit 1
}

# The package the meta package stands for, such as linux-image-6.1.0-10-cloud-amd64.
kernel_package() {
    apt-cache depends "$kernel_meta_package" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

# The programs' packages and every library package below them, one per line.
wanted_packages() {
    kernel_package
    printf '%s\n' "${programs_packages[@]}"
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
        "${programs_packages[@]}" 2>/dev/null | grep -E '^(lib|zlib1g)[a-z0-9.+-]*$' | grep -vE '^lib(pam|debconf|text|systemd)' || true
}

# One line per package: its file name and hash as the package lists know them. This, and guest/ itself, is what an image depends on.
package_files() {
    mapfile -t packages < <(wanted_packages | sort -u)
    apt-get download --print-uris "${packages[@]}" 2>/dev/null | awk '{ print $2, $4 }' | sort
}

fingerprint() {
    {
        (cd "$here" && find build.sh initramfs rootfs -type f -print0 | sort -z | xargs -0 sha256sum)
        (cd "$here" && find initramfs rootfs -type f -perm -u+x | sort)
        cat "$1"
    } | sha256sum | cut -d ' ' -f 1
}

download() {
    local cache=$1 work=$2 missing=()
    mapfile -t packages < <(wanted_packages | sort -u)
    mkdir -p "$cache"
    while read -r file _; do
        [ -s "$cache/$file" ] || missing+=("$file")
    done <"$work/packages"
    if [ ${#missing[@]} -gt 0 ]; then
        echo "downloading ${#missing[@]} packages"
        (cd "$cache" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "${packages[@]}") || return 1
    fi
    while read -r file _; do
        dpkg-deb -x "$cache/$file" "$work/unpacked"
    done <"$work/packages"
}

# Copies modules and what they need into a lib/modules tree, and prints them in the order in which they load.
copy_modules() {
    local from=$1 to=$2 module line part
    shift 2
    for module in "$@"; do
        line=$(grep -E "/${module//[-_]/[-_]}\.ko[.a-z]*:" "$from/modules.dep" || true)
        if [ -z "$line" ]; then
            continue # built into the kernel, or not in this one
        fi
        for part in $(tr ' ' '\n' <<<"${line#*:}" | tac) "${line%%:*}"; do
            mkdir -p "$to/$(dirname "$part")"
            case $part in
            *.xz) xz -dc "$from/$part" >"$to/${part%.xz}" ;;
            *) cp "$from/$part" "$to/$part" ;;
            esac
            echo "${part%.xz}"
        done
    done | awk '!seen[$0]++'
}

busybox_into() {
    mkdir -p "$2"
    cp "$1" "$2/busybox"
    local applet
    for applet in $("$1" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$2/$applet"
    done
}

make_initramfs() {
    local work=$1 modules=$2 root=$1/initramfs
    mkdir -p "$root"/{proc,sys,dev,root,lib/modules}
    busybox_into "$work/unpacked/bin/busybox" "$root/bin"
    cp "$here/initramfs/init" "$root/init"
    copy_modules "$modules" "$root/lib/modules" "${virtio_modules[@]}" >"$root/lib/modules/virtio.list"
    copy_modules "$modules" "$root/lib/modules" "${other_modules[@]}" |
        grep -vxFf "$root/lib/modules/virtio.list" >"$root/lib/modules/other.list"
    find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    (cd "$root" && find . -print0 | sort -z | cpio --quiet --null -o -H newc -R 0:0 --reproducible) | gzip -9n >"$work/initrd.gz"
}

# The libraries a program needs, as the unpacked loader finds them among the unpacked packages.
libraries_of() {
    local unpacked=$1
    "$unpacked/lib64/ld-linux-x86-64.so.2" --inhibit-cache \
        --library-path "$unpacked/lib/x86_64-linux-gnu:$unpacked/usr/lib/x86_64-linux-gnu" --list "$2" |
        sed -n 's/.* => \(.*\) (0x.*/\1/p'
}

make_root() {
    local work=$1 modules=$2 version=$3 root=$1/root unpacked=$1/unpacked program library libraries
    mkdir -p "$root"/{proc,sys,dev,run,tmp,mnt,root,home/cirros/.ssh,lib64,lib/x86_64-linux-gnu,usr/{bin,lib,libexec,local/bin},etc/dropbear,var/{lib,log,tmp}}
    busybox_into "$unpacked/bin/busybox" "$root/usr/bin"
    ln -s usr/bin "$root/bin"
    ln -s usr/bin "$root/sbin" # where the kernel looks for init and modprobe
    ln -s bin "$root/usr/sbin"
    ln -s ../run "$root/var/run"
    ln -s ../proc/mounts "$root/etc/mtab"
    for program in "${programs[@]}"; do
        [ -e "$unpacked/$program" ] || program=usr/$program
        [ -e "$unpacked/$program" ] || die "$program is in none of the packages"
        libraries=$(libraries_of "$unpacked" "$unpacked/$program") || die "a library of $program is missing"
        case $libraries in *'not found'*) die "a library of $program is missing: $libraries" ;; esac
        for library in $libraries; do
            cp -Lu "$library" "$root/lib/x86_64-linux-gnu/"
        done
        rm -f "$root/usr/bin/$(basename "$program")"
        cp "$unpacked/$program" "$root/usr/bin/$(basename "$program")"
    done
    # For names in a statically linked busybox, too.
    for library in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
        cp -L "$unpacked/lib/x86_64-linux-gnu/$library" "$root/lib/x86_64-linux-gnu/"
    done
    cp -L "$unpacked/lib64/ld-linux-x86-64.so.2" "$root/lib64/"
    ln -s ../bin/sftp-server "$root/usr/lib/sftp-server"
    ln -s dbclient "$root/usr/bin/ssh"
    ln -s mke2fs "$root/usr/bin/mkfs.ext4"
    ln -s mke2fs "$root/usr/bin/mkfs.ext3"
    cp -r "$here/rootfs/." "$root/"
    mv "$root/usr/bin/setpriv" "$root/usr/libexec/setpriv"
    copy_modules "$modules" "$root/lib/modules/$version" \
        "${virtio_modules[@]}" "${other_modules[@]}" "${late_modules[@]}" >"$work/modules.list"
    cp "$modules"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$version/"
    depmod -b "$root" "$version"
    rm -f "$root/lib/modules/$version"/modules.{builtin*,order,*.bin,devname,softdep}
    chmod 4755 "$root/usr/bin/busybox" # it drops the privilege itself, but for ping, su, passwd and the like
    chmod 4750 "$root/usr/libexec/setpriv"
    chmod 600 "$root/etc/shadow"
    chmod 700 "$root/root" "$root/home/cirros/.ssh"
    chmod 1777 "$root/tmp" "$root/var/tmp"
    find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# Who builds must not shine through: everything belongs to root, but the guest user's home.
set_owners() {
    local root=$1 image=$2
    (cd "$root" && find . -mindepth 1 -printf '%P\n') | sort | while read -r path; do
        owner=0
        group=0
        case $path in
        home/cirros*) owner=1000 group=1000 ;;
        usr/libexec/setpriv) group=27 ;; # sudo, whose members alone may run it
        esac
        printf 'sif "/%s" uid %d\nsif "/%s" gid %d\n' "$path" $owner "$path" $group
        for time in atime ctime mtime crtime; do
            printf 'sif "/%s" %s @%d\n' "$path" $time $SOURCE_DATE_EPOCH
        done
    done >"$image.commands"
    debugfs -w -f "$image.commands" "$image" >/dev/null 2>"$image.log" || die "debugfs failed: $(tail -n 1 "$image.log")"
}

make_disk() {
    local work=$1 disk=$1/disk.raw
    printf 'DEFAULT linux\nPROMPT 0\nTIMEOUT 0\nLABEL linux\n  KERNEL /vmlinuz\n  INITRD /initrd.gz\n  APPEND %s\n' "$command_line" >"$work/syslinux.cfg"
    touch -d "@$SOURCE_DATE_EPOCH" "$work"/{vmlinuz,initrd.gz,syslinux.cfg}
    truncate -s ${boot_mebibytes}M "$work/boot.fat"
    mkfs.vfat --invariant -F 16 -n GUESTBOOT -h 2048 "$work/boot.fat" >/dev/null
    mcopy -m -i "$work/boot.fat" "$work"/{vmlinuz,initrd.gz,syslinux.cfg} ::/
    syslinux --install "$work/boot.fat"

    truncate -s ${root_mebibytes}M "$work/root.ext4"
    E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mkfs.ext4 -q -m 1 -J size=4 -i 16384 -E "resize=16777216,root_owner=0:0,hash_seed=5f6f2c6e-60cc-4c9c-8a0c-6d0e2b4f7b11" \
        -U 5f6f2c6e-60cc-4c9c-8a0c-6d0e2b4f7b10 -L guest-root -d "$work/root" "$work/root.ext4"
    E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH set_owners "$work/root" "$work/root.ext4"

    truncate -s $((1 + boot_mebibytes + root_mebibytes))M "$disk"
    printf 'label: dos\nlabel-id: 0x6d6f6e6f\nstart=2048, size=%d, type=e, bootable\nstart=%d, size=%d, type=83\n' \
        $((boot_mebibytes * 2048)) $((2048 + boot_mebibytes * 2048)) $((root_mebibytes * 2048)) | sfdisk -q "$disk"
    local mbr
    for mbr in /usr/lib/syslinux/mbr/mbr.bin /usr/lib/SYSLINUX/mbr.bin; do
        [ -e $mbr ] && dd if=$mbr of="$disk" conv=notrunc bs=440 count=1 status=none && break
    done
    dd if="$work/boot.fat" of="$disk" bs=1M seek=1 conv=notrunc,sparse status=none
    dd if="$work/root.ext4" of="$disk" bs=1M seek=$((1 + boot_mebibytes)) conv=notrunc,sparse status=none
    # Not compressed: a boot loader reads in small pieces, and each would unpack a whole cluster (3 s more to the login prompt).
    qemu-img convert -f raw -O qcow2 "$disk" "$work/$name.qcow2"
}

# Package lists may be missing, or so old that their packages are gone: root starts over once with new ones.
again_with_new_lists() {
    if [ -z "${GUEST_LISTS_ARE_NEW:-}" ] && [ "$(id -u)" = 0 ] && apt-get -qq update; then
        GUEST_LISTS_ARE_NEW=1 "$here/build.sh" "$@"
        exit
    fi
}

main() {
    [ $# = 1 ] || die "usage: guest/build.sh OUTPUT_DIR"
    [ "$(dpkg --print-architecture)" = amd64 ] || die "only amd64 so far"
    export PATH=$PATH:/usr/sbin:/sbin
    local output=$1 work wanted tool
    mkdir -p "$output"
    output=$(cd "$output" && pwd)
    if [ -z "${GUEST_LISTS_ARE_NEW:-}" ]; then
        exec 9>"$output/.lock"
        flock 9
    fi

    work=$(mktemp -d "$output/.build.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    package_files >"$work/packages" || true
    if [ ! -s "$work/packages" ] || [ -z "$(kernel_package)" ]; then
        again_with_new_lists "$@"
        if [ -e "$output/$name.qcow2" ]; then
            echo "$output/$name.qcow2 is kept: the package lists are empty, so nothing newer is known"
            return
        fi
        die "the package lists are empty: run apt-get update first"
    fi
    wanted=$(fingerprint "$work/packages")
    if [ -e "$output/$name.qcow2" ] && [ "$(cat "$output/$name.inputs" 2>/dev/null)" = "$wanted" ]; then
        echo "$output/$name.qcow2 is up to date"
        return
    fi
    for tool in cpio mkfs.vfat mkfs.ext4 debugfs sfdisk depmod mcopy qemu-img syslinux; do
        command -v $tool >/dev/null || die "$tool is missing: install the packages in guest/packages.txt"
    done

    if ! download "$output/packages" "$work"; then
        again_with_new_lists "$@"
        die "apt-get download failed"
    fi
    local version modules
    version=$(basename "$work"/unpacked/boot/vmlinuz-*)
    version=${version#vmlinuz-}
    modules=$work/unpacked/lib/modules/$version
    depmod -b "$work/unpacked" "$version"
    cp "$work/unpacked/boot/vmlinuz-$version" "$work/vmlinuz"
    make_initramfs "$work" "$modules"
    make_root "$work" "$modules" "$version"
    make_disk "$work"
    rm -f "$output/$name.inputs"
    mv "$work/$name.qcow2" "$output/$name.qcow2"
    mv "$work/vmlinuz" "$output/$name.vmlinuz"
    mv "$work/initrd.gz" "$output/$name.initrd"
    echo "$wanted" >"$output/$name.inputs"
    echo "$output/$name.qcow2: $(du -m "$output/$name.qcow2" | cut -f 1) MB, Linux $version"
}

main "$@"
