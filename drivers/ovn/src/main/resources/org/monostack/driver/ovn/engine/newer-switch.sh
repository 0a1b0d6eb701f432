#!/bin/sh
# newer-switch.sh DESTINATION SUITE
#
# Unpacks ovs-vswitchd of another Debian release, with the libraries it needs and their own program
# loader, into DESTINATION, and leaves DESTINATION/ovs-vswitchd to start it. Nothing is installed:
# apt runs on private directories, with the machine's own Debian sources pointed at SUITE.
#
# Why: ovs-vswitchd 3.1 (Debian 12) aborts in its userspace connection tracker; the one of Debian 13
# does not, and understands Debian 12's databases and OVN.
set -eu
umask 022
destination=$1
suite=$2

. /etc/os-release
[ "${ID:-}" = debian ] && [ -n "${VERSION_CODENAME:-}" ] || { echo "not a Debian release" >&2; exit 3; }

# Of its own, for two clouds may share the destination and come at the same time.
work=$(mktemp -d "$destination.XXXXXX")
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages" "$work/root"
trap 'rm -rf "$work"' EXIT
: >"$work/status"

# The machine's own source entries of its release, with the release's name replaced.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    sed -n -E "s|^(deb +(\[[^]]*\] +)?[^ ]+ +)$VERSION_CODENAME( .*)\$|\1$suite\3|p" "$file"
done >"$work/debian.list"
for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk -v from="$VERSION_CODENAME" -v to="$suite" '
        BEGIN { RS = ""; FS = "\n" }
        {
            matches = 0; enabled = 1; text = ""
            for (i = 1; i <= NF; i++) {
                if ($i ~ /^#/) continue
                line = $i
                if (tolower(line) ~ /^suites:/) {
                    n = split(line, words, /[ \t]+/)
                    for (w = 2; w <= n; w++) if (words[w] == from) matches = 1
                    line = "Suites: " to
                }
                if (tolower(line) ~ /^enabled:[ \t]*no/) enabled = 0
                text = text line "\n"
            }
            if (matches && enabled) print text
        }' "$file"
done >"$work/debian.sources"
if [ -s "$work/debian.sources" ]; then list=$work/debian.sources; else list=$work/debian.list; fi
[ -s "$list" ] || { echo "no apt source of $VERSION_CODENAME is configured" >&2; exit 3; }

apt() {
    tool=$1
    shift
    "$tool" -q -o Dir::State="$work" -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
        -o Dir::Cache="$work/cache" -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@"
}

apt apt-get update

# The package and, over and over, the libraries that those found so far depend on. Not its scripts'
# tools: we start the program alone.
packages=openvswitch-switch
queue=$packages
while [ -n "$queue" ]; do
    found=$(apt apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances $queue |
        sed -n -E 's/^ *\|?(Pre)?Depends: ((lib|zlib)[a-z0-9.+-]*)$/\2/p' | sort -u)
    queue=
    for package in $found; do
        case " $packages " in
            *" $package "*) ;;
            *) packages="$packages $package"; queue="$queue $package" ;;
        esac
    done
done

(cd "$work/packages" && apt apt-get download $packages)
for package in "$work"/packages/*.deb; do
    dpkg-deb -x "$package" "$work/root"
done

program=$(cd "$work/root" && find . -name ovs-vswitchd -type f -perm -u+x | head -n 1)
loader=$(cd "$work/root" && find . \( -name 'ld-linux-*.so.*' -o -name 'ld64.so.*' \) -type f | head -n 1)
libraries=$(cd "$work/root" && dirname "$(find . -name 'libc.so.6' | head -n 1)")
[ -n "$program" ] && [ -n "$loader" ] && [ -n "$libraries" ] || { echo "the packages lack ovs-vswitchd or its loader" >&2; exit 4; }
cat >"$work/root/ovs-vswitchd" <<EOF
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)
exec "\$here/$loader" --library-path "\$here/$libraries" "\$here/$program" "\$@"
EOF
chmod 755 "$work/root/ovs-vswitchd"
"$work/root/ovs-vswitchd" --version
# Documentation and locale data are of no use here.
rm -rf "$work/root/usr/share"
if [ ! -x "$destination/ovs-vswitchd" ]; then
    rm -rf "$destination"
    mv "$work/root" "$destination"
fi
