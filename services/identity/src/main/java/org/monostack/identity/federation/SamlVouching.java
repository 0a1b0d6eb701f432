package org.monostack.identity.federation;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.monostack.identity.auth.Tokens;
import org.monostack.identity.model.Federation.ServiceProvider;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.Subject;
import org.monostack.identity.saml.OwnAssertion;
import org.monostack.identity.store.FederationStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vouches for users of ours at other clouds ("Keystone to Keystone"): whoever has a project's token
 * gets an assertion that says who it is, with which roles where. Thread-safe.
 */
public final class SamlVouching {

    private final Database database;
    private final Tokens tokens;
    private final FederationStore federation;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final SamlSelf self;

    /**
     * @param document XML
     * @param provider where it is to be brought
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Voucher(byte[] document, ServiceProvider provider) {}

    public SamlVouching(
            Database database,
            Tokens tokens,
            FederationStore federation,
            GroupStore groups,
            ProjectStore projects,
            SamlSelf self) {
        this.database = database;
        this.tokens = tokens;
        this.federation = federation;
        this.groups = groups;
        this.projects = projects;
        this.self = self;
    }

    /**
     * @param providerId of the service provider
     * @param token the user's
     * @param enveloped whether the assertion goes into a SOAP envelope
     * @throws ApiException 404 if there is no such provider or token, 403 if the provider is
     *     disabled or the token is not a project's
     */
    public Voucher vouch(String providerId, String token, boolean enveloped) {
        Instant now = Times.now();
        // Asked for outside of the transaction: they look into the catalog in one of their own.
        String issuer = self.identityProviderId();
        record Said(ServiceProvider provider, OwnAssertion assertion) {}
        Said said =
                database.inTransaction(tx -> {
                    ServiceProvider provider = provider(tx, providerId);
                    Subject subject = subject(tx, token);
                    return new Said(
                            provider,
                            new OwnAssertion(
                                    issuer,
                                    provider.spUrl(),
                                    subject.user().name(),
                                    attributes(tx, subject),
                                    now,
                                    now.plus(self.config().assertionLife())));
                });
        byte[] document =
                enveloped
                        ? said.assertion()
                                .envelope(
                                        said.provider().relayStatePrefix() + RandomIds.hex(),
                                        self.key())
                        : said.assertion().response(self.key());
        return new Voucher(document, said.provider());
    }

    private ServiceProvider provider(Transaction tx, String id) {
        ServiceProvider provider =
                federation
                        .serviceProvider(tx, id)
                        .orElseThrow(() ->
                                ApiException.notFound(
                                        "Could not find Service Provider: " + id + "."));
        if (!provider.enabled()) {
            throw ApiException.forbidden("Service Provider " + id + " is disabled");
        }
        return provider;
    }

    private Subject subject(Transaction tx, String token) {
        // Who may do certain things alone would be able to do others there.
        Tokens.Valid valid =
                tokens.validate(tx, token)
                        .filter(it ->
                                it.delegation()
                                        .flatMap(by -> by.applicationCredential())
                                        .filter(by -> !by.accessRules().isEmpty())
                                        .isEmpty())
                        .orElseThrow(() -> ApiException.notFound("Could not find token."));
        if (!(valid.content().scope() instanceof Scope.OnProject)) {
            throw ApiException.forbidden(
                    "You are not authorized to perform the requested action: Use a project scoped"
                            + " token when attempting to create a SAML assertion.");
        }
        return valid.subject();
    }

    /** Keystone's names, in its order. */
    private Map<String, List<String>> attributes(Transaction tx, Subject subject) {
        Subject.Place place = subject.place().orElseThrow();
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        attributes.put("openstack_user", List.of(subject.user().name()));
        attributes.put(
                "openstack_roles", subject.roles().stream().map(Named::name).sorted().toList());
        attributes.put("openstack_project", List.of(place.self().name()));
        attributes.put("openstack_project_domain", List.of(place.domain().name()));
        attributes.put("openstack_user_domain", List.of(subject.userDomain().name()));
        List<String> memberships =
                groups.ofUser(tx, subject.user().id(), Selection.ALL).stream()
                        .map(it -> group(tx, it))
                        .toList();
        if (!memberships.isEmpty()) {
            attributes.put("openstack_groups", memberships);
        }
        return attributes;
    }

    private String group(Transaction tx, Group group) {
        ObjectNode node = Json.object().put("name", group.name());
        node.set(
                "domain",
                Json.object()
                        .put(
                                "name",
                                projects.findDomain(tx, group.domainId())
                                        .map(Project::name)
                                        .orElse(group.domainId())));
        return "JSON:" + Json.write(node);
    }
}
