package org.monostack.identity.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.TokenContent;

/**
 * The bytes inside a token. Ids of 32 hexadecimal digits take 16 bytes, so that a whole token stays
 * under 255 characters, which clients have columns for. Stateless.
 */
final class TokenCodec {

    private static final int VERSION = 3;

    /** A token that is bound to a certificate, whose digest is behind all the rest. */
    private static final int BOUND = 4;

    private static final int DIGEST_BYTES = 32;
    private static final int SHORT_ID = 0;

    /** Ids that are digests, of 64 hexadecimal digits, take 32 bytes. */
    private static final int LONG_ID = 255;

    private static final List<String> METHODS =
            List.of(
                    "password",
                    "token",
                    "application_credential",
                    "trust",
                    "totp",
                    "oauth1",
                    "ec2credential",
                    "mapped",
                    "openid",
                    "saml2",
                    "oauth2_credential");

    private TokenCodec() {}

    static byte[] encode(TokenContent content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            // What is bound to nothing stays readable for another process of an earlier release.
            out.writeByte(content.thumbprint().isPresent() ? BOUND : VERSION);
            int methods = 0;
            for (String method : content.methods()) {
                methods |= 1 << index(method);
            }
            out.writeShort(methods);
            id(out, content.userId());
            switch (content.scope()) {
                case Scope.Unscoped unscoped -> out.writeByte(0);
                case Scope.OnProject project -> {
                    out.writeByte(1);
                    id(out, project.id());
                }
                case Scope.OnDomain domain -> {
                    out.writeByte(2);
                    id(out, domain.id());
                }
                case Scope.OnSystem system -> out.writeByte(3);
            }
            time(out, content.issuedAt());
            time(out, content.expiresAt());
            out.writeByte(content.auditIds().size());
            for (String auditId : content.auditIds()) {
                out.write(Base64.getUrlDecoder().decode(auditId));
            }
            optional(out, content.trustId());
            optional(out, content.applicationCredentialId());
            optional(out, content.accessTokenId());
            optional(out, content.federatedBy().map(FederatedBy::providerId));
            optional(out, content.federatedBy().map(FederatedBy::protocolId));
            if (content.thumbprint().isPresent()) {
                out.write(Base64.getUrlDecoder().decode(content.thumbprint().get()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** Empty for bytes of another kind, such as an earlier release might have written. */
    static Optional<TokenContent> decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION && version != BOUND) {
                return Optional.empty();
            }
            int bits = in.readUnsignedShort();
            List<String> methods = new ArrayList<>();
            for (int i = 0; i < METHODS.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    methods.add(METHODS.get(i));
                }
            }
            String userId = id(in);
            Scope scope =
                    switch (in.readUnsignedByte()) {
                        case 0 -> new Scope.Unscoped();
                        case 1 -> new Scope.OnProject(id(in));
                        case 2 -> new Scope.OnDomain(id(in));
                        case 3 -> new Scope.OnSystem();
                        default -> throw new IOException("unknown scope");
                    };
            Instant issuedAt = time(in);
            Instant expiresAt = time(in);
            List<String> auditIds = new ArrayList<>();
            for (int i = in.readUnsignedByte(); i > 0; i--) {
                auditIds.add(
                        Base64.getUrlEncoder().withoutPadding().encodeToString(exactly(in, 16)));
            }
            return Optional.of(
                    new TokenContent(
                            userId,
                            methods,
                            scope,
                            issuedAt,
                            expiresAt,
                            auditIds,
                            optional(in),
                            optional(in),
                            optional(in),
                            federatedBy(optional(in), optional(in)),
                            version == BOUND
                                    ? Optional.of(
                                            Base64.getUrlEncoder()
                                                    .encodeToString(exactly(in, DIGEST_BYTES)))
                                    : Optional.empty()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int index(String method) {
        int index = METHODS.indexOf(method);
        if (index < 0) {
            throw new IllegalArgumentException("no such method: " + method);
        }
        return index;
    }

    private static void time(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    private static Instant time(DataInputStream in) throws IOException {
        return Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
    }

    private static void optional(DataOutputStream out, Optional<String> id) throws IOException {
        out.writeBoolean(id.isPresent());
        if (id.isPresent()) {
            id(out, id.get());
        }
    }

    private static Optional<String> optional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(id(in)) : Optional.empty();
    }

    private static Optional<FederatedBy> federatedBy(
            Optional<String> providerId, Optional<String> protocolId) {
        return providerId.flatMap(it -> protocolId.map(way -> new FederatedBy(it, way)));
    }

    private static void id(DataOutputStream out, String id) throws IOException {
        if (id.matches("[0-9a-f]{32}")) {
            out.writeByte(SHORT_ID);
            out.write(HexFormat.of().parseHex(id));
        } else if (id.matches("[0-9a-f]{64}")) {
            out.writeByte(LONG_ID);
            out.write(HexFormat.of().parseHex(id));
        } else {
            byte[] text = id.getBytes(StandardCharsets.UTF_8);
            if (text.length == 0 || text.length >= LONG_ID) {
                throw new IllegalArgumentException("not an id: " + id);
            }
            out.writeByte(text.length);
            out.write(text);
        }
    }

    private static String id(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte();
        return switch (length) {
            case SHORT_ID -> HexFormat.of().formatHex(exactly(in, 16));
            case LONG_ID -> HexFormat.of().formatHex(exactly(in, 32));
            default -> new String(exactly(in, length), StandardCharsets.UTF_8);
        };
    }

    private static byte[] exactly(DataInputStream in, int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }
}
