package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.OAUTH_ACCESS_TOKEN;
import static org.monostack.identity.jooq.Tables.OAUTH_CONSUMER;
import static org.monostack.identity.jooq.Tables.OAUTH_REQUEST_TOKEN;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.monostack.identity.jooq.tables.records.OauthAccessTokenRecord;
import org.monostack.identity.jooq.tables.records.OauthConsumerRecord;
import org.monostack.identity.jooq.tables.records.OauthRequestTokenRecord;
import org.monostack.identity.model.OAuth.AccessToken;
import org.monostack.identity.model.OAuth.Consumer;
import org.monostack.identity.model.OAuth.RequestToken;
import org.monostack.identity.model.Selection;
import org.monostack.platform.crypto.Fernet;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * OAuth consumers and their tokens; secrets are encrypted with the credential keys. Thread-safe.
 */
public final class OAuthStore implements OfProjects {

    private static final Columns COLUMNS = new Columns().text("id", OAUTH_CONSUMER.ID);

    private final Supplier<Fernet> keys;

    public OAuthStore(Supplier<Fernet> keys) {
        this.keys = keys;
    }

    private String sealed(String secret) {
        return keys.get().encrypt(secret.getBytes(StandardCharsets.UTF_8), Times.now());
    }

    private String opened(String sealed) {
        return keys.get()
                .decrypt(sealed)
                .map(it -> new String(it.payload(), StandardCharsets.UTF_8))
                .orElseThrow(
                        () -> new IllegalStateException("no credential key decrypts a secret"));
    }

    public Optional<Consumer> consumer(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(OAUTH_CONSUMER)
                .where(OAUTH_CONSUMER.ID.eq(id))
                .fetchOptional(this::consumer);
    }

    public List<Consumer> consumers(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        OAUTH_CONSUMER,
                        OAUTH_CONSUMER.ID,
                        COLUMNS.condition(selection.filters()),
                        selection)
                .stream()
                .map(this::consumer)
                .toList();
    }

    public void insert(Transaction tx, Consumer consumer) {
        OauthConsumerRecord row = tx.sql().newRecord(OAUTH_CONSUMER);
        row.setId(consumer.id());
        row.setSecret(sealed(consumer.secret()));
        row.setDescription(consumer.description().orElse(null));
        row.setExtra(consumer.extra());
        row.setCreatedAt(Rows.now());
        row.setUpdatedAt(Rows.now());
        row.setRevision(1L);
        row.insert();
    }

    /** Everything but its secret, which never changes. */
    public void update(Transaction tx, Consumer consumer) {
        tx.sql()
                .update(OAUTH_CONSUMER)
                .set(OAUTH_CONSUMER.DESCRIPTION, consumer.description().orElse(null))
                .set(OAUTH_CONSUMER.EXTRA, consumer.extra())
                .set(OAUTH_CONSUMER.UPDATED_AT, Rows.now())
                .set(OAUTH_CONSUMER.REVISION, OAUTH_CONSUMER.REVISION.plus(1))
                .where(OAUTH_CONSUMER.ID.eq(consumer.id()))
                .execute();
    }

    /** With all of its tokens. */
    public void deleteConsumer(Transaction tx, String id) {
        tx.sql().deleteFrom(OAUTH_CONSUMER).where(OAUTH_CONSUMER.ID.eq(id)).execute();
    }

    /** Locked, so that it is exchanged only once. */
    public Optional<RequestToken> lockRequestToken(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(OAUTH_REQUEST_TOKEN)
                .where(OAUTH_REQUEST_TOKEN.ID.eq(id))
                .forUpdate()
                .fetchOptional(row ->
                        new RequestToken(
                                row.getId(),
                                row.getConsumerId(),
                                opened(row.getSecret()),
                                row.getProjectId(),
                                Optional.ofNullable(row.getVerifier()),
                                Optional.ofNullable(row.getUserId()),
                                ids(row.getRoleIds()),
                                Times.fromDb(row.getExpiresAt())));
    }

    public void insert(Transaction tx, RequestToken token) {
        OauthRequestTokenRecord row = tx.sql().newRecord(OAUTH_REQUEST_TOKEN);
        row.setId(token.id());
        row.setConsumerId(token.consumerId());
        row.setSecret(sealed(token.secret()));
        row.setProjectId(token.projectId());
        row.setRoleIds("");
        row.setExpiresAt(Times.toDb(token.expiresAt()));
        row.setCreatedAt(Rows.now());
        row.insert();
        tx.sql()
                .deleteFrom(OAUTH_REQUEST_TOKEN)
                .where(
                        OAUTH_REQUEST_TOKEN.CONSUMER_ID.eq(token.consumerId()),
                        OAUTH_REQUEST_TOKEN.EXPIRES_AT.lt(Rows.now()))
                .execute();
    }

    public void authorize(
            Transaction tx, String id, String userId, List<String> roleIds, String verifier) {
        tx.sql()
                .update(OAUTH_REQUEST_TOKEN)
                .set(OAUTH_REQUEST_TOKEN.USER_ID, userId)
                .set(OAUTH_REQUEST_TOKEN.ROLE_IDS, String.join(",", roleIds))
                .set(OAUTH_REQUEST_TOKEN.VERIFIER, verifier)
                .where(OAUTH_REQUEST_TOKEN.ID.eq(id))
                .execute();
    }

    /** Puts an access token in the place of the request token that it was exchanged for. */
    public void exchange(Transaction tx, String requestTokenId, AccessToken token) {
        tx.sql()
                .deleteFrom(OAUTH_REQUEST_TOKEN)
                .where(OAUTH_REQUEST_TOKEN.ID.eq(requestTokenId))
                .execute();
        OauthAccessTokenRecord row = tx.sql().newRecord(OAUTH_ACCESS_TOKEN);
        row.setId(token.id());
        row.setConsumerId(token.consumerId());
        row.setSecret(sealed(token.secret()));
        row.setProjectId(token.projectId());
        row.setUserId(token.userId());
        row.setRoleIds(String.join(",", token.roleIds()));
        row.setExpiresAt(Times.toDb(token.expiresAt()));
        row.setCreatedAt(Rows.now());
        row.insert();
    }

    public Optional<AccessToken> accessToken(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(OAUTH_ACCESS_TOKEN)
                .where(OAUTH_ACCESS_TOKEN.ID.eq(id))
                .fetchOptional(this::accessToken);
    }

    public List<AccessToken> accessTokens(Transaction tx, String userId) {
        return tx.sql()
                .selectFrom(OAUTH_ACCESS_TOKEN)
                .where(OAUTH_ACCESS_TOKEN.USER_ID.eq(userId))
                .orderBy(OAUTH_ACCESS_TOKEN.ID)
                .fetch(this::accessToken);
    }

    public void deleteAccessToken(Transaction tx, String id) {
        tx.sql().deleteFrom(OAUTH_ACCESS_TOKEN).where(OAUTH_ACCESS_TOKEN.ID.eq(id)).execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> projectIds) {
        tx.sql()
                .deleteFrom(OAUTH_ACCESS_TOKEN)
                .where(OAUTH_ACCESS_TOKEN.PROJECT_ID.in(projectIds))
                .execute();
    }

    private Consumer consumer(OauthConsumerRecord row) {
        return new Consumer(
                row.getId(),
                Optional.ofNullable(row.getDescription()),
                opened(row.getSecret()),
                row.getExtra());
    }

    private AccessToken accessToken(OauthAccessTokenRecord row) {
        return new AccessToken(
                row.getId(),
                row.getConsumerId(),
                opened(row.getSecret()),
                row.getProjectId(),
                row.getUserId(),
                ids(row.getRoleIds()),
                Times.fromDb(row.getExpiresAt()));
    }

    private static List<String> ids(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(","));
    }
}
