#!/usr/bin/env bash
# Runs Maven with a JDK 25, wherever it is installed: ./build.sh verify, ./build.sh -pl platform test
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib/jdk.sh"
export JAVA_HOME
cd "${MAVEN_PROJECT_DIR:-$PWD}"
exec mvn "$@"
