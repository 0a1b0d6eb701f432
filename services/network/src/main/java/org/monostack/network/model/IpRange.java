package org.monostack.network.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Addresses from first to last, both included. */
public record IpRange(IpAddress first, IpAddress last) {

    public boolean contains(IpAddress address) {
        return address.version() == first.version()
                && address.compareTo(first) >= 0
                && address.compareTo(last) <= 0;
    }

    public boolean overlaps(IpRange other) {
        return contains(other.first) || other.contains(first);
    }

    public BigInteger size() {
        return last.value().subtract(first.value()).add(BigInteger.ONE);
    }

    /** What is left of this range without one address: no, one or two ranges. */
    public List<IpRange> without(IpAddress address) {
        if (!contains(address)) {
            return List.of(this);
        }
        List<IpRange> rest = new ArrayList<>(2);
        if (!address.equals(first)) {
            rest.add(new IpRange(first, address.plus(-1)));
        }
        if (!address.equals(last)) {
            rest.add(new IpRange(address.plus(1), last));
        }
        return rest;
    }
}
