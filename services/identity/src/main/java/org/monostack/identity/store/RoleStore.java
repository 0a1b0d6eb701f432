package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.IMPLIED_ROLE;
import static org.monostack.identity.jooq.Tables.ROLE;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.jooq.tables.records.RoleRecord;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Selection;
import org.monostack.platform.database.Transaction;

/** Roles, and which implies which. Stateless. */
public final class RoleStore {

    private static final Columns COLUMNS =
            new Columns()
                    .folded("name", ROLE.NAME_KEY)
                    .text("id", ROLE.ID)
                    .text("domain_id", ROLE.DOMAIN_ID);

    public Optional<Role> find(Transaction tx, String id) {
        return tx.sql().selectFrom(ROLE).where(ROLE.ID.eq(id)).fetchOptional(RoleStore::role);
    }

    public Optional<Role> findNamed(Transaction tx, String domainId, String name) {
        return tx.sql()
                .selectFrom(ROLE)
                .where(ROLE.DOMAIN_ID.eq(domainId), ROLE.NAME_KEY.eq(Columns.fold(name)))
                .fetchOptional(RoleStore::role);
    }

    public List<Role> findAll(Transaction tx, Collection<String> ids) {
        return tx.sql()
                .selectFrom(ROLE)
                .where(ROLE.ID.in(ids))
                .orderBy(ROLE.ID)
                .fetch(RoleStore::role);
    }

    /** The roles of one domain, or the global ones if that is empty. */
    public List<Role> list(Transaction tx, String domainId, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        ROLE,
                        ROLE.ID,
                        ROLE.DOMAIN_ID.eq(domainId).and(COLUMNS.condition(selection.filters())),
                        selection)
                .stream()
                .map(RoleStore::role)
                .toList();
    }

    /** 409 if the name is taken. */
    public void insert(Transaction tx, Role role) {
        RoleRecord row = tx.sql().newRecord(ROLE);
        row.setId(role.id());
        row.setDomainId(role.domainId());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, role);
        Rows.unique(() -> conflict(role), row::insert);
    }

    public void update(Transaction tx, Role role) {
        RoleRecord row = tx.sql().newRecord(ROLE);
        fill(row, role);
        Rows.unique(
                () -> conflict(role),
                () ->
                        tx.sql()
                                .update(ROLE)
                                .set(row)
                                .set(ROLE.REVISION, ROLE.REVISION.plus(1))
                                .where(ROLE.ID.eq(role.id()))
                                .execute());
    }

    private static void fill(RoleRecord row, Role role) {
        row.setName(role.name());
        row.setNameKey(Columns.fold(role.name()));
        row.setDescription(role.description().orElse(null));
        row.setOptions(role.options());
        row.setExtra(role.extra());
        row.setUpdatedAt(Rows.now());
    }

    /** With its assignments and implications. */
    public void delete(Transaction tx, String id) {
        tx.sql().deleteFrom(ROLE).where(ROLE.ID.eq(id)).execute();
    }

    public void deleteInDomain(Transaction tx, String domainId) {
        tx.sql().deleteFrom(ROLE).where(ROLE.DOMAIN_ID.eq(domainId)).execute();
    }

    /** All implications: the implied role's ids by the prior role's id. */
    public Map<String, List<String>> implications(Transaction tx) {
        return tx.sql()
                .selectFrom(IMPLIED_ROLE)
                .orderBy(IMPLIED_ROLE.PRIOR_ROLE_ID, IMPLIED_ROLE.IMPLIED_ROLE_ID)
                .fetchGroups(IMPLIED_ROLE.PRIOR_ROLE_ID, IMPLIED_ROLE.IMPLIED_ROLE_ID);
    }

    public boolean implies(Transaction tx, String priorId, String impliedId) {
        return tx.sql()
                .fetchExists(
                        IMPLIED_ROLE,
                        IMPLIED_ROLE
                                .PRIOR_ROLE_ID
                                .eq(priorId)
                                .and(IMPLIED_ROLE.IMPLIED_ROLE_ID.eq(impliedId)));
    }

    public void addImplication(Transaction tx, String priorId, String impliedId) {
        tx.sql()
                .insertInto(IMPLIED_ROLE)
                .set(IMPLIED_ROLE.PRIOR_ROLE_ID, priorId)
                .set(IMPLIED_ROLE.IMPLIED_ROLE_ID, impliedId)
                .onDuplicateKeyIgnore()
                .execute();
    }

    public boolean removeImplication(Transaction tx, String priorId, String impliedId) {
        return tx.sql()
                        .deleteFrom(IMPLIED_ROLE)
                        .where(
                                IMPLIED_ROLE.PRIOR_ROLE_ID.eq(priorId),
                                IMPLIED_ROLE.IMPLIED_ROLE_ID.eq(impliedId))
                        .execute()
                > 0;
    }

    private static String conflict(Role role) {
        return "Conflict occurred attempting to store role - Duplicate entry found with name "
                + role.name()
                + ".";
    }

    private static Role role(RoleRecord row) {
        return new Role(
                row.getId(),
                row.getDomainId(),
                row.getName(),
                Optional.ofNullable(row.getDescription()),
                row.getOptions(),
                row.getExtra());
    }
}
