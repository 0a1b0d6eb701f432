package org.monostack.network.model;

import java.math.BigInteger;
import java.util.Optional;

/** A block of addresses; the base has no host bits. Printed canonically, as 10.0.0.0/24. */
public record Cidr(IpAddress base, int prefix) {

    /** Reads address/prefix; host bits are cleared. Empty for anything else. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(length);
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> prefix <= address.bits())
                .map(address -> around(address, prefix));
    }

    /** Reads a block that is known to be well-formed. */
    public static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    /** The block of this size that holds an address. */
    public static Cidr around(IpAddress address, int prefix) {
        int hostBits = address.bits() - prefix;
        return new Cidr(
                new IpAddress(
                        address.version(),
                        address.value().shiftRight(hostBits).shiftLeft(hostBits)),
                prefix);
    }

    public int version() {
        return base.version();
    }

    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(base.bits() - prefix);
    }

    public IpAddress last() {
        return base.plus(size().subtract(BigInteger.ONE));
    }

    public boolean contains(IpAddress address) {
        return address.version() == version()
                && address.compareTo(base) >= 0
                && address.compareTo(last()) <= 0;
    }

    public boolean contains(Cidr other) {
        return other.prefix >= prefix && contains(other.base);
    }

    public boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    /** Whether an address can be given to a port: in the block and not one of its special ones. */
    public boolean isHost(IpAddress address) {
        if (!contains(address)) {
            return false;
        }
        if (prefix >= base.bits() - 1) {
            return true;
        }
        // IPv6 has no broadcast address; its first one is the routers' anycast address.
        return !address.equals(base) && (version() == 6 || !address.equals(last()));
    }

    /** The addresses that ports can have. */
    public IpRange hosts() {
        if (prefix >= base.bits() - 1) {
            return new IpRange(base, last());
        }
        return new IpRange(base.plus(1), version() == 6 ? last() : last().plus(-1));
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
