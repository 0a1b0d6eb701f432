package org.monostack.cloud.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IPv4 address. */
public record Ipv4(int bits) {

    private static final Pattern QUAD =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    /** Reads dotted decimals; throws {@link IllegalArgumentException} with the reason. */
    public static Ipv4 parse(String text) {
        Matcher quad = QUAD.matcher(text.strip());
        if (!quad.matches()) {
            throw new IllegalArgumentException("is not an IPv4 address");
        }
        int bits = 0;
        for (int i = 1; i <= 4; i++) {
            int part = Integer.parseInt(quad.group(i));
            if (part > 255) {
                throw new IllegalArgumentException("is not an IPv4 address");
            }
            bits = bits << 8 | part;
        }
        return new Ipv4(bits);
    }

    /** The address that lies {@code steps} above this one. */
    public Ipv4 plus(int steps) {
        return new Ipv4(bits + steps);
    }

    @Override
    public String toString() {
        return "%d.%d.%d.%d"
                .formatted(bits >>> 24, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255);
    }

    /**
     * A range in CIDR notation.
     *
     * @param network its lowest address
     */
    public record Range(Ipv4 network, int prefix) {

        public static Range parse(String text) {
            String[] halves = text.strip().split("/", -1);
            if (halves.length != 2 || !halves[1].matches("\\d{1,2}")) {
                throw new IllegalArgumentException("is not an IPv4 range such as 10.0.0.0/24");
            }
            int prefix = Integer.parseInt(halves[1]);
            if (prefix < 1 || prefix > 30) {
                throw new IllegalArgumentException("has a prefix that is not from 1 to 30");
            }
            Ipv4 address = parseAddress(halves[0]);
            Range range = new Range(new Ipv4(address.bits() & mask(prefix)), prefix);
            if (!range.network().equals(address)) {
                throw new IllegalArgumentException(
                        "has bits set after its prefix; the range is " + range);
            }
            return range;
        }

        private static Ipv4 parseAddress(String text) {
            try {
                return Ipv4.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("is not an IPv4 range such as 10.0.0.0/24", e);
            }
        }

        private static int mask(int prefix) {
            return -1 << (32 - prefix);
        }

        public boolean contains(Ipv4 address) {
            return (address.bits() & mask(prefix)) == network.bits();
        }

        public boolean overlaps(Range other) {
            return contains(other.network) || other.contains(network);
        }

        /** The lowest address that a machine can have. */
        public Ipv4 firstHost() {
            return network.plus(1);
        }

        @Override
        public String toString() {
            return network + "/" + prefix;
        }
    }

    /** Addresses from {@code start} to {@code end}, both included. */
    public record Pool(Ipv4 start, Ipv4 end) {

        private static final Pattern FORM =
                Pattern.compile("\\s*start=([^,\\s]+)\\s*,\\s*end=([^,\\s]+)\\s*");

        public static Pool parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException("is not of the form start=ADDRESS,end=ADDRESS");
            }
            Pool pool;
            try {
                pool = new Pool(Ipv4.parse(form.group(1)), Ipv4.parse(form.group(2)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "is not of the form start=ADDRESS,end=ADDRESS", e);
            }
            if (Integer.compareUnsigned(pool.start.bits(), pool.end.bits()) > 0) {
                throw new IllegalArgumentException("starts after it ends");
            }
            return pool;
        }

        public boolean contains(Ipv4 address) {
            return Integer.compareUnsigned(start.bits(), address.bits()) <= 0
                    && Integer.compareUnsigned(address.bits(), end.bits()) <= 0;
        }

        @Override
        public String toString() {
            return "start=" + start + ",end=" + end;
        }
    }
}
