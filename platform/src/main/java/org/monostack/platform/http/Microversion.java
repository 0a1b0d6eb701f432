package org.monostack.platform.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of an API that negotiates per request, such as 2.93. */
public record Microversion(int major, int minor) implements Comparable<Microversion> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,2})\\.(0|[1-9]\\d{0,3})");

    /** Reads "2.93"; throws IllegalArgumentException for anything else. For constants. */
    public static Microversion of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    /** Reads "2.93"; empty for anything else. For what clients send. */
    public static Optional<Microversion> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new Microversion(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Whether this version is the given one or newer. */
    public boolean atLeast(int major, int minor) {
        return this.major > major || this.major == major && this.minor >= minor;
    }

    public boolean atLeast(Microversion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(Microversion other) {
        return major != other.major
                ? Integer.compare(major, other.major)
                : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
