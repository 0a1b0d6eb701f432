package org.monostack.identity.api;

import java.util.Optional;
import org.monostack.identity.auth.Catalog;
import org.monostack.identity.auth.Delegation;
import org.monostack.identity.auth.Tokens;
import org.monostack.identity.model.ApplicationCredential;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.model.TokenContent;
import org.monostack.identity.model.Trust;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.platform.database.ChangeCount;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.Response;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A token's document, as it is returned when it is made and when it is validated. Stateless. */
public final class TokenView {

    /** Each some kilobytes. */
    private static final int MOST_KEPT = 1_000;

    private final Catalog catalog;
    private final GroupStore groups;
    private final KnownRows known;
    private final Derived<Asked, byte[]> documents;

    /**
     * @param changes those of the identity schema
     */
    public TokenView(Catalog catalog, GroupStore groups, KnownRows known, ChangeCount changes) {
        this.catalog = catalog;
        this.groups = groups;
        this.known = known;
        this.documents = new Derived<>(changes, MOST_KEPT);
    }

    private record Asked(Tokens.Valid valid, boolean withCatalog) {}

    /** What a validation answers with; kept, since services ask for the same token many times. */
    Response answer(Transaction tx, Tokens.Valid valid, boolean withCatalog) {
        Asked wanted = new Asked(valid, withCatalog);
        // The groups that a provider put a user in end by themselves.
        boolean lasts = valid.content().federatedBy().isEmpty();
        return Response.bytes(
                200,
                "application/json",
                documents.get(tx, wanted, asked -> document(tx, asked), bytes -> lasts));
    }

    private byte[] document(Transaction tx, Asked asked) {
        ObjectNode body = Json.object();
        body.set("token", view(tx, asked.valid(), asked.withCatalog()));
        return Json.bytes(body);
    }

    ObjectNode view(Transaction tx, Tokens.Valid valid, boolean withCatalog) {
        TokenContent content = valid.content();
        Subject subject = valid.subject();
        ObjectNode token = Json.object();
        token.set("methods", Json.strings(content.methods()));
        ObjectNode user = named(subject.user(), subject.userDomain());
        user.put("password_expires_at", Views.time(subject.passwordExpiresAt()));
        content.federatedBy().ifPresent(it -> addProvider(tx, user, subject.user().id(), it));
        token.set("user", user);
        token.set("audit_ids", Json.strings(content.auditIds()));
        token.put("expires_at", Views.time(content.expiresAt()));
        token.put("issued_at", Views.time(content.issuedAt()));
        boolean scoped = !(content.scope() instanceof Scope.Unscoped);
        Optional<Subject.Place> place = subject.place();
        switch (content.scope()) {
            case Scope.Unscoped unscoped -> {}
            case Scope.OnSystem system -> token.set("system", Json.object().put("all", true));
            case Scope.OnDomain domain ->
                    place.ifPresent(it -> token.set("domain", named(it.self())));
            case Scope.OnProject project ->
                    place.ifPresent(it -> {
                        token.set("project", named(it.self(), it.domain()));
                        token.put("is_domain", false);
                    });
        }
        if (scoped) {
            ArrayNode roles = Json.array();
            subject.roles().forEach(role -> roles.add(named(role)));
            token.set("roles", roles);
            if (withCatalog) {
                Optional<String> projectId =
                        place.filter(it -> !it.isDomain()).map(it -> it.self().id());
                token.set("catalog", catalog.view(tx, subject.user().id(), projectId));
            }
        }
        addServiceProviders(tx, token);
        valid.delegation().flatMap(Delegation::trust).ifPresent(it -> addTrust(token, it));
        valid.delegation()
                .flatMap(Delegation::applicationCredential)
                .ifPresent(it -> addCredential(token, it));
        valid.delegation()
                .flatMap(Delegation::accessToken)
                .ifPresent(it ->
                        token.set(
                                "OS-OAUTH1",
                                Json.object()
                                        .put("access_token_id", it.id())
                                        .put("consumer_id", it.consumerId())));
        content.thumbprint()
                .ifPresent(it -> token.set("oauth2_credential", Json.object().put("x5t#S256", it)));
        return token;
    }

    private void addProvider(Transaction tx, ObjectNode user, String userId, FederatedBy by) {
        ArrayNode groupIds = Json.array();
        groups.idsBy(tx, by.providerId(), userId)
                .forEach(id -> groupIds.add(Json.object().put("id", id)));
        ObjectNode node = Json.object();
        node.set("groups", groupIds);
        node.set("identity_provider", Json.object().put("id", by.providerId()));
        node.set("protocol", Json.object().put("id", by.protocolId()));
        user.set("OS-FEDERATION", node);
        user.remove("password_expires_at");
    }

    /** The clouds where this cloud's users are taken. */
    private void addServiceProviders(Transaction tx, ObjectNode token) {
        ArrayNode nodes = Json.array();
        known.serviceProviders(tx)
                .forEach(it ->
                        nodes.add(
                                Json.object()
                                        .put("id", it.id())
                                        .put("auth_url", it.authUrl())
                                        .put("sp_url", it.spUrl())));
        if (!nodes.isEmpty()) {
            token.set("service_providers", nodes);
        }
    }

    private static void addTrust(ObjectNode token, Trust trust) {
        ObjectNode node =
                Json.object().put("id", trust.id()).put("impersonation", trust.impersonation());
        node.set("trustor_user", Json.object().put("id", trust.trustorUserId()));
        node.set("trustee_user", Json.object().put("id", trust.trusteeUserId()));
        token.set("OS-TRUST:trust", node);
    }

    private static void addCredential(ObjectNode token, ApplicationCredential credential) {
        ObjectNode node =
                Json.object()
                        .put("id", credential.id())
                        .put("name", credential.name())
                        .put("restricted", !credential.unrestricted());
        if (!credential.accessRules().isEmpty()) {
            node.set("access_rules", AccessRulesApi.array(credential.accessRules()));
        }
        token.set("application_credential", node);
    }

    private static ObjectNode named(Named named) {
        return Json.object().put("id", named.id()).put("name", named.name());
    }

    private static ObjectNode named(Named named, Named domain) {
        ObjectNode node = named(named);
        node.set("domain", named(domain));
        return node;
    }
}
