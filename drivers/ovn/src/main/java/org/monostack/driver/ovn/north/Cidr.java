package org.monostack.driver.ovn.north;

import java.net.Inet6Address;
import java.net.InetAddress;

/** An address range in prefix form; host bits are cleared. */
record Cidr(InetAddress network, int prefix) {

    /** Reads an address with or without prefix length. */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int bits = address.getAddress().length * 8;
        int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
        return new Cidr(masked(address, prefix), prefix);
    }

    boolean isIpv6() {
        return network instanceof Inet6Address;
    }

    boolean contains(String address) {
        InetAddress other = InetAddress.ofLiteral(address);
        return other.getAddress().length == network.getAddress().length
                && masked(other, prefix).equals(network);
    }

    boolean isEverything() {
        return prefix == 0;
    }

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    /** The text before a slash. */
    static String addressOf(String withPrefix) {
        int slash = withPrefix.indexOf('/');
        return slash < 0 ? withPrefix : withPrefix.substring(0, slash);
    }

    /** As OVN's match language wants it. */
    String text() {
        return network.getHostAddress().replaceAll("%.*", "") + "/" + prefix;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + address, e);
        }
    }
}
