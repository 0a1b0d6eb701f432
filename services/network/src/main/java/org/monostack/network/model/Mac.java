package org.monostack.network.model;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Hardware addresses, as lower-case text with colons. */
public final class Mac {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** OpenStack's own range, within Xen's; what guests on every OpenStack cloud show. */
    private static final String BASE = "fa:16:3e";

    private Mac() {}

    /** Reads 00:11:22:33:44:55 or 00-11-22-33-44-55; empty for anything else. */
    public static Optional<String> parse(String text) {
        String canonical = text.toLowerCase(Locale.ROOT).replace('-', ':');
        return FORM.matcher(canonical).matches() ? Optional.of(canonical) : Optional.empty();
    }

    /** A new address; unlikely, but not certain, to be unused. */
    public static String random() {
        int tail = ThreadLocalRandom.current().nextInt(1 << 24);
        return String.format(
                Locale.ROOT, "%s:%02x:%02x:%02x", BASE, tail >> 16, tail >> 8 & 255, tail & 255);
    }

    /** The address that SLAAC gives a port in a block of 64 bits (modified EUI-64). */
    public static IpAddress slaac(Cidr block, String mac) {
        String hex = mac.replace(":", "");
        long upper = Long.parseLong(hex.substring(0, 6), 16) ^ 0x020000;
        long lower = Long.parseLong(hex.substring(6), 16);
        BigInteger suffix =
                BigInteger.valueOf(upper)
                        .shiftLeft(40)
                        .or(BigInteger.valueOf(0xfffeL << 24))
                        .or(BigInteger.valueOf(lower));
        return block.base().plus(suffix);
    }
}
