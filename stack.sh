#!/usr/bin/env bash
# Brings up the cloud that local.conf describes (without one: sensible defaults). Builds first if the sources are newer than the last build.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$here/lib/jdk.sh"
. "$here/lib/build-if-needed.sh"
build_if_needed "$here"
exec "$here/bin/monostack" up "$@"
