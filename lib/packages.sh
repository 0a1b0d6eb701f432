# Installs the Debian packages that lists name, for the test scripts. Sourced; stack.sh does the same in Java.

# install_packages LIST...   each list names one package per line; # begins a comment
install_packages() {
    local names missing=() name
    names=$(cat "$@" | sed 's/#.*//' | tr -s ' \t' '\n' | sort -u)
    for name in $names; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "These packages are missing, and only root can install them: ${missing[*]}" >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    # Packages must not start daemons: the cloud starts its own, on directories of its own.
    local guard=/usr/sbin/policy-rc.d made=
    if [ ! -e "$guard" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$guard"
        chmod 755 "$guard"
        made=1
    fi
    local status=0
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
        apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends "${missing[@]}"
    } || status=$?
    [ -z "$made" ] || rm -f "$guard"
    return $status
}
