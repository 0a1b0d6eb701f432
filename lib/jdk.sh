# Sets JAVA_HOME to a JDK 25 or newer, or explains what is missing. Sourced by every script that needs Java.

jdk_major() { # DIR -> the major version of the JDK there, nothing if it is not a JDK
    [ -x "$1/bin/javac" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

find_jdk() {
    local candidate major
    for candidate in "${MONOSTACK_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        [ -n "$candidate" ] && [ -d "$candidate" ] || continue
        major=$(jdk_major "$candidate")
        if [ -n "$major" ] && [ "$major" -ge 25 ]; then
            JAVA_HOME=$candidate
            return 0
        fi
    done
    echo "Monostack needs a JDK 25 or newer and found none (looked at MONOSTACK_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks)." >&2
    echo "Install one, for example Eclipse Temurin 25, or set MONOSTACK_JAVA_HOME to it." >&2
    return 1
}

find_jdk || exit 1
