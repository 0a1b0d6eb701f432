package org.monostack.compute.scheduler;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Says why a host will not do. Named as operators know them from Nova. */
public interface HostFilter {

    String name();

    /** The reason, or empty if the host will do. */
    Optional<String> reject(HostState host, SchedulingRequest request);

    /** The filters that Nova enables by default, and those for hints, in the order applied. */
    static List<HostFilter> defaults() {
        return List.of(
                new Compute(),
                new ForcedHost(),
                new AvailabilityZone(),
                new ImageProperties(),
                new AntiAffinity(),
                new Affinity(),
                new SameHost(),
                new DifferentHost());
    }

    /** The host's service is up and enabled. */
    final class Compute implements HostFilter {
        @Override
        public String name() {
            return "ComputeFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            return host.enabled() ? Optional.empty() : Optional.of(host.why());
        }
    }

    /** An administrator named the host. */
    final class ForcedHost implements HostFilter {
        @Override
        public String name() {
            return "ForcedHost";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            return request.forcedHost().isEmpty() || request.forcedHost().get().equals(host.name())
                    ? Optional.empty()
                    : Optional.of("only " + request.forcedHost().get() + " is wanted");
        }
    }

    final class AvailabilityZone implements HostFilter {
        @Override
        public String name() {
            return "AvailabilityZoneFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            return request.zone().isEmpty() || request.zone().get().equals(host.zone())
                    ? Optional.empty()
                    : Optional.of("it is in zone " + host.zone());
        }
    }

    /** The image fits the host's architecture. */
    final class ImageProperties implements HostFilter {
        @Override
        public String name() {
            return "ImagePropertiesFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            String wanted =
                    request.image()
                            .properties()
                            .getOrDefault(
                                    "hw_architecture",
                                    request.image().properties().getOrDefault("architecture", ""));
            return wanted.isEmpty()
                            || wanted.equals(host.architecture())
                            || Set.of("x86_64", "amd64").contains(wanted)
                                    && host.architecture().equals("x86_64")
                    ? Optional.empty()
                    : Optional.of("its architecture is " + host.architecture());
        }
    }

    final class AntiAffinity implements HostFilter {
        @Override
        public String name() {
            return "ServerGroupAntiAffinityFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            if (request.group().isEmpty()
                    || !request.group().get().policy().equals("anti-affinity")) {
                return Optional.empty();
            }
            int most = request.group().get().maxServerPerHost().orElse(1);
            return host.groupMembers() < most
                    ? Optional.empty()
                    : Optional.of("it runs " + host.groupMembers() + " of the group already");
        }
    }

    final class Affinity implements HostFilter {
        @Override
        public String name() {
            return "ServerGroupAffinityFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            // A group without members may begin anywhere; the scheduler says so with -1.
            return request.group().isEmpty()
                            || !request.group().get().policy().equals("affinity")
                            || host.groupMembers() != 0
                    ? Optional.empty()
                    : Optional.of("the group runs elsewhere");
        }
    }

    final class SameHost implements HostFilter {
        @Override
        public String name() {
            return "SameHostFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            if (request.sameHost().isEmpty()) {
                return Optional.empty();
            }
            return request.sameHost().stream().anyMatch(host.servers()::contains)
                    ? Optional.empty()
                    : Optional.of("it runs none of the servers named by same_host");
        }
    }

    final class DifferentHost implements HostFilter {
        @Override
        public String name() {
            return "DifferentHostFilter";
        }

        @Override
        public Optional<String> reject(HostState host, SchedulingRequest request) {
            Set<String> met = new TreeSet<>();
            request.differentHost().stream()
                    .filter(host.servers()::contains)
                    .forEach(server -> met.add(server.toString()));
            return met.isEmpty()
                    ? Optional.empty()
                    : Optional.of("it runs " + String.join(", ", met));
        }
    }
}
