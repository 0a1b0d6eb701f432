package org.monostack.identity.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.saml.PeerMetadata;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers that speak SAML and that the operator has set up. A file of metadata is read again
 * when it changed; while it cannot be used, the provider cannot be either. Thread-safe.
 */
public final class SamlProviders {

    private static final Logger LOG = LoggerFactory.getLogger(SamlProviders.class);

    private final Supplier<FederationSettings> settings;
    private final Set<String> sha1;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(
            FederationSettings.Saml settings, FileTime changed, Optional<PeerMetadata> metadata) {}

    /**
     * @param id by which the API knows it
     * @param sha1 whether its assertions may be signed with SHA-1
     */
    record Provider(
            String id, FederationSettings.Saml settings, PeerMetadata metadata, boolean sha1) {}

    /**
     * @param sha1 those whose assertions may be signed with SHA-1
     */
    public SamlProviders(Supplier<FederationSettings> settings, Set<String> sha1) {
        this.settings = settings;
        this.sha1 = Set.copyOf(sha1);
    }

    /** Whether it is reached by SAML, according to the operator. */
    public boolean has(String id) {
        return settings.get().saml().containsKey(id);
    }

    /** 401 if it is not known how to reach it. */
    Provider get(String id) {
        FederationSettings.Saml now = settings.get().saml().get(id);
        if (now == null) {
            throw ApiException.unauthorized(
                    "Nothing is known of identity provider " + id + " as one that speaks SAML.");
        }
        return find(id, now)
                .orElseThrow(() ->
                        ApiException.unauthorized(
                                "The metadata of identity provider " + id + " cannot be used."));
    }

    /** The one among the other clouds that calls itself so. */
    Optional<Provider> keystone(String entityId) {
        return settings.get().saml().entrySet().stream()
                .filter(it -> it.getValue().keystone())
                .sorted(Map.Entry.comparingByKey())
                .flatMap(it -> find(it.getKey(), it.getValue()).stream())
                .filter(it -> it.metadata().entityId().equals(entityId))
                .findFirst();
    }

    private Optional<Provider> find(String id, FederationSettings.Saml now) {
        FileTime changed = changed(now);
        Known current =
                known.compute(
                        id,
                        (key, before) ->
                                isCurrent(before, now, changed)
                                        ? before
                                        : new Known(now, changed, read(id, now)));
        return current.metadata()
                .filter(it -> it.isValid(Times.now()))
                .map(it -> new Provider(id, now, it, sha1.contains(id)));
    }

    private static boolean isCurrent(
            @Nullable Known known, FederationSettings.Saml now, FileTime changed) {
        return known != null && known.settings().equals(now) && known.changed().equals(changed);
    }

    private static FileTime changed(FederationSettings.Saml settings) {
        try {
            return Files.getLastModifiedTime(settings.metadata());
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static Optional<PeerMetadata> read(String id, FederationSettings.Saml settings) {
        try {
            return Optional.of(
                    PeerMetadata.read(
                            Files.readAllBytes(settings.metadata()), settings.entityId()));
        } catch (IOException | PeerMetadata.Unusable e) {
            LOG.warn(
                    "identity provider {} cannot be used: {}: {}",
                    id,
                    settings.metadata(),
                    e.toString());
            return Optional.empty();
        }
    }
}
