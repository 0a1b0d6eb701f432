package org.monostack.identity.federation;

import java.net.URI;
import java.nio.file.Path;
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
 * @param saml likewise
 * @param serviceProvider how this cloud presents itself to providers that speak SAML
 */
public record FederationSettings(
        List<String> trustedDashboards,
        Map<String, OpenId> openId,
        Map<String, Saml> saml,
        ServiceProvider serviceProvider) {

    private static final Set<String> KEYS =
            Set.of("trusted_dashboards", "providers", "service_provider");

    public FederationSettings {
        trustedDashboards = List.copyOf(trustedDashboards);
        openId = Map.copyOf(openId);
        saml = Map.copyOf(saml);
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

    /**
     * A provider that speaks SAML 2.0.
     *
     * @param metadata the file with its metadata
     * @param entityId whose of several in that file
     * @param keystone whether it is another cloud's Keystone, whose assertions answer no request
     *     and name no audience
     * @param attributePrefix stands before an attribute's name in what mappings see
     * @param remoteUserAttribute the attribute that is also called REMOTE_USER; else the subject's
     *     name is
     */
    public record Saml(
            Path metadata,
            Optional<String> entityId,
            boolean keystone,
            String attributePrefix,
            Optional<String> remoteUserAttribute) {

        private static final String METADATA = "saml_metadata";
        private static final Set<String> KEYS =
                Set.of(
                        METADATA,
                        "entity_id",
                        "keystone",
                        "attribute_prefix",
                        "remote_user_attribute");

        private static Saml read(Place place, Path directory) {
            place.only(KEYS);
            return new Saml(
                    directory.resolve(place.required(METADATA)),
                    place.text("entity_id"),
                    place.flag("keystone"),
                    place.text("attribute_prefix").orElse(""),
                    place.text("remote_user_attribute"));
        }
    }

    /**
     * @param entityId what this cloud calls itself; made of its address if not given
     * @param addresses where identity is reached, without a version; that in the catalog if there
     *     are none
     */
    public record ServiceProvider(Optional<String> entityId, List<String> addresses) {

        private static final Set<String> KEYS = Set.of("entity_id", "addresses");

        public ServiceProvider {
            addresses = List.copyOf(addresses);
        }

        private static ServiceProvider read(Place place) {
            place.only(KEYS);
            return new ServiceProvider(
                    place.text("entity_id"), place.texts("addresses", List.of()));
        }
    }

    public static FederationSettings none() {
        return new FederationSettings(
                List.of(), Map.of(), Map.of(), new ServiceProvider(Optional.empty(), List.of()));
    }

    /**
     * @param origin what messages call the text: the file's name, beside which others lie
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
        Map<String, Saml> saml = new LinkedHashMap<>();
        Path directory = Path.of(origin).toAbsolutePath().resolveSibling("");
        Place providers = top.below("providers");
        for (String name : providers.names()) {
            Place provider = providers.below(name);
            if (provider.text(Saml.METADATA).isPresent()) {
                saml.put(name, Saml.read(provider, directory));
            } else {
                openId.put(name, OpenId.read(provider));
            }
        }
        return new FederationSettings(
                top.texts("trusted_dashboards", List.of()),
                openId,
                saml,
                ServiceProvider.read(top.below("service_provider")));
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
