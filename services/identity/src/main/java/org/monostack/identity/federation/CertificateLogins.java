package org.monostack.identity.federation;

import java.util.Map;
import java.util.Optional;
import org.monostack.identity.auth.Authentication;
import org.monostack.identity.auth.ClientCertificate;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.federation.Mapped.DomainName;
import org.monostack.identity.federation.Mapped.MappedUser;
import org.monostack.identity.model.Federation.MappingRules;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.User;
import org.monostack.identity.store.FederationStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives users tokens for the certificates that they show (RFC 8705). A mapping makes a user of the
 * names in the certificate; whatever it says of that user must be so of the user whom the client
 * names. What it does not say is not compared, as in Keystone: a mapping that says nothing lets any
 * certificate speak for anybody. Thread-safe.
 */
public final class CertificateLogins {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateLogins.class);

    private static final String METHOD = "oauth2_credential";

    /** Keystone evaluates this mapping by its first rules, whatever version it says that it has. */
    private static final String FIRST_RULES = "1.0";

    private final Database database;
    private final Authentication authentication;
    private final Directories directories;
    private final KnownRows known;
    private final FederationStore federation;
    private final String mappingId;

    /**
     * @param mappingId of the mapping for certificates
     */
    public CertificateLogins(
            Database database,
            Authentication authentication,
            Directories directories,
            KnownRows known,
            FederationStore federation,
            String mappingId) {
        this.database = database;
        this.authentication = authentication;
        this.directories = directories;
        this.known = known;
        this.federation = federation;
        this.mappingId = mappingId;
    }

    /**
     * A token for the user's default project, bound to the certificate; 401 if the two do not
     * belong together, or the user has no role there.
     *
     * @param userId whom the client says that it is
     */
    public Authentication.Issued login(String userId, ClientCertificate certificate) {
        Map<String, String> names =
                certificate.attributes().orElseThrow(() -> refused("its names cannot be read"));
        if (!directories.lookAtUser(userId)) {
            throw refused("the user is not there");
        }
        User user =
                database.reading(tx -> known.user(tx, userId))
                        .orElseThrow(() -> refused("the user is not there"));
        String projectId =
                user.defaultProjectId()
                        .orElseThrow(() -> refused("the user has no default project"));
        database.run(tx -> requireAgreement(tx, mapped(tx, names), user));
        ObjectNode project = Json.object();
        project.set("project", Json.object().put("id", projectId));
        return authentication.issueFor(
                Proof.bound(user.id(), METHOD, certificate.thumbprint()), Optional.of(project));
    }

    private MappedUser mapped(Transaction tx, Map<String, String> names) {
        MappingRules rules =
                federation
                        .mapping(tx, mappingId)
                        .orElseThrow(() -> refused("there is no mapping " + mappingId));
        try {
            return Mapping.of(new MappingRules(rules.id(), rules.rules(), FIRST_RULES))
                    .apply(names)
                    .user();
        } catch (Mapping.NotMapped e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private void requireAgreement(Transaction tx, MappedUser said, User user) {
        requireSame("name", said.name(), Optional.of(user.name()));
        requireSame("id", said.id(), Optional.of(user.id()));
        requireSame(
                "email",
                said.email(),
                Optional.ofNullable(Json.read(user.extra()).get("email"))
                        .map(it -> it.asString("")));
        Optional<Project> domain = known.domain(tx, user.domainId());
        requireSame("domain's id", said.domain().flatMap(DomainName::id), domain.map(Project::id));
        requireSame(
                "domain's name",
                said.domain().flatMap(DomainName::name),
                domain.map(Project::name));
    }

    private static void requireSame(String what, Optional<String> said, Optional<String> is) {
        if (said.isPresent() && !said.equals(is)) {
            throw refused("the user's " + what + " is another one");
        }
    }

    /** What was wrong is for the operator alone. */
    private static ApiException refused(String why) {
        LOG.info("a client's certificate is not taken: {}", why);
        return ApiException.unauthorized("Client authentication failed.");
    }
}
