#!/usr/bin/env bash
# Stops the cloud and removes everything it made: data, network devices, logs under DATA_DIR.
set -euo pipefail
exec "$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)/bin/monostack" clean "$@"
