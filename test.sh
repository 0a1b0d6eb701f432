#!/usr/bin/env bash
# Runs all tests: ./test.sh            unit and integration tests, then the end-to-end lab on real engines and spoilt requests
#                 ./test.sh unit       only the Maven build with its tests
#                 ./test.sh lab        only the end-to-end lab and the spoilt requests
# Installs the Debian packages that the tests need; the lab needs root and is left out, loudly, without it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
what=${1:-all}
. lib/packages.sh
lists=lib/packages

step() { printf '\n=== %s\n' "$*"; }

if [ "$what" = all ] || [ "$what" = unit ]; then
    step "packages for the tests"
    install_packages "$lists"/*.txt
    step "build and test (JDK 25)"
    ./build.sh -B -ntp -Pbenchmarks,simulation verify
fi

if [ "$what" = all ] || [ "$what" = lab ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "The lab needs root (network namespaces); left out."
    else
        step "the lab: stock clients, a real guest, floating IP, SSH"
        install_packages "$lists"/*.txt guest/packages.txt
        conformance/lab.sh
        step "spoilt requests to every route"
        conformance/fuzz.sh --seconds 25 --seed 1
    fi
fi
