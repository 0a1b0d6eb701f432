package org.monostack.network.model;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address. Printed in canonical form (RFC 5952), so that equal addresses are equal
 * texts in the database too.
 */
public record IpAddress(int version, BigInteger value) implements Comparable<IpAddress> {
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    /** Reads an address in the usual notations; empty for anything else. */
    public static Optional<IpAddress> parse(String text) {
        if (IPV4.matcher(text).matches()) {
            long value = 0;
            for (String part : text.split("\\.")) {
                int octet = Integer.parseInt(part);
                if (octet > 255) {
                    return Optional.empty();
                }
                value = value << 8 | octet;
            }
            return Optional.of(new IpAddress(4, BigInteger.valueOf(value)));
        }
        if (text.indexOf(':') < 0 || !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Inet6Address.ofLiteral(text).getAddress();
            return bytes.length == 16
                    ? Optional.of(new IpAddress(6, new BigInteger(1, bytes)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Reads an address that is known to be well-formed. */
    public static IpAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    public int bits() {
        return version == 4 ? 32 : 128;
    }

    public IpAddress plus(BigInteger offset) {
        return new IpAddress(version, value.add(offset));
    }

    public IpAddress plus(long offset) {
        return plus(BigInteger.valueOf(offset));
    }

    /** Addresses of IPv6 that never leave a link (fe80::/10). */
    public boolean isLinkLocal() {
        return version == 6 && value.shiftRight(118).intValue() == 0x3fa;
    }

    public boolean isMulticast() {
        return version == 4
                ? value.shiftRight(28).intValue() == 0xe
                : value.shiftRight(120).intValue() == 0xff;
    }

    public boolean isLoopback() {
        return version == 4 ? value.shiftRight(24).intValue() == 127 : value.equals(BigInteger.ONE);
    }

    @Override
    public int compareTo(IpAddress other) {
        return version != other.version
                ? Integer.compare(version, other.version)
                : value.compareTo(other.value);
    }

    @Override
    public String toString() {
        if (version == 4) {
            long v = value.longValueExact();
            return (v >> 24) + "." + (v >> 16 & 255) + "." + (v >> 8 & 255) + "." + (v & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = value.shiftRight(16 * (7 - i)).intValue() & 0xffff;
        }
        int longestStart = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                longest = end - i;
                longestStart = i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == longestStart) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
