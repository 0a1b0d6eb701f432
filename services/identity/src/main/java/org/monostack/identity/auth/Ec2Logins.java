package org.monostack.identity.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.monostack.identity.model.Credential;
import org.monostack.identity.model.Trust;
import org.monostack.identity.store.ApplicationCredentialStore;
import org.monostack.identity.store.CredentialStore;
import org.monostack.identity.store.TrustStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens for requests that were signed with the access key of an ec2 credential: they are for the
 * credential's user in its project, with no more than whoever made the credential had. Thread-safe.
 */
public final class Ec2Logins {

    private static final Duration LIFE_OF_SIGNATURE = Duration.ofMinutes(15);
    private static final String METHOD = "ec2credential";

    private final Database database;
    private final Authentication authentication;
    private final CredentialStore credentials;
    private final TrustStore trusts;
    private final ApplicationCredentialStore applicationCredentials;

    private record Found(Credential credential, JsonNode blob) {}

    public Ec2Logins(
            Database database,
            Authentication authentication,
            CredentialStore credentials,
            TrustStore trusts,
            ApplicationCredentialStore applicationCredentials) {
        this.database = database;
        this.authentication = authentication;
        this.credentials = credentials;
        this.trusts = trusts;
        this.applicationCredentials = applicationCredentials;
    }

    /**
     * @param signed the signed request as a service describes it
     * @param isSigned whether its signature was made with a secret
     */
    public Authentication.Issued login(JsonNode signed, Predicate<String> isSigned) {
        String access = signed.path("access").asString("");
        if (access.isEmpty()) {
            throw ApiException.unauthorized("EC2 signature not supplied.");
        }
        Found found =
                database.inTransaction(tx -> credentials.find(tx, Digests.sha256(access)))
                        .filter(it -> it.type().equals("ec2"))
                        .map(it -> new Found(it, blob(it)))
                        .orElseThrow(() -> ApiException.notFound("EC2 access key not found."));
        if (!isSigned.test(found.blob().path("secret").asString(""))) {
            throw ApiException.unauthorized("Invalid EC2 signature.");
        }
        requireFresh(signed);
        return issue(found);
    }

    private static JsonNode blob(Credential credential) {
        try {
            return Json.read(credential.blob());
        } catch (Json.MalformedJson e) {
            throw ApiException.notFound("EC2 access key not found.");
        }
    }

    private static void requireFresh(JsonNode signed) {
        Optional<String> timestamp = Ec2Signatures.timestamp(signed);
        if (timestamp.isEmpty()) {
            return;
        }
        Instant at =
                Ec2Signatures.time(timestamp.get())
                        .orElseThrow(() ->
                                ApiException.unauthorized("Credential timestamp is invalid."));
        if (Times.now().isAfter(at.plus(LIFE_OF_SIGNATURE))) {
            throw ApiException.unauthorized("Credential is expired");
        }
    }

    private Authentication.Issued issue(Found found) {
        String userId = found.credential().userId();
        String trustId = found.blob().path("trust_id").asString("");
        String applicationCredentialId = found.blob().path("app_cred_id").asString("");
        if (!trustId.isEmpty()) {
            String trustee =
                    database.inTransaction(tx -> trusts.find(tx, trustId))
                            .map(Trust::trusteeUserId)
                            .orElseThrow(Logins::refused);
            ObjectNode scope = Json.object();
            scope.set("OS-TRUST:trust", Json.object().put("id", trustId));
            return authentication.issueFor(Proof.of(trustee, METHOD), Optional.of(scope));
        }
        if (!applicationCredentialId.isEmpty()) {
            Delegation delegation =
                    database.inTransaction(
                                    tx -> applicationCredentials.find(tx, applicationCredentialId))
                            .filter(it -> it.userId().equals(userId))
                            .filter(it ->
                                    it.expiresAt()
                                            .map(end -> Times.now().isBefore(end))
                                            .orElse(true))
                            .map(Delegation::of)
                            .orElseThrow(Logins::refused);
            return authentication.issueFor(
                    Proof.delegated(userId, METHOD, delegation), Optional.empty());
        }
        ObjectNode scope = Json.object();
        scope.set("project", Json.object().put("id", found.credential().projectId().orElse("")));
        return authentication.issueFor(Proof.of(userId, METHOD), Optional.of(scope));
    }
}
