package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.MEMBERSHIP;
import static org.monostack.identity.jooq.Tables.USER_GROUP;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.UserGroupRecord;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Selection;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/** Groups and who is in them. Stateless. */
public final class GroupStore {

    private static final Columns COLUMNS =
            new Columns()
                    .folded("name", USER_GROUP.NAME_KEY)
                    .text("id", USER_GROUP.ID)
                    .text("domain_id", USER_GROUP.DOMAIN_ID);

    public Optional<Group> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(USER_GROUP)
                .where(USER_GROUP.ID.eq(id))
                .fetchOptional(GroupStore::group);
    }

    public Optional<Group> findNamed(Transaction tx, String domainId, String name) {
        return tx.sql()
                .selectFrom(USER_GROUP)
                .where(
                        USER_GROUP.DOMAIN_ID.eq(domainId),
                        USER_GROUP.NAME_KEY.eq(Columns.fold(name)))
                .fetchOptional(GroupStore::group);
    }

    /**
     * @param among only these, if they are given
     */
    public List<Group> list(Transaction tx, Selection selection, Optional<List<String>> among) {
        Condition condition = COLUMNS.condition(selection.filters());
        return page(
                tx,
                among.map(ids -> condition.and(USER_GROUP.ID.in(ids))).orElse(condition),
                selection);
    }

    public List<Group> ofUser(Transaction tx, String userId, Selection selection) {
        return page(
                tx,
                COLUMNS.condition(selection.filters())
                        .and(
                                USER_GROUP.ID.in(
                                        DSL.select(MEMBERSHIP.GROUP_ID)
                                                .from(MEMBERSHIP)
                                                .where(MEMBERSHIP.USER_ID.eq(userId), inForce()))),
                selection);
    }

    private static List<Group> page(Transaction tx, Condition condition, Selection selection) {
        return Rows.page(tx.sql(), USER_GROUP, USER_GROUP.ID, condition, selection).stream()
                .map(GroupStore::group)
                .toList();
    }

    /** 409 if the name is taken in its domain. */
    public void insert(Transaction tx, Group group) {
        UserGroupRecord row = tx.sql().newRecord(USER_GROUP);
        row.setId(group.id());
        row.setDomainId(group.domainId());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, group);
        Rows.unique(() -> conflict(group), row::insert);
    }

    public void update(Transaction tx, Group group) {
        UserGroupRecord row = tx.sql().newRecord(USER_GROUP);
        fill(row, group);
        Rows.unique(
                () -> conflict(group),
                () ->
                        tx.sql()
                                .update(USER_GROUP)
                                .set(row)
                                .set(USER_GROUP.REVISION, USER_GROUP.REVISION.plus(1))
                                .where(USER_GROUP.ID.eq(group.id()))
                                .execute());
    }

    private static void fill(UserGroupRecord row, Group group) {
        row.setName(group.name());
        row.setNameKey(Columns.fold(group.name()));
        row.setDescription(group.description().orElse(null));
        row.setExtra(group.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void delete(Transaction tx, String id) {
        tx.sql().deleteFrom(USER_GROUP).where(USER_GROUP.ID.eq(id)).execute();
    }

    public List<String> idsInDomain(Transaction tx, String domainId) {
        return tx.sql()
                .select(USER_GROUP.ID)
                .from(USER_GROUP)
                .where(USER_GROUP.DOMAIN_ID.eq(domainId))
                .fetch(USER_GROUP.ID);
    }

    public void addMember(Transaction tx, String groupId, String userId) {
        tx.sql()
                .insertInto(MEMBERSHIP)
                .set(MEMBERSHIP.GROUP_ID, groupId)
                .set(MEMBERSHIP.USER_ID, userId)
                .set(MEMBERSHIP.CREATED_AT, Rows.now())
                .onDuplicateKeyUpdate()
                .setNull(MEMBERSHIP.EXPIRES_AT)
                .setNull(MEMBERSHIP.SOURCE)
                .execute();
    }

    /** The memberships that have not expired. */
    static Condition inForce() {
        return MEMBERSHIP.EXPIRES_AT.isNull().or(MEMBERSHIP.EXPIRES_AT.gt(Rows.now()));
    }

    /**
     * Makes these the only groups that a source says the user is in: an identity provider, or the
     * directory of a domain. What others said, or an administrator, stays.
     *
     * @param expiresAt until when its word holds
     */
    public void replaceMembershipsBy(
            Transaction tx,
            String source,
            String userId,
            Collection<String> groupIds,
            Optional<Instant> expiresAt) {
        tx.sql()
                .deleteFrom(MEMBERSHIP)
                .where(
                        MEMBERSHIP.USER_ID.eq(userId),
                        MEMBERSHIP.SOURCE.eq(source),
                        MEMBERSHIP.GROUP_ID.notIn(groupIds))
                .execute();
        groupIds.forEach(groupId -> insert(tx, source, groupId, userId, expiresAt));
    }

    /** The same for a group: makes these its only members by the word of the source. */
    public void replaceMembersBy(
            Transaction tx, String source, String groupId, Collection<String> userIds) {
        tx.sql()
                .deleteFrom(MEMBERSHIP)
                .where(
                        MEMBERSHIP.GROUP_ID.eq(groupId),
                        MEMBERSHIP.SOURCE.eq(source),
                        MEMBERSHIP.USER_ID.notIn(userIds))
                .execute();
        userIds.forEach(userId -> insert(tx, source, groupId, userId, Optional.empty()));
    }

    /** A membership that stays in any case is left as it is. */
    private static void insert(
            Transaction tx,
            String source,
            String groupId,
            String userId,
            Optional<Instant> expiresAt) {
        LocalDateTime end = Rows.time(expiresAt);
        tx.sql()
                .insertInto(MEMBERSHIP)
                .set(MEMBERSHIP.GROUP_ID, groupId)
                .set(MEMBERSHIP.USER_ID, userId)
                .set(MEMBERSHIP.CREATED_AT, Rows.now())
                .set(MEMBERSHIP.EXPIRES_AT, end)
                .set(MEMBERSHIP.SOURCE, source)
                .onDuplicateKeyUpdate()
                .set(MEMBERSHIP.EXPIRES_AT, DSL.when(MEMBERSHIP.EXPIRES_AT.isNotNull(), end))
                .execute();
    }

    /** What the source said counts no more. */
    public void forgetMembershipsBy(Transaction tx, String source) {
        tx.sql().deleteFrom(MEMBERSHIP).where(MEMBERSHIP.SOURCE.eq(source)).execute();
    }

    /** The groups that a source says the user is in. */
    public List<String> idsBy(Transaction tx, String source, String userId) {
        return tx.sql()
                .select(MEMBERSHIP.GROUP_ID)
                .from(MEMBERSHIP)
                .where(MEMBERSHIP.USER_ID.eq(userId), MEMBERSHIP.SOURCE.eq(source), inForce())
                .orderBy(MEMBERSHIP.GROUP_ID)
                .fetch(MEMBERSHIP.GROUP_ID);
    }

    /** When memberships of the user end, by group; those that stay are not there. */
    public Map<String, Instant> expiries(Transaction tx, String userId) {
        return tx.sql()
                .select(MEMBERSHIP.GROUP_ID, MEMBERSHIP.EXPIRES_AT)
                .from(MEMBERSHIP)
                .where(MEMBERSHIP.USER_ID.eq(userId), MEMBERSHIP.EXPIRES_AT.gt(Rows.now()))
                .fetchMap(row -> row.value1(), row -> Times.fromDb(row.value2()));
    }

    public boolean removeMember(Transaction tx, String groupId, String userId) {
        return tx.sql()
                        .deleteFrom(MEMBERSHIP)
                        .where(MEMBERSHIP.GROUP_ID.eq(groupId), MEMBERSHIP.USER_ID.eq(userId))
                        .execute()
                > 0;
    }

    public boolean hasMember(Transaction tx, String groupId, String userId) {
        return tx.sql()
                .fetchExists(
                        MEMBERSHIP,
                        MEMBERSHIP
                                .GROUP_ID
                                .eq(groupId)
                                .and(MEMBERSHIP.USER_ID.eq(userId))
                                .and(inForce()));
    }

    /** The members of each of these groups; empty ones are left out. */
    public Map<String, List<String>> members(Transaction tx, Collection<String> groupIds) {
        return tx.sql()
                .select(MEMBERSHIP.GROUP_ID, MEMBERSHIP.USER_ID)
                .from(MEMBERSHIP)
                .where(MEMBERSHIP.GROUP_ID.in(groupIds), inForce())
                .orderBy(MEMBERSHIP.GROUP_ID, MEMBERSHIP.USER_ID)
                .fetchGroups(MEMBERSHIP.GROUP_ID, MEMBERSHIP.USER_ID);
    }

    private static String conflict(Group group) {
        return "Conflict occurred attempting to store group - Duplicate entry found with name "
                + group.name()
                + " at domain ID "
                + group.domainId()
                + ".";
    }

    private static Group group(UserGroupRecord row) {
        return new Group(
                row.getId(),
                row.getDomainId(),
                row.getName(),
                Optional.ofNullable(row.getDescription()),
                row.getExtra());
    }
}
