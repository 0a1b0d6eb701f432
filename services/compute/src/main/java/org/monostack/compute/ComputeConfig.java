package org.monostack.compute;

import java.time.Duration;

/**
 * How compute behaves; every value has the default that DevStack or Nova has.
 *
 * @param host this host's name
 * @param defaultZone the availability zone of hosts that no aggregate puts elsewhere
 * @param cpuAllocationRatio how often a physical CPU is given away
 * @param ramAllocationRatio how often a MiB of memory is given away
 * @param diskAllocationRatio how often a GiB of disk is given away
 * @param reservedMemoryMb memory kept for the host itself
 * @param resumeGuestsOnHostBoot whether servers that ran before a restart are started again
 * @param shutdownPatience how long a guest may take to power off when asked
 * @param portPatience how long a port may take to come up before a boot fails
 * @param reconcileEvery how often what should run is compared with what runs
 * @param consoleProxyUrl where browsers find the console proxy, such as
 *     http://127.0.0.1:6080/vnc_lite.html
 */
public record ComputeConfig(
        String host,
        String defaultZone,
        double cpuAllocationRatio,
        double ramAllocationRatio,
        double diskAllocationRatio,
        long reservedMemoryMb,
        boolean resumeGuestsOnHostBoot,
        Duration shutdownPatience,
        Duration portPatience,
        Duration reconcileEvery,
        String consoleProxyUrl) {

    public static ComputeConfig defaults(String host) {
        return new ComputeConfig(
                host,
                "nova",
                4.0,
                1.0,
                1.0,
                512,
                true,
                Duration.ofSeconds(60),
                Duration.ofSeconds(300),
                Duration.ofSeconds(30),
                "http://127.0.0.1:6080/vnc_lite.html");
    }
}
