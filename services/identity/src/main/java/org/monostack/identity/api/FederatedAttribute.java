package org.monostack.identity.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.FederatedIdentity;
import org.monostack.identity.store.FederatedUserStore;
import org.monostack.identity.store.FederationStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The attribute {@code federated} of a user: who the user is at identity providers, and thus who
 * logs in when one of them vouches for it. Stateless.
 */
public final class FederatedAttribute {

    private static final String NAME = "federated";

    private final FederatedUserStore identities;
    private final FederationStore federation;

    public FederatedAttribute(FederatedUserStore identities, FederationStore federation) {
        this.identities = identities;
        this.federation = federation;
    }

    /**
     * Makes what a request lists all that the user is elsewhere. As in Keystone an empty list asks
     * for nothing: what is there stays. 400 if a provider or protocol is not there, 409 if somebody
     * else is called that.
     */
    void write(Transaction tx, Fields fields, String userId) {
        List<FederatedIdentity> wanted = new ArrayList<>();
        for (JsonNode entry : fields.node().path(NAME)) {
            String providerId = entry.path("idp_id").asString();
            if (federation.provider(tx, providerId).isEmpty()) {
                throw ApiException.badRequest(
                        "Invalid input for field 'federated': could not find identity provider: "
                                + providerId
                                + ".");
            }
            for (JsonNode protocol : entry.path("protocols")) {
                FederatedBy by =
                        new FederatedBy(providerId, protocol.path("protocol_id").asString());
                if (!federation.keepsProtocol(tx, by)) {
                    throw ApiException.badRequest(
                            "Invalid input for field 'federated': could not find federated"
                                    + " protocol "
                                    + by.protocolId()
                                    + " for identity provider: "
                                    + providerId
                                    + ".");
                }
                wanted.add(
                        new FederatedIdentity(by, protocol.path("unique_id").asString(), userId));
            }
        }
        if (!wanted.isEmpty()) {
            identities.replace(tx, userId, wanted);
        }
    }

    /** Adds the attribute to a user's view if the user is somebody elsewhere. */
    ObjectNode show(Transaction tx, ObjectNode user, String userId) {
        List<FederatedIdentity> elsewhere = identities.ofUsers(tx, List.of(userId));
        if (!elsewhere.isEmpty()) {
            user.set(NAME, view(elsewhere));
        }
        return user;
    }

    /** One entry for each provider. */
    private static ArrayNode view(List<FederatedIdentity> elsewhere) {
        Map<String, ArrayNode> protocols = new LinkedHashMap<>();
        elsewhere.forEach(it ->
                protocols
                        .computeIfAbsent(it.by().providerId(), key -> Json.array())
                        .add(
                                Json.object()
                                        .put("protocol_id", it.by().protocolId())
                                        .put("unique_id", it.uniqueId())));
        ArrayNode nodes = Json.array();
        protocols.forEach((id, of) -> {
            ObjectNode node = Json.object().put("idp_id", id);
            node.set("protocols", of);
            nodes.add(node);
        });
        return nodes;
    }
}
