#!/usr/bin/env bash
# Stops the cloud: its servers, its engines and its process. The data stays; ./stack.sh brings everything back.
set -euo pipefail
exec "$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)/bin/monostack" down "$@"
