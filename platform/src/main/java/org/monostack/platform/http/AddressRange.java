package org.monostack.platform.http;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * Addresses with a common beginning, of IPv4 or IPv6: one address, or a network such as {@code
 * 10.0.0.0/24}. Immutable.
 */
public final class AddressRange {

    private final byte[] first;
    private final int prefix;

    private AddressRange(byte[] first, int prefix) {
        this.first = first;
        this.prefix = prefix;
    }

    /**
     * @throws IllegalArgumentException if the text is no address or network; a name is none
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        // Java takes "10" for an address as well.
        if (!literal.contains(":") && !literal.matches("[0-9]+(\\.[0-9]+){3}")) {
            throw wrong(text);
        }
        byte[] address;
        try {
            address = InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
        int bits = address.length * Byte.SIZE;
        if (slash < 0) {
            return new AddressRange(address, bits);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            throw wrong(text);
        }
        int prefix = Integer.parseInt(length);
        byte[] first = masked(address, prefix);
        if (!Arrays.equals(first, address)) {
            throw new IllegalArgumentException(
                    "is no network: " + text + " has bits set behind its prefix");
        }
        return new AddressRange(first, prefix);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("is no list of addresses and networks: " + text);
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            masked[i] &= (byte) (0xff << (Byte.SIZE - kept));
        }
        return masked;
    }

    /** Whether an address is one of these; what is no address is not. */
    public boolean contains(String address) {
        try {
            byte[] other = InetAddress.ofLiteral(address).getAddress();
            return other.length == first.length && Arrays.equals(masked(other, prefix), first);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
