package org.monostack.identity.federation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.monostack.platform.http.ApiException;

/** The OpenID providers that the operator has set up. Thread-safe. */
public final class OpenIdProviders {

    private final Supplier<FederationSettings> settings;
    private final Map<String, OpenIdProvider> known = new ConcurrentHashMap<>();

    public OpenIdProviders(Supplier<FederationSettings> settings) {
        this.settings = settings;
    }

    boolean has(String id) {
        return settings.get().openId().containsKey(id);
    }

    /** 401 if the operator has said nothing about it. */
    OpenIdProvider get(String id) {
        FederationSettings.OpenId now = settings.get().openId().get(id);
        if (now == null) {
            throw ApiException.unauthorized(
                    "Nothing is known of how identity provider "
                            + id
                            + " can be asked: federation.yaml does not name it.");
        }
        return known.compute(
                id,
                (key, before) ->
                        before != null && before.settings().equals(now)
                                ? before
                                : new OpenIdProvider(now));
    }
}
