package org.monostack.identity.invariant;

import static org.monostack.identity.jooq.Tables.ASSIGNMENT;
import static org.monostack.identity.jooq.Tables.PROJECT;
import static org.monostack.identity.jooq.Tables.ROLE;
import static org.monostack.identity.jooq.Tables.USER_ACCOUNT;
import static org.monostack.identity.jooq.Tables.USER_GROUP;

import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.AssignmentRecord;
import org.monostack.platform.database.Database;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.invariant.Severity;
import org.monostack.platform.invariant.Violation;

/** Role assignments tie together things that exist; no foreign key can say so for all of them. */
public final class AssignmentInvariants {
    private final Database database;

    public AssignmentInvariants(Database database) {
        this.database = database;
    }

    public List<Invariant> all() {
        return List.of(
                dangling(
                        "identity.assignment-actors",
                        "whoever has a role exists",
                        "nobody",
                        missing("user", ASSIGNMENT.ACTOR_KIND, ASSIGNMENT.ACTOR_ID, USER_ACCOUNT)
                                .or(
                                        missing(
                                                "group",
                                                ASSIGNMENT.ACTOR_KIND,
                                                ASSIGNMENT.ACTOR_ID,
                                                USER_GROUP))),
                dangling(
                        "identity.assignment-targets",
                        "the project or domain that a role holds on exists",
                        "nothing",
                        missing("project", ASSIGNMENT.TARGET_KIND, ASSIGNMENT.TARGET_ID, PROJECT)
                                .or(
                                        missing(
                                                "domain",
                                                ASSIGNMENT.TARGET_KIND,
                                                ASSIGNMENT.TARGET_ID,
                                                PROJECT))),
                dangling(
                        "identity.assignment-roles",
                        "a role that is assigned exists",
                        "no role",
                        absent(ASSIGNMENT.ROLE_ID, ROLE)));
    }

    private Invariant dangling(String name, String statement, String to, Condition where) {
        return Invariant.of(
                name,
                statement,
                () ->
                        database.inTransaction(tx ->
                                tx.sql()
                                        .selectFrom(ASSIGNMENT)
                                        .where(where)
                                        .fetch()
                                        .map(row -> violation(row, to, where))));
    }

    private Violation violation(AssignmentRecord row, String to, Condition where) {
        return Violation.repairedBy(
                Severity.ERROR,
                "assignment",
                row.getActorId() + "/" + row.getTargetId() + "/" + row.getRoleId(),
                "the assignment of role "
                        + row.getRoleId()
                        + " to "
                        + row.getActorKind()
                        + " "
                        + row.getActorId()
                        + " on "
                        + row.getTargetKind()
                        + " "
                        + row.getTargetId()
                        + " leads to "
                        + to,
                () ->
                        database.<Integer>inTransaction(tx ->
                                tx.sql()
                                        .deleteFrom(ASSIGNMENT)
                                        .where(
                                                ASSIGNMENT.ACTOR_ID.eq(row.getActorId()),
                                                ASSIGNMENT.TARGET_ID.eq(row.getTargetId()),
                                                ASSIGNMENT.ROLE_ID.eq(row.getRoleId()))
                                        .and(where)
                                        .execute())
                                > 0);
    }

    private static Condition missing(
            String kind, Field<String> kindOf, Field<String> id, Table<?> table) {
        return kindOf.eq(kind).and(absent(id, table));
    }

    private static Condition absent(Field<String> id, Table<?> table) {
        Field<String> key = table.field("id", String.class);
        return id.notIn(DSL.select(key).from(table));
    }
}
