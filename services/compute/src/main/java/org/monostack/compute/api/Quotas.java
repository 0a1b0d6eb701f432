package org.monostack.compute.api;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.monostack.compute.model.QuotaResource;
import org.monostack.compute.store.QuotaStore;
import org.monostack.compute.store.ServerStore;
import org.monostack.compute.store.Stores;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;

/**
 * Limits and their use. Use is counted over rows, under a lock per project, in the transaction that
 * adds to it: what is granted is never more than the limit.
 */
final class Quotas {
    private final Stores stores;

    Quotas(Stores stores) {
        this.stores = stores;
    }

    /** The limits of everybody for whom no others were set. */
    Map<QuotaResource, Long> defaults(Transaction tx) {
        Map<QuotaResource, Long> limits = new EnumMap<>(QuotaResource.class);
        for (QuotaResource resource : QuotaResource.values()) {
            limits.put(resource, resource.defaultLimit());
        }
        limits.putAll(stores.known().limitsOfClass(tx, QuotaStore.DEFAULT_CLASS));
        return limits;
    }

    Map<QuotaResource, Long> limits(Transaction tx, String project, Optional<String> user) {
        Map<QuotaResource, Long> limits = defaults(tx);
        limits.putAll(stores.quotas().of(tx, project, Optional.empty()));
        if (user.isPresent()) {
            limits.putAll(stores.quotas().of(tx, project, user));
        }
        return limits;
    }

    /** What is used now; resources that are not counted are absent. */
    Map<QuotaResource, Long> use(Transaction tx, String project, Optional<String> user) {
        Map<QuotaResource, Long> used = useOfServers(tx, project, user);
        used.put(
                QuotaResource.SERVER_GROUPS,
                (long)
                        (user.isPresent()
                                ? stores.groups().count(tx, project, user.get())
                                : stores.groups().count(tx, project)));
        return used;
    }

    private Map<QuotaResource, Long> useOfServers(
            Transaction tx, String project, Optional<String> user) {
        ServerStore.Use use = stores.servers().use(tx, project, user);
        Map<QuotaResource, Long> used = new EnumMap<>(QuotaResource.class);
        used.put(QuotaResource.INSTANCES, use.instances());
        used.put(QuotaResource.CORES, use.cores());
        used.put(QuotaResource.RAM, use.ramMb());
        return used;
    }

    void lock(Transaction tx, String owner) {
        stores.quotas().lock(tx, owner);
    }

    /**
     * How many servers of a size may be added, at least {@code least} and at most {@code most}.
     *
     * @throws ApiException 403 when not even the least may
     */
    int grantServers(
            Transaction tx,
            String project,
            String user,
            int least,
            int most,
            long cores,
            long ram) {
        QuotaStore.Limits set = stores.known().limits(tx, project, user);
        Map<QuotaResource, Long> limits = defaults(tx);
        limits.putAll(set.project());
        if (!limitServers(limits) && !limitServers(set.user())) {
            // Nobody need wait for others or count what nothing limits.
            return most;
        }
        lock(tx, project);
        Map<QuotaResource, Long> used = useOfServers(tx, project, Optional.empty());
        int granted = fit(limits, used, most, cores, ram);
        if (limitServers(set.user())) {
            Map<QuotaResource, Long> own = useOfServers(tx, project, Optional.of(user));
            granted = Math.min(granted, fit(set.user(), own, most, cores, ram));
        }
        if (granted < least) {
            throw exceeded(limits, used, least, cores, ram);
        }
        return granted;
    }

    private static boolean limitServers(Map<QuotaResource, Long> limits) {
        return Stream.of(QuotaResource.INSTANCES, QuotaResource.CORES, QuotaResource.RAM)
                .anyMatch(resource -> limits.getOrDefault(resource, -1L) >= 0);
    }

    private static int fit(
            Map<QuotaResource, Long> limits,
            Map<QuotaResource, Long> used,
            int most,
            long cores,
            long ram) {
        long granted = most;
        granted = Math.min(granted, room(limits, used, QuotaResource.INSTANCES, 1));
        granted = Math.min(granted, room(limits, used, QuotaResource.CORES, cores));
        granted = Math.min(granted, room(limits, used, QuotaResource.RAM, ram));
        return (int) Math.max(granted, 0);
    }

    private static long room(
            Map<QuotaResource, Long> limits,
            Map<QuotaResource, Long> used,
            QuotaResource resource,
            long each) {
        long limit = limits.getOrDefault(resource, -1L);
        if (limit < 0 || each <= 0) {
            return Integer.MAX_VALUE;
        }
        return Math.max(limit - used.getOrDefault(resource, 0L), 0) / each;
    }

    /** 403 unless a resize to more cores and memory fits. */
    void grantResize(Transaction tx, String project, long moreCores, long moreRam) {
        lock(tx, project);
        Map<QuotaResource, Long> limits = limits(tx, project, Optional.empty());
        Map<QuotaResource, Long> used = use(tx, project, Optional.empty());
        if (room(limits, used, QuotaResource.CORES, moreCores) < 1
                || room(limits, used, QuotaResource.RAM, moreRam) < 1) {
            throw exceeded(limits, used, 0, moreCores, moreRam);
        }
    }

    private static ApiException exceeded(
            Map<QuotaResource, Long> limits,
            Map<QuotaResource, Long> used,
            int servers,
            long cores,
            long ram) {
        StringBuilder names = new StringBuilder();
        StringBuilder wanted = new StringBuilder();
        StringBuilder already = new StringBuilder();
        StringBuilder allowed = new StringBuilder();
        int count = Math.max(servers, 1);
        for (QuotaResource resource :
                new QuotaResource[] {
                    QuotaResource.CORES, QuotaResource.INSTANCES, QuotaResource.RAM
                }) {
            long want =
                    switch (resource) {
                        case CORES -> cores * count;
                        case RAM -> ram * count;
                        default -> servers;
                    };
            long limit = limits.getOrDefault(resource, -1L);
            if (limit >= 0 && want > 0 && used.getOrDefault(resource, 0L) + want > limit) {
                String comma = names.isEmpty() ? "" : ", ";
                names.append(comma).append(resource.text());
                wanted.append(comma).append(want);
                already.append(comma).append(used.getOrDefault(resource, 0L));
                allowed.append(comma).append(limit);
            }
        }
        return ApiException.forbidden(
                "Quota exceeded for "
                        + names
                        + ": Requested "
                        + wanted
                        + ", but already used "
                        + already
                        + " of "
                        + allowed
                        + " "
                        + names);
    }

    /** 403 for more items of metadata than a project may give a server or an image. */
    static void checkMetadata(Map<QuotaResource, Long> limits, int items) {
        long limit = limits.getOrDefault(QuotaResource.METADATA_ITEMS, -1L);
        if (limit >= 0 && items > limit) {
            throw ApiException.forbidden("Maximum number of metadata items exceeds " + limit);
        }
    }

    /** 403 for files to be put into a server that are too many or too large. */
    static void checkPersonality(Map<QuotaResource, Long> limits, Map<String, String> personality) {
        long files = limits.getOrDefault(QuotaResource.INJECTED_FILES, -1L);
        long path = limits.getOrDefault(QuotaResource.INJECTED_FILE_PATH_BYTES, -1L);
        long content = limits.getOrDefault(QuotaResource.INJECTED_FILE_CONTENT_BYTES, -1L);
        if (files >= 0 && personality.size() > files) {
            throw ApiException.forbidden("Personality file limit exceeded");
        }
        personality.forEach((name, base64) -> {
            if (path >= 0 && name.length() > path) {
                throw ApiException.forbidden("Personality file path exceeds maximum " + path);
            }
            if (content >= 0 && base64.length() / 4 * 3 > content + 2) {
                throw ApiException.forbidden("Personality file content exceeds maximum " + content);
            }
        });
    }
}
