package org.monostack.identity.federation;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.json.Json;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;

/**
 * What the operator says of identity providers beside what the API keeps: how to reach them, and by
 * which secrets. Immutable.
 *
 * @param trustedDashboards where a browser may be sent with a token
 * @param openId by the ids that the API knows the providers by
 */
public record FederationSettings(List<String> trustedDashboards, Map<String, OpenId> openId) {

    private static final Set<String> KEYS = Set.of("trusted_dashboards", "providers");

    public FederationSettings {
        trustedDashboards = List.copyOf(trustedDashboards);
        openId = Map.copyOf(openId);
    }

    /** The text is not what it should be; the message says where. */
    public static final class BadSettings extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadSettings(String message) {
            super(message);
        }
    }

    /**
     * An OpenID provider.
     *
     * @param issuer its address, below which its metadata are
     * @param audiences whom its access tokens may be for, besides the client
     * @param scopes what is asked for when a browser logs in
     * @param introspection whether the provider is asked about each access token; else that is done
     *     with those that are not signed JSON alone
     * @param claimPrefix stands before a claim's name in the attributes that mappings see
     * @param remoteUserClaim the claim that is also called REMOTE_USER
     */
    public record OpenId(
            URI issuer,
            String clientId,
            Optional<String> clientSecret,
            List<String> audiences,
            List<String> scopes,
            boolean introspection,
            String claimPrefix,
            String remoteUserClaim) {

        private static final Set<String> KEYS =
                Set.of(
                        "issuer",
                        "client_id",
                        "client_secret",
                        "audiences",
                        "scopes",
                        "introspection",
                        "claim_prefix",
                        "remote_user_claim");

        public OpenId {
            audiences = List.copyOf(audiences);
            scopes = List.copyOf(scopes);
        }

        @Override
        public String toString() {
            return "OpenId[" + issuer + "]";
        }

        private static OpenId read(Place place) {
            place.only(KEYS);
            return new OpenId(
                    place.address("issuer"),
                    place.required("client_id"),
                    place.text("client_secret"),
                    place.texts("audiences", List.of()),
                    place.texts("scopes", List.of("openid", "profile", "email")),
                    place.flag("introspection"),
                    place.text("claim_prefix").orElse("OIDC-"),
                    place.text("remote_user_claim").orElse("sub"));
        }
    }

    public static FederationSettings none() {
        return new FederationSettings(List.of(), Map.of());
    }

    /**
     * @param origin what messages call the text
     */
    static FederationSettings parse(String origin, String text) {
        JsonNode root;
        try {
            Object loaded =
                    new Load(LoadSettings.builder().setLabel(origin).build()).loadFromString(text);
            root = loaded == null ? Json.object() : Json.mapper().valueToTree(loaded);
        } catch (YamlEngineException e) {
            throw new BadSettings(origin + " is not valid YAML: " + e.getMessage());
        }
        Place top = new Place(origin, root);
        top.only(KEYS);
        Map<String, OpenId> openId = new LinkedHashMap<>();
        Place providers = top.below("providers");
        providers.names().forEach(name -> openId.put(name, OpenId.read(providers.below(name))));
        return new FederationSettings(top.texts("trusted_dashboards", List.of()), openId);
    }

    /** A place in the text, and where it is. */
    private record Place(String path, JsonNode node) {

        Place {
            if (!node.isObject()) {
                throw new BadSettings(path + " is not a map");
            }
        }

        Place below(String name) {
            JsonNode value = node.path(name);
            return new Place(path + ": " + name, value.isMissingNode() ? Json.object() : value);
        }

        List<String> names() {
            return List.copyOf(node.propertyNames());
        }

        void only(Set<String> known) {
            for (String name : node.propertyNames()) {
                if (!known.contains(name)) {
                    throw new BadSettings(path + ": " + name + " is not known");
                }
            }
        }

        Optional<String> text(String name) {
            JsonNode value = node.path(name);
            if (value.isMissingNode() || value.isNull()) {
                return Optional.empty();
            }
            if (!value.isValueNode()) {
                throw new BadSettings(path + ": " + name + " is not a text");
            }
            return Optional.of(value.asString());
        }

        String required(String name) {
            return text(name)
                    .filter(it -> !it.isBlank())
                    .orElseThrow(() -> new BadSettings(path + ": " + name + " is missing"));
        }

        URI address(String name) {
            String text = required(name);
            if (!text.matches("https?://[^\\s/]+(/\\S*)?")) {
                throw new BadSettings(path + ": " + name + " is not an http address: " + text);
            }
            try {
                return URI.create(text);
            } catch (IllegalArgumentException e) {
                throw new BadSettings(path + ": " + name + " is not an http address: " + text);
            }
        }

        boolean flag(String name) {
            JsonNode value = node.path(name);
            if (!value.isMissingNode() && !value.isBoolean()) {
                throw new BadSettings(path + ": " + name + " is neither true nor false");
            }
            return value.asBoolean(false);
        }

        List<String> texts(String name, List<String> otherwise) {
            JsonNode value = node.path(name);
            if (value.isMissingNode() || value.isNull()) {
                return otherwise;
            }
            List<String> texts = new ArrayList<>();
            value.forEach(it -> texts.add(it.asString("")));
            if (!value.isArray() || texts.contains("")) {
                throw new BadSettings(path + ": " + name + " is not a list of texts");
            }
            return texts;
        }
    }
}
