package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ASSIGNMENT;
import static org.monostack.identity.jooq.Tables.IMPLIED_ROLE;
import static org.monostack.identity.jooq.Tables.MEMBERSHIP;
import static org.monostack.identity.jooq.Tables.PROJECT;
import static org.monostack.identity.jooq.Tables.REVOKED_TOKEN;
import static org.monostack.identity.jooq.Tables.ROLE;
import static org.monostack.identity.jooq.Tables.USER_ACCOUNT;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Looks up whom a token speaks for, in one query: the user with its domain, the scope's project
 * with its domain, whether the token is revoked, and all roles through groups, inheritance and
 * implication. Every authenticated request runs it, so it touches primary keys and the index of
 * assignments by actor only. Stateless.
 */
public final class SubjectStore {

    private static final org.monostack.identity.jooq.tables.Project USER_DOMAIN =
            PROJECT.as("user_domain");
    private static final org.monostack.identity.jooq.tables.Project PLACE = PROJECT.as("place");
    private static final org.monostack.identity.jooq.tables.Project PLACE_DOMAIN =
            PROJECT.as("place_domain");
    private static final Name GRANTED = DSL.name("granted");
    private static final Field<String> GRANTED_ROLE =
            DSL.field(DSL.name("granted", "role_id"), SQLDataType.VARCHAR(64));
    private static final Field<Boolean> REVOKED =
            DSL.field(DSL.name("revoked"), SQLDataType.BOOLEAN);

    public Optional<Subject> find(
            Transaction tx, String userId, Scope scope, Collection<String> auditIds) {
        Field<Boolean> revoked =
                auditIds.isEmpty()
                        ? DSL.inline(false).as(REVOKED)
                        : DSL.field(
                                        DSL.exists(
                                                DSL.selectOne()
                                                        .from(REVOKED_TOKEN)
                                                        .where(
                                                                REVOKED_TOKEN.AUDIT_ID.in(
                                                                        auditIds))))
                                .as(REVOKED);
        List<SelectField<?>> columns =
                new ArrayList<>(
                        List.of(
                                USER_ACCOUNT.ID,
                                USER_ACCOUNT.NAME,
                                USER_ACCOUNT.ENABLED,
                                USER_ACCOUNT.TOKENS_VALID_FROM,
                                USER_ACCOUNT.PASSWORD_REVISION,
                                USER_ACCOUNT.PASSWORD_EXPIRES_AT,
                                USER_DOMAIN.ID,
                                USER_DOMAIN.NAME,
                                USER_DOMAIN.ENABLED,
                                revoked));
        Result<? extends Record> rows =
                switch (scope) {
                    case Scope.Unscoped unscoped ->
                            tx.sql()
                                    .select(columns)
                                    .from(USER_ACCOUNT)
                                    .join(USER_DOMAIN)
                                    .on(USER_DOMAIN.ID.eq(USER_ACCOUNT.DOMAIN_ID))
                                    .where(USER_ACCOUNT.ID.eq(userId))
                                    .fetch();
                    case Scope.OnProject project ->
                            scoped(tx, userId, columns, project.id(), onProject(project.id()));
                    case Scope.OnDomain domain ->
                            scoped(tx, userId, columns, domain.id(), onDomain(domain.id()));
                    case Scope.OnSystem system ->
                            scoped(tx, userId, columns, "", ASSIGNMENT.TARGET_KIND.eq("system"));
                };
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        boolean scoped = !(scope instanceof Scope.Unscoped);
        return Optional.of(subject(rows, scoped, scope instanceof Scope.OnDomain));
    }

    private static Condition onProject(String projectId) {
        // Ids stand between slashes in a path, so that none is found within another.
        Condition above =
                DSL.exists(
                        DSL.selectOne()
                                .from(PROJECT)
                                .where(
                                        PROJECT.ID.eq(projectId),
                                        PROJECT.ID.ne(ASSIGNMENT.TARGET_ID),
                                        DSL.position(
                                                        PROJECT.PATH,
                                                        DSL.concat(
                                                                DSL.inline("/"),
                                                                ASSIGNMENT.TARGET_ID,
                                                                DSL.inline("/")))
                                                .gt(0)));
        return ASSIGNMENT
                .INHERITED
                .isFalse()
                .and(ASSIGNMENT.TARGET_KIND.eq("project"))
                .and(ASSIGNMENT.TARGET_ID.eq(projectId))
                .or(ASSIGNMENT.INHERITED.isTrue().and(above));
    }

    private static Condition onDomain(String domainId) {
        return ASSIGNMENT
                .INHERITED
                .isFalse()
                .and(ASSIGNMENT.TARGET_KIND.eq("domain"))
                .and(ASSIGNMENT.TARGET_ID.eq(domainId));
    }

    private static Result<? extends Record> scoped(
            Transaction tx,
            String userId,
            List<SelectField<?>> columns,
            String placeId,
            Condition there) {
        // A derived table, joined: "actor_id in (... union ...)" would read the whole table.
        Field<String> actorId = DSL.field(DSL.name("actor", "id"), SQLDataType.VARCHAR(64));
        Table<?> actors =
                DSL.select(DSL.val(userId).as("id"))
                        .unionAll(
                                DSL.select(MEMBERSHIP.GROUP_ID)
                                        .from(MEMBERSHIP)
                                        .where(MEMBERSHIP.USER_ID.eq(userId)))
                        .asTable("actor");
        Select<Record1<String>> direct =
                DSL.select(ASSIGNMENT.ROLE_ID)
                        .from(actors)
                        .join(ASSIGNMENT)
                        .on(ASSIGNMENT.ACTOR_ID.eq(actorId))
                        .where(there);
        CommonTableExpression<Record1<String>> granted =
                GRANTED.fields(DSL.name("role_id"))
                        .as(
                                direct.union(
                                        DSL.select(IMPLIED_ROLE.IMPLIED_ROLE_ID)
                                                .from(IMPLIED_ROLE)
                                                .join(DSL.table(GRANTED))
                                                .on(IMPLIED_ROLE.PRIOR_ROLE_ID.eq(GRANTED_ROLE))));
        columns.addAll(
                List.of(
                        PLACE.ID,
                        PLACE.NAME,
                        PLACE.IS_DOMAIN,
                        PLACE.ENABLED,
                        PLACE_DOMAIN.ID,
                        PLACE_DOMAIN.NAME,
                        PLACE_DOMAIN.ENABLED,
                        ROLE.ID,
                        ROLE.NAME));
        Table<?> roles =
                DSL.table(GRANTED)
                        .join(ROLE)
                        .on(ROLE.ID.eq(GRANTED_ROLE), ROLE.DOMAIN_ID.eq(DSL.inline("")));
        return tx.sql()
                .withRecursive(granted)
                .select(columns)
                .from(USER_ACCOUNT)
                .join(USER_DOMAIN)
                .on(USER_DOMAIN.ID.eq(USER_ACCOUNT.DOMAIN_ID))
                .leftJoin(PLACE)
                .on(PLACE.ID.eq(placeId))
                .leftJoin(PLACE_DOMAIN)
                .on(PLACE_DOMAIN.ID.eq(PLACE.DOMAIN_ID))
                .leftJoin(roles)
                .on(DSL.trueCondition())
                .where(USER_ACCOUNT.ID.eq(userId))
                .fetch();
    }

    private static Subject subject(
            Result<? extends Record> rows, boolean scoped, boolean onDomain) {
        Record first = rows.getFirst();
        List<Named> roles = new ArrayList<>();
        Optional<Subject.Place> place = Optional.empty();
        if (scoped) {
            for (Record row : rows) {
                @Nullable String id = row.get(ROLE.ID);
                if (id != null) {
                    roles.add(new Named(id, row.get(ROLE.NAME)));
                }
            }
            place = place(first).filter(it -> it.isDomain() == onDomain);
        }
        return new Subject(
                new Named(first.get(USER_ACCOUNT.ID), first.get(USER_ACCOUNT.NAME)),
                new Named(first.get(USER_DOMAIN.ID), first.get(USER_DOMAIN.NAME)),
                first.get(USER_ACCOUNT.ENABLED) && first.get(USER_DOMAIN.ENABLED),
                Times.fromDb(first.get(USER_ACCOUNT.TOKENS_VALID_FROM)),
                first.get(USER_ACCOUNT.PASSWORD_REVISION),
                Rows.time(first.get(USER_ACCOUNT.PASSWORD_EXPIRES_AT)),
                place,
                List.copyOf(roles),
                first.get(REVOKED));
    }

    private static Optional<Subject.Place> place(Record row) {
        @Nullable String id = row.get(PLACE.ID);
        if (id == null) {
            return Optional.empty();
        }
        Named self = new Named(id, row.get(PLACE.NAME));
        boolean enabled = row.get(PLACE.ENABLED);
        if (row.get(PLACE.IS_DOMAIN)) {
            return Optional.of(new Subject.Place(self, self, true, enabled));
        }
        return Optional.of(
                new Subject.Place(
                        self,
                        new Named(row.get(PLACE_DOMAIN.ID), row.get(PLACE_DOMAIN.NAME)),
                        false,
                        enabled && row.get(PLACE_DOMAIN.ENABLED)));
    }
}
