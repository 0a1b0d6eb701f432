# Builds the program when it was never built or a source is newer than the last build. Sourced; JAVA_HOME must be set.

build_if_needed() { # HOME
    local home=$1 stamp=$1/cloud/target/built started=$SECONDS
    if [ -f "$stamp" ] && [ -f "$home/cloud/target/monostack.jar" ] &&
        [ -z "$(find "$home/pom.xml" "$home/platform" "$home/services" "$home/drivers" "$home/cloud" \
            -name target -prune -o \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    if ! command -v mvn >/dev/null; then
        echo "Maven is needed to build Monostack (Debian: apt-get install maven)." >&2
        return 1
    fi
    echo "Building Monostack with $JAVA_HOME (the first time, Maven fetches its libraries)..."
    # Once built, everything is in Maven's local repository; what is new since then is fetched by the second attempt.
    if { [ -f "$stamp" ] && "$home/build.sh" -f "$home/pom.xml" -B -q -o -DskipTests package >/dev/null 2>&1; } ||
        "$home/build.sh" -f "$home/pom.xml" -B -q -DskipTests package; then
        touch "$stamp"
        echo "Built in $((SECONDS - started)) s."
    else
        echo "The build failed; the reason is above." >&2
        return 1
    fi
}
