package org.monostack.cloud.config;

import java.nio.file.Path;
import java.util.Optional;

/** A machine as a test wants it. */
record FakeHostFacts(Optional<Ipv4> defaultAddress, boolean root) implements HostFacts {

    static final FakeHostFacts ROOT = new FakeHostFacts(Optional.of(Ipv4.parse("192.0.2.7")), true);

    @Override
    public Path home() {
        return Path.of("/home/someone");
    }

    @Override
    public String hostName() {
        return "somehost";
    }
}
