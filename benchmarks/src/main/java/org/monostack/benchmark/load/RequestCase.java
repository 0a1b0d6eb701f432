package org.monostack.benchmark.load;

import java.util.List;
import java.util.function.Function;

/**
 * One kind of reading request, the same for any cloud.
 *
 * @param counts what its cost may grow with
 */
record RequestCase(String name, Counts counts, Function<Endpoint, Call> call) {

    enum Counts {
        NOTHING,
        SERVERS,
        PORTS
    }

    static final List<RequestCase> ALL =
            List.of(
                    of("version", "identity", ""),
                    of("users", "identity", "/users"),
                    of("images", "image", "/images"),
                    of("flavors_detail", "compute", "/flavors/detail"),
                    of("networks", "network", "/networks"),
                    of("resource_providers", "placement", "/resource_providers"),
                    of(Counts.SERVERS, "servers", "compute", "/servers?limit=1000"),
                    of(Counts.SERVERS, "servers_detail", "compute", "/servers/detail?limit=1000"),
                    of(
                            Counts.SERVERS,
                            "servers_detail_100",
                            "compute",
                            "/servers/detail?limit=100"),
                    of(Counts.PORTS, "ports", "network", "/ports"),
                    of(Counts.PORTS, "ports_100", "network", "/ports?limit=100"));

    private static RequestCase of(String name, String service, String path) {
        return of(Counts.NOTHING, name, service, path);
    }

    private static RequestCase of(Counts counts, String name, String service, String path) {
        return new RequestCase(name, counts, cloud -> cloud.call("GET", service, path));
    }

    /** Whether it is worth measuring with so many servers, each of which has a port. */
    boolean worthAt(int size) {
        if (counts == Counts.NOTHING) {
            return size == 0;
        }
        return name.endsWith("_100") ? size > 100 : true;
    }
}
