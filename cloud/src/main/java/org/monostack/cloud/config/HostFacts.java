package org.monostack.cloud.config;

import java.nio.file.Path;
import java.util.Optional;

/** What defaults depend on: the machine and the user that the cloud is started by. */
public interface HostFacts {

    /** The address that the default route leaves from. */
    Optional<Ipv4> defaultAddress();

    boolean root();

    Path home();

    String hostName();
}
