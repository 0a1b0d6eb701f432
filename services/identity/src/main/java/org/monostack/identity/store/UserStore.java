package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.APPLICATION_CREDENTIAL;
import static org.monostack.identity.jooq.Tables.FEDERATED_USER;
import static org.monostack.identity.jooq.Tables.MEMBERSHIP;
import static org.monostack.identity.jooq.Tables.PASSWORD_HISTORY;
import static org.monostack.identity.jooq.Tables.USER_ACCOUNT;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.UserAccountRecord;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.User;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Users and the hashes of their passwords. Stateless. */
public final class UserStore {

    private static final Columns COLUMNS =
            new Columns()
                    .folded("name", USER_ACCOUNT.NAME_KEY)
                    .text("domain_id", USER_ACCOUNT.DOMAIN_ID)
                    .text("id", USER_ACCOUNT.ID)
                    .text("default_project_id", USER_ACCOUNT.DEFAULT_PROJECT_ID)
                    .flag("enabled", USER_ACCOUNT.ENABLED)
                    .time("password_expires_at", USER_ACCOUNT.PASSWORD_EXPIRES_AT);

    private static final Columns ELSEWHERE =
            new Columns()
                    .text("idp_id", FEDERATED_USER.IDENTITY_PROVIDER_ID)
                    .text("protocol_id", FEDERATED_USER.PROTOCOL_ID)
                    .text("unique_id", FEDERATED_USER.UNIQUE_ID);

    /**
     * What a login is checked against.
     *
     * @param hash of the password; empty if the user has none
     */
    public record Login(
            User user, Optional<String> hash, int failedAttempts, Optional<Instant> failedAt) {}

    public Optional<User> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(USER_ACCOUNT)
                .where(USER_ACCOUNT.ID.eq(id))
                .fetchOptional(UserStore::user);
    }

    /** The same row, kept for this transaction alone until it ends. */
    public Optional<User> lock(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(USER_ACCOUNT)
                .where(USER_ACCOUNT.ID.eq(id))
                .forUpdate()
                .fetchOptional(UserStore::user);
    }

    public Optional<Login> login(Transaction tx, String id) {
        return login(tx, USER_ACCOUNT.ID.eq(id));
    }

    public Optional<Login> login(Transaction tx, String domainId, String name) {
        return login(
                tx,
                USER_ACCOUNT
                        .DOMAIN_ID
                        .eq(domainId)
                        .and(USER_ACCOUNT.NAME_KEY.eq(Columns.fold(name))));
    }

    private static Optional<Login> login(Transaction tx, Condition which) {
        return tx.sql()
                .selectFrom(USER_ACCOUNT)
                .where(which)
                .fetchOptional(row ->
                        new Login(
                                user(row),
                                Optional.ofNullable(row.getPasswordHash()),
                                row.getFailedAttempts(),
                                Rows.time(row.getFailedAt())));
    }

    /**
     * @param among only these, if they are given
     */
    public List<User> list(Transaction tx, Selection selection, Optional<List<String>> among) {
        Condition condition =
                COLUMNS.condition(selection.filters()).and(elsewhere(selection.filters()));
        return page(
                tx,
                among.map(ids -> condition.and(USER_ACCOUNT.ID.in(ids))).orElse(condition),
                selection);
    }

    /** Who a user is at identity providers. */
    private static Condition elsewhere(List<Filter> filters) {
        List<Filter> about = filters.stream().filter(it -> ELSEWHERE.isColumn(it.field())).toList();
        return about.isEmpty()
                ? DSL.noCondition()
                : USER_ACCOUNT.ID.in(
                        DSL.select(FEDERATED_USER.USER_ID)
                                .from(FEDERATED_USER)
                                .where(ELSEWHERE.condition(about)));
    }

    public List<User> inGroup(Transaction tx, String groupId, Selection selection) {
        return page(
                tx,
                COLUMNS.condition(selection.filters())
                        .and(
                                USER_ACCOUNT.ID.in(
                                        DSL.select(MEMBERSHIP.USER_ID)
                                                .from(MEMBERSHIP)
                                                .where(
                                                        MEMBERSHIP.GROUP_ID.eq(groupId),
                                                        GroupStore.inForce()))),
                selection);
    }

    private static List<User> page(Transaction tx, Condition condition, Selection selection) {
        return Rows.page(tx.sql(), USER_ACCOUNT, USER_ACCOUNT.ID, condition, selection).stream()
                .map(UserStore::user)
                .toList();
    }

    public Map<String, String> names(Transaction tx, Collection<String> ids) {
        return tx.sql()
                .select(USER_ACCOUNT.ID, USER_ACCOUNT.NAME)
                .from(USER_ACCOUNT)
                .where(USER_ACCOUNT.ID.in(ids))
                .fetchMap(USER_ACCOUNT.ID, USER_ACCOUNT.NAME);
    }

    /** 409 if the name is taken in its domain. */
    public void insert(Transaction tx, User user, Optional<String> hash) {
        insert(tx, user, Columns.fold(user.name()), hash);
    }

    /** Somebody whom another vouches for, and who is called there as it likes. */
    public void insertShadow(Transaction tx, User user) {
        insert(tx, user, freeKey(tx, user), Optional.empty());
    }

    /** The key that the name is found by; the id if another user of the domain has that name. */
    private static String freeKey(Transaction tx, User user) {
        String key = Columns.fold(user.name());
        boolean taken =
                tx.sql()
                        .fetchExists(
                                USER_ACCOUNT,
                                USER_ACCOUNT
                                        .DOMAIN_ID
                                        .eq(user.domainId())
                                        .and(USER_ACCOUNT.NAME_KEY.eq(key))
                                        .and(USER_ACCOUNT.ID.ne(user.id())));
        return taken ? user.id() : key;
    }

    private static void insert(Transaction tx, User user, String nameKey, Optional<String> hash) {
        UserAccountRecord row = tx.sql().newRecord(USER_ACCOUNT);
        fill(row, user);
        row.setNameKey(nameKey);
        row.setId(user.id());
        row.setDomainId(user.domainId());
        row.setPasswordHash(hash.orElse(null));
        row.setPasswordRevision(1L);
        row.setPasswordExpiresAt(Rows.time(user.passwordExpiresAt()));
        row.setFailedAttempts(0);
        row.setTokensValidFrom(Times.toDb(user.tokensValidFrom()));
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        Rows.unique(() -> conflict(user), row::insert);
        hash.ifPresent(it -> remember(tx, user.id(), 1L, it));
    }

    /** Writes name, flags and attributes; not the password. */
    public void update(Transaction tx, User user) {
        boolean renamed = !names(tx, List.of(user.id())).containsValue(user.name());
        UserAccountRecord row = tx.sql().newRecord(USER_ACCOUNT);
        fill(row, user);
        if (renamed) {
            row.setNameKey(Columns.fold(user.name()));
        }
        row.setTokensValidFrom(Times.toDb(user.tokensValidFrom()));
        row.setRevision(user.revision() + 1);
        Rows.unique(
                () -> conflict(user),
                () ->
                        tx.sql()
                                .update(USER_ACCOUNT)
                                .set(row)
                                .where(USER_ACCOUNT.ID.eq(user.id()))
                                .execute());
    }

    private static void fill(UserAccountRecord row, User user) {
        row.setName(user.name());
        row.setEnabled(user.enabled());
        row.setDefaultProjectId(user.defaultProjectId().orElse(null));
        row.setOptions(user.options());
        row.setExtra(user.extra());
        row.setUpdatedAt(Rows.now());
    }

    /** Takes over what a shadow is called, and is, where it comes from. */
    public void updateShadow(Transaction tx, User user) {
        tx.sql()
                .update(USER_ACCOUNT)
                .set(USER_ACCOUNT.NAME, user.name())
                .set(USER_ACCOUNT.NAME_KEY, freeKey(tx, user))
                .set(USER_ACCOUNT.ENABLED, user.enabled())
                .set(USER_ACCOUNT.DEFAULT_PROJECT_ID, user.defaultProjectId().orElse(null))
                .set(USER_ACCOUNT.TOKENS_VALID_FROM, Times.toDb(user.tokensValidFrom()))
                .set(USER_ACCOUNT.EXTRA, user.extra())
                .set(USER_ACCOUNT.UPDATED_AT, Rows.now())
                .set(USER_ACCOUNT.REVISION, USER_ACCOUNT.REVISION.plus(1))
                .where(USER_ACCOUNT.ID.eq(user.id()))
                .execute();
    }

    /**
     * Sets or removes the password in the user's place; all tokens that were issued until now
     * become void.
     */
    public void setPassword(
            Transaction tx, User user, Optional<String> hash, Optional<Instant> expiresAt) {
        write(tx, user, hash, expiresAt, false);
    }

    /** The user chose another password; all tokens that were issued until now become void. */
    public void changePassword(
            Transaction tx, User user, String hash, Optional<Instant> expiresAt) {
        write(tx, user, Optional.of(hash), expiresAt, true);
    }

    private static void write(
            Transaction tx,
            User user,
            Optional<String> hash,
            Optional<Instant> expiresAt,
            boolean chosen) {
        long revision = user.passwordRevision() + 1;
        tx.sql()
                .update(USER_ACCOUNT)
                .set(USER_ACCOUNT.PASSWORD_HASH, hash.orElse(null))
                .set(USER_ACCOUNT.PASSWORD_REVISION, revision)
                .set(USER_ACCOUNT.PASSWORD_CHOSEN_AT, chosen ? Rows.now() : null)
                .set(USER_ACCOUNT.PASSWORD_EXPIRES_AT, Rows.time(expiresAt))
                .set(USER_ACCOUNT.TOKENS_VALID_FROM, Rows.now())
                .set(USER_ACCOUNT.FAILED_ATTEMPTS, 0)
                .set(USER_ACCOUNT.UPDATED_AT, Rows.now())
                .where(USER_ACCOUNT.ID.eq(user.id()))
                .execute();
        hash.ifPresent(it -> remember(tx, user.id(), revision, it));
    }

    private static void remember(Transaction tx, String userId, long revision, String hash) {
        tx.sql()
                .insertInto(PASSWORD_HISTORY)
                .set(PASSWORD_HISTORY.USER_ID, userId)
                .set(PASSWORD_HISTORY.PASSWORD_REVISION, revision)
                .set(PASSWORD_HISTORY.PASSWORD_HASH, hash)
                .set(PASSWORD_HISTORY.CREATED_AT, Rows.now())
                .execute();
    }

    /** The newest hashes, the present password's first. */
    public List<String> lastPasswords(Transaction tx, String userId, int count) {
        return tx.sql()
                .select(PASSWORD_HISTORY.PASSWORD_HASH)
                .from(PASSWORD_HISTORY)
                .where(PASSWORD_HISTORY.USER_ID.eq(userId))
                .orderBy(PASSWORD_HISTORY.PASSWORD_REVISION.desc())
                .limit(count)
                .fetch(PASSWORD_HISTORY.PASSWORD_HASH);
    }

    /** Counts one more failed login, or forgets all of them. */
    public void recordFailures(Transaction tx, String userId, int attempts) {
        tx.sql()
                .update(USER_ACCOUNT)
                .set(USER_ACCOUNT.FAILED_ATTEMPTS, attempts)
                .set(USER_ACCOUNT.FAILED_AT, attempts == 0 ? null : Rows.now())
                .where(USER_ACCOUNT.ID.eq(userId))
                .execute();
    }

    public void countFailure(Transaction tx, String userId) {
        tx.sql()
                .update(USER_ACCOUNT)
                .set(USER_ACCOUNT.FAILED_ATTEMPTS, USER_ACCOUNT.FAILED_ATTEMPTS.plus(1))
                .set(USER_ACCOUNT.FAILED_AT, Rows.now())
                .where(USER_ACCOUNT.ID.eq(userId))
                .execute();
    }

    public void delete(Transaction tx, String id) {
        // Before the rules of access that they name, which go with the user too.
        tx.sql()
                .deleteFrom(APPLICATION_CREDENTIAL)
                .where(APPLICATION_CREDENTIAL.USER_ID.eq(id))
                .execute();
        tx.sql().deleteFrom(USER_ACCOUNT).where(USER_ACCOUNT.ID.eq(id)).execute();
    }

    public List<String> idsInDomain(Transaction tx, String domainId) {
        return tx.sql()
                .select(USER_ACCOUNT.ID)
                .from(USER_ACCOUNT)
                .where(USER_ACCOUNT.DOMAIN_ID.eq(domainId))
                .fetch(USER_ACCOUNT.ID);
    }

    public void forgetDefaultProject(Transaction tx, String projectId) {
        tx.sql()
                .update(USER_ACCOUNT)
                .setNull(USER_ACCOUNT.DEFAULT_PROJECT_ID)
                .where(USER_ACCOUNT.DEFAULT_PROJECT_ID.eq(projectId))
                .execute();
    }

    private static String conflict(User user) {
        return "Conflict occurred attempting to store user - Duplicate entry found with name "
                + user.name()
                + " at domain ID "
                + user.domainId()
                + ".";
    }

    private static User user(UserAccountRecord row) {
        return new User(
                row.getId(),
                row.getDomainId(),
                row.getName(),
                row.getEnabled(),
                Optional.ofNullable(row.getDefaultProjectId()),
                Rows.time(row.getPasswordExpiresAt()),
                Rows.time(row.getPasswordChosenAt()),
                row.getPasswordRevision(),
                Times.fromDb(row.getTokensValidFrom()),
                row.getOptions(),
                row.getExtra(),
                row.getRevision());
    }
}
