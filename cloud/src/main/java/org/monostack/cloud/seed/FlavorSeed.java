package org.monostack.cloud.seed;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.monostack.platform.json.Json;

/** The flavors that DevStack makes. */
final class FlavorSeed {

    private record Flavor(String id, String name, int ramMb, int diskGb, int vcpus) {}

    private static final List<Flavor> FLAVORS =
            List.of(
                    new Flavor("1", "m1.tiny", 512, 1, 1),
                    new Flavor("2", "m1.small", 2048, 20, 1),
                    new Flavor("3", "m1.medium", 4096, 40, 2),
                    new Flavor("4", "m1.large", 8192, 80, 4),
                    new Flavor("5", "m1.xlarge", 16384, 160, 8),
                    new Flavor("42", "m1.nano", 192, 1, 1),
                    new Flavor("84", "m1.micro", 256, 1, 1),
                    new Flavor("c1", "cirros256", 256, 1, 1),
                    new Flavor("d1", "ds512M", 512, 5, 1),
                    new Flavor("d2", "ds1G", 1024, 10, 1),
                    new Flavor("d3", "ds2G", 2048, 10, 2),
                    new Flavor("d4", "ds4G", 4096, 20, 4));

    private FlavorSeed() {}

    /** Makes those whose names are not taken; returns how many. */
    static int ensure(ApiClient api) {
        Set<String> there = new HashSet<>();
        for (var flavor : api.get("compute", "/v2.1/flavors?is_public=None").path("flavors")) {
            there.add(flavor.path("name").asString());
        }
        int made = 0;
        for (Flavor flavor : FLAVORS) {
            if (!there.contains(flavor.name())) {
                var body = Json.object();
                body.putObject("flavor")
                        .put("id", flavor.id())
                        .put("name", flavor.name())
                        .put("ram", flavor.ramMb())
                        .put("disk", flavor.diskGb())
                        .put("vcpus", flavor.vcpus());
                api.post("compute", "/v2.1/flavors", body);
                made++;
            }
        }
        return made;
    }
}
