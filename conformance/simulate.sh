#!/usr/bin/env bash
# Plays histories of the control plane from a seed: the real services on a real database, with drivers, threads and time of the
# simulation's own; processes die and stand still, engines fail, commits get lost. Prints the seed of each failure.
#   conformance/simulate.sh [--histories N | --minutes N] [--seed S] [--engine] [--story]
# Seeds go upwards from S (else a new one each time); --engine plays the operation engine alone, by the thousand; --story prints
# what happened in each history. Needs no root, changes nothing outside temporary directories. Ends with "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. lib/jdk.sh
export JAVA_HOME
jar=simulation/target/monostack-simulation-0.1.0-SNAPSHOT.jar
if [ ! -f "$jar" ] || [ -n "$(find pom.xml platform services simulation -name target -prune -o \( -path '*/src/main/*' -o -name pom.xml -o -path '*/platform/src/test/*' \) -type f -newer "$jar" -print -quit)" ]; then
    echo "building"
    ./build.sh -q -o -DskipTests -Psimulation -pl simulation -am package 2>/dev/null || ./build.sh -q -DskipTests -Psimulation -pl simulation -am package
fi
exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -jar "$jar" "$@"
