package org.monostack.identity.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import java.math.BigDecimal;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.TokenContent;
import org.monostack.platform.crypto.SigningKeys;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens that are signed instead of encrypted (JWS, ES256), with Keystone's claims: whoever has the
 * public keys can read them. Stateless.
 */
final class SignedTokens {

    private static final int MICROS = 6;

    private SignedTokens() {}

    static String sign(SigningKeys.Pairs keys, TokenContent content) {
        JWSObject token =
                new JWSObject(new JWSHeader(JWSAlgorithm.ES256), new Payload(claims(content)));
        try {
            token.sign(new ECDSASigner(keys.signing()));
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of the curve P-256 does not sign", e);
        }
        return token.serialize();
    }

    /** Empty if none of the keys signed it. */
    static Optional<TokenContent> read(SigningKeys.Pairs keys, String text) {
        try {
            JWSObject token = JWSObject.parse(text);
            for (ECPublicKey key : keys.trusted()) {
                if (token.getHeader().getAlgorithm().equals(JWSAlgorithm.ES256)
                        && token.verify(new ECDSAVerifier(key))) {
                    return Optional.of(content(Json.read(token.getPayload().toString())));
                }
            }
        } catch (ParseException | JOSEException | Json.MalformedJson e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static String claims(TokenContent content) {
        ObjectNode claims =
                Json.object()
                        .put("sub", content.userId())
                        // Finer than a second: tokens issued before a change of password are void.
                        .put("iat", seconds(content.issuedAt()))
                        .put("exp", seconds(content.expiresAt()));
        claims.set("openstack_methods", Json.strings(content.methods()));
        claims.set("openstack_audit_ids", Json.strings(content.auditIds()));
        switch (content.scope()) {
            case Scope.Unscoped unscoped -> {}
            case Scope.OnProject project -> claims.put("openstack_project_id", project.id());
            case Scope.OnDomain domain -> claims.put("openstack_domain_id", domain.id());
            case Scope.OnSystem system -> claims.put("openstack_system", "all");
        }
        content.trustId().ifPresent(it -> claims.put("openstack_trust_id", it));
        content.applicationCredentialId().ifPresent(it -> claims.put("openstack_app_cred_id", it));
        content.accessTokenId().ifPresent(it -> claims.put("openstack_access_token_id", it));
        content.federatedBy()
                .ifPresent(it ->
                        claims.put("openstack_idp_id", it.providerId())
                                .put("openstack_protocol_id", it.protocolId()));
        content.thumbprint().ifPresent(it -> claims.put("openstack_thumbprint", it));
        return Json.write(claims);
    }

    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, time), MICROS);
    }

    private static Instant time(JsonNode seconds) {
        return Instant.EPOCH.plus(
                seconds.decimalValue().movePointRight(MICROS).longValue(), ChronoUnit.MICROS);
    }

    private static TokenContent content(JsonNode claims) {
        return new TokenContent(
                claims.path("sub").asString(),
                texts(claims.path("openstack_methods")),
                scope(claims),
                time(claims.path("iat")),
                time(claims.path("exp")),
                texts(claims.path("openstack_audit_ids")),
                text(claims, "openstack_trust_id"),
                text(claims, "openstack_app_cred_id"),
                text(claims, "openstack_access_token_id"),
                text(claims, "openstack_idp_id")
                        .flatMap(id ->
                                text(claims, "openstack_protocol_id")
                                        .map(way -> new FederatedBy(id, way))),
                text(claims, "openstack_thumbprint"));
    }

    private static Scope scope(JsonNode claims) {
        if (claims.has("openstack_project_id")) {
            return new Scope.OnProject(claims.path("openstack_project_id").asString());
        }
        if (claims.has("openstack_domain_id")) {
            return new Scope.OnDomain(claims.path("openstack_domain_id").asString());
        }
        return claims.has("openstack_system") ? new Scope.OnSystem() : new Scope.Unscoped();
    }

    private static List<String> texts(JsonNode nodes) {
        List<String> texts = new ArrayList<>();
        nodes.forEach(node -> texts.add(node.asString()));
        return texts;
    }

    private static Optional<String> text(JsonNode claims, String name) {
        return Optional.ofNullable(claims.get(name)).map(JsonNode::asString);
    }
}
