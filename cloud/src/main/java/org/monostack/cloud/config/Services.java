package org.monostack.cloud.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What DevStack's service names mean here. */
final class Services {

    /** The services that are on when nothing switches them. */
    static final List<String> STANDARD =
            List.of(
                    "key",
                    "g-api",
                    "placement-api",
                    "n-api",
                    "n-cond",
                    "n-sch",
                    "n-cpu",
                    "n-api-meta",
                    "q-svc",
                    "q-agt",
                    "q-dhcp",
                    "q-l3",
                    "q-meta",
                    "mysql");

    /**
     * There when they are switched on. All but rabbit are this one program's own, and there in any
     * case.
     */
    private static final Set<String> SERVED =
            Set.of(
                    "key",
                    "g-api",
                    "g-reg",
                    "placement-api",
                    "placement-client",
                    "n-api",
                    "n-crt",
                    "n-cond",
                    "n-sch",
                    "n-cpu",
                    "n-cell",
                    "n-obj",
                    "n-api-meta",
                    "n-novnc",
                    "n-super-cond",
                    "n-cond-cell1",
                    "neutron",
                    "neutron-api",
                    "neutron-agent",
                    "neutron-dhcp",
                    "neutron-l3",
                    "neutron-metadata-agent",
                    "q-svc",
                    "q-agt",
                    "q-dhcp",
                    "q-l3",
                    "q-meta",
                    "q-ovn-metadata-agent",
                    "ovn-controller",
                    "ovn-northd",
                    "ovs-vswitchd",
                    "ovsdb-server",
                    "ovn-octavia",
                    "mysql",
                    "rabbit");

    private static final Map<String, String> ELSEWHERE = new LinkedHashMap<>();

    static {
        ELSEWHERE.put("h-api-cw", "removed from OpenStack in Queens; there is nothing to start");
        ELSEWHERE.put("h-*", "orchestration (Heat) is not there yet");
        ELSEWHERE.put("heat", "orchestration (Heat) is not there yet");
        ELSEWHERE.put("s-*", "object storage (Swift) is not there yet");
        ELSEWHERE.put("swift", "object storage (Swift) is not there yet");
        ELSEWHERE.put("c-*", "block storage (Cinder) is not there yet");
        ELSEWHERE.put("cinder", "block storage (Cinder) is not there yet");
        ELSEWHERE.put("horizon", "the dashboard is not there yet");
        ELSEWHERE.put("q-metering", "metering labels can be made, but no traffic is counted yet");
        ELSEWHERE.put("n-xvnc", "removed from OpenStack in Victoria; there is nothing to start");
        ELSEWHERE.put("n-cauth", "removed from OpenStack in Ussuri; there is nothing to start");
        ELSEWHERE.put("n-spice", "consoles are shown by VNC");
        ELSEWHERE.put("n-sproxy", "the serial console proxy is not there yet");
        ELSEWHERE.put(
                "n-net", "nova-network was removed from OpenStack; Neutron's API serves networks");
        ELSEWHERE.put("postgresql", "MariaDB is the only database");
        ELSEWHERE.put("tempest", "Tempest is not run by stack.sh; see docs/operations.md");
        ELSEWHERE.put("etcd3", "nothing needs etcd");
        ELSEWHERE.put("dstat", "no resource watcher is started");
        ELSEWHERE.put("memory_tracker", "no resource watcher is started");
        ELSEWHERE.put("file_tracker", "no resource watcher is started");
        ELSEWHERE.put("tls-proxy", "TLS is not there yet: the services answer HTTP");
    }

    private Services() {}

    static boolean served(String service) {
        return SERVED.contains(service);
    }

    /** Why a service that is switched on does not run; empty for one that we do not know. */
    static Optional<String> absence(String service) {
        String exact = ELSEWHERE.get(service);
        if (exact != null) {
            return Optional.of(exact);
        }
        for (Map.Entry<String, String> entry : ELSEWHERE.entrySet()) {
            String key = entry.getKey();
            if (key.endsWith("*") && service.startsWith(key.substring(0, key.length() - 1))) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Applies a list as DevStack does: later names are added, {@code -name} takes one away. */
    static Set<String> apply(List<String> names) {
        Set<String> on = new LinkedHashSet<>();
        for (String name : names) {
            if (!name.startsWith("-")) {
                on.add(name);
            }
        }
        for (String name : names) {
            if (name.startsWith("-")) {
                on.remove(name.substring(1));
            }
        }
        return on;
    }
}
