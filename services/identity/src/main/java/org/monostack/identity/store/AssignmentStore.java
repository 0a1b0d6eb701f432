package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ASSIGNMENT;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.AssignmentRecord;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.ActorKind;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.platform.database.Transaction;

/** Role assignments as they were made, before groups, inheritance and implication. Stateless. */
public final class AssignmentStore {

    /** Adds one; one that is there already stays. */
    public void insert(Transaction tx, Assignment assignment) {
        tx.sql()
                .insertInto(ASSIGNMENT)
                .set(ASSIGNMENT.ACTOR_KIND, assignment.actor().kind().text())
                .set(ASSIGNMENT.ACTOR_ID, assignment.actor().id())
                .set(ASSIGNMENT.TARGET_KIND, assignment.target().kind().text())
                .set(ASSIGNMENT.TARGET_ID, assignment.target().id())
                .set(ASSIGNMENT.ROLE_ID, assignment.roleId())
                .set(ASSIGNMENT.INHERITED, assignment.inherited())
                .set(ASSIGNMENT.CREATED_AT, Rows.now())
                .onDuplicateKeyIgnore()
                .execute();
    }

    public boolean exists(Transaction tx, Assignment assignment) {
        return tx.sql().fetchExists(ASSIGNMENT, is(assignment));
    }

    /** Whether there was one to remove. */
    public boolean delete(Transaction tx, Assignment assignment) {
        return tx.sql().deleteFrom(ASSIGNMENT).where(is(assignment)).execute() > 0;
    }

    private static Condition is(Assignment assignment) {
        return on(assignment.actor())
                .and(at(assignment.target()))
                .and(ASSIGNMENT.ROLE_ID.eq(assignment.roleId()))
                .and(ASSIGNMENT.INHERITED.eq(assignment.inherited()));
    }

    private static Condition on(Actor actor) {
        return ASSIGNMENT
                .ACTOR_ID
                .eq(actor.id())
                .and(ASSIGNMENT.ACTOR_KIND.eq(actor.kind().text()));
    }

    private static Condition at(Target target) {
        return ASSIGNMENT
                .TARGET_ID
                .eq(target.id())
                .and(ASSIGNMENT.TARGET_KIND.eq(target.kind().text()));
    }

    /** The roles that one actor has at one target. */
    public List<String> roleIds(Transaction tx, Actor actor, Target target, boolean inherited) {
        return tx.sql()
                .select(ASSIGNMENT.ROLE_ID)
                .from(ASSIGNMENT)
                .where(on(actor), at(target), ASSIGNMENT.INHERITED.eq(inherited))
                .orderBy(ASSIGNMENT.ROLE_ID)
                .fetch(ASSIGNMENT.ROLE_ID);
    }

    /**
     * Assignments of any of these actors at any of these targets; an empty collection stands for
     * all.
     */
    public List<Assignment> list(
            Transaction tx, Collection<Actor> actors, Collection<Target> targets) {
        return tx.sql()
                .selectFrom(ASSIGNMENT)
                .where(
                        actors.isEmpty()
                                ? DSL.noCondition()
                                : ASSIGNMENT.ACTOR_ID.in(actors.stream().map(Actor::id).toList()),
                        targets.isEmpty()
                                ? DSL.noCondition()
                                : DSL.or(targets.stream().map(AssignmentStore::at).toList()))
                .orderBy(
                        ASSIGNMENT.TARGET_KIND,
                        ASSIGNMENT.TARGET_ID,
                        ASSIGNMENT.ACTOR_ID,
                        ASSIGNMENT.ROLE_ID)
                .fetch(AssignmentStore::assignment);
    }

    /** Forgets all assignments of actors that are going away. */
    public void deleteActors(Transaction tx, Collection<String> actorIds) {
        tx.sql().deleteFrom(ASSIGNMENT).where(ASSIGNMENT.ACTOR_ID.in(actorIds)).execute();
    }

    /** Forgets all assignments at projects or domains that are going away. */
    public void deleteTargets(Transaction tx, Collection<String> targetIds) {
        tx.sql().deleteFrom(ASSIGNMENT).where(ASSIGNMENT.TARGET_ID.in(targetIds)).execute();
    }

    private static Assignment assignment(AssignmentRecord row) {
        return new Assignment(
                new Actor(
                        ActorKind.valueOf(row.getActorKind().toUpperCase(Locale.ROOT)),
                        row.getActorId()),
                new Target(
                        TargetKind.valueOf(row.getTargetKind().toUpperCase(Locale.ROOT)),
                        row.getTargetId()),
                row.getRoleId(),
                row.getInherited());
    }
}
