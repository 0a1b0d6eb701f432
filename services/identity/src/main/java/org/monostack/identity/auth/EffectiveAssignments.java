package org.monostack.identity.auth;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.ActorKind;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Assignment.TargetKind;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Selection;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.platform.database.Transaction;

/**
 * What assignments come to: groups become their members, inherited assignments become assignments
 * on the projects below, and roles bring what they imply. Stateless.
 */
public final class EffectiveAssignments {

    private final AssignmentStore assignments;
    private final GroupStore groups;
    private final ProjectStore projects;
    private final RoleStore roles;

    /**
     * One assignment that a user has in effect, and where it comes from.
     *
     * @param group the group that brings it
     * @param source the project or domain it is inherited from
     * @param priorRole the role that implies it
     */
    public record Effective(
            String userId,
            Target target,
            String roleId,
            Optional<String> group,
            Optional<Target> source,
            Optional<String> priorRole) {}

    public EffectiveAssignments(
            AssignmentStore assignments,
            GroupStore groups,
            ProjectStore projects,
            RoleStore roles) {
        this.assignments = assignments;
        this.groups = groups;
        this.projects = projects;
        this.roles = roles;
    }

    /**
     * @param userId whose; empty for everybody's
     * @param targets the projects or domain of interest; empty for all
     */
    public List<Effective> list(Transaction tx, Optional<String> userId, List<Target> targets) {
        List<Effective> expanded = new ArrayList<>();
        List<Assignment> direct = direct(tx, userId);
        Map<String, List<String>> members =
                userId.isPresent()
                        ? Map.of()
                        : groups.members(
                                tx,
                                direct.stream()
                                        .map(Assignment::actor)
                                        .filter(actor -> actor.kind() == ActorKind.GROUP)
                                        .map(Actor::id)
                                        .distinct()
                                        .toList());
        Set<Target> wanted = new HashSet<>(targets);
        for (Assignment assignment : direct) {
            for (Target target : places(tx, assignment)) {
                if (!wanted.isEmpty() && !wanted.contains(target)) {
                    continue;
                }
                Optional<Target> source =
                        assignment.inherited()
                                ? Optional.of(assignment.target())
                                : Optional.empty();
                if (assignment.actor().kind() == ActorKind.USER) {
                    expanded.add(
                            new Effective(
                                    assignment.actor().id(),
                                    target,
                                    assignment.roleId(),
                                    Optional.empty(),
                                    source,
                                    Optional.empty()));
                } else {
                    String group = assignment.actor().id();
                    for (String member :
                            userId.map(List::of)
                                    .orElseGet(() -> members.getOrDefault(group, List.of()))) {
                        expanded.add(
                                new Effective(
                                        member,
                                        target,
                                        assignment.roleId(),
                                        Optional.of(group),
                                        source,
                                        Optional.empty()));
                    }
                }
            }
        }
        return implied(tx, expanded);
    }

    private List<Assignment> direct(Transaction tx, Optional<String> userId) {
        List<Actor> actors = new ArrayList<>();
        userId.ifPresent(id -> {
            actors.add(Actor.user(id));
            groups.ofUser(tx, id, Selection.ALL)
                    .forEach(group -> actors.add(Actor.group(group.id())));
        });
        return assignments.list(tx, actors, List.of());
    }

    private List<Target> places(Transaction tx, Assignment assignment) {
        if (!assignment.inherited()) {
            return List.of(assignment.target());
        }
        return projects.find(tx, assignment.target().id())
                .map(top ->
                        projects.subtree(tx, top).stream()
                                .map(project -> Target.project(project.id()))
                                .toList())
                .orElse(List.of());
    }

    private List<Effective> implied(Transaction tx, List<Effective> expanded) {
        Map<String, List<String>> implications = roles.implications(tx);
        Set<Effective> all = new LinkedHashSet<>(expanded);
        List<Effective> open = new ArrayList<>(expanded);
        while (!open.isEmpty()) {
            Effective prior = open.removeLast();
            for (String role : implications.getOrDefault(prior.roleId(), List.of())) {
                Effective next =
                        new Effective(
                                prior.userId(),
                                prior.target(),
                                role,
                                prior.group(),
                                prior.source(),
                                Optional.of(prior.roleId()));
                if (all.add(next)) {
                    open.add(next);
                }
            }
        }
        Set<String> global = new HashSet<>();
        for (Role role :
                roles.findAll(tx, all.stream().map(Effective::roleId).distinct().toList())) {
            if (role.isGlobal()) {
                global.add(role.id());
            }
        }
        return all.stream().filter(it -> global.contains(it.roleId())).toList();
    }

    /** The projects (or, if so asked, the domains) where a user has a role, whatever the way. */
    public List<Project> placesOf(Transaction tx, String userId, TargetKind kind) {
        List<String> ids =
                list(tx, Optional.of(userId), List.of()).stream()
                        .map(Effective::target)
                        .filter(target -> target.kind() == kind)
                        .map(Target::id)
                        .distinct()
                        .toList();
        return projects.findAll(tx, ids).stream()
                .filter(project -> project.isDomain() == (kind == TargetKind.DOMAIN))
                .toList();
    }

    /** Whether a user has a role on the system. */
    public boolean onSystem(Transaction tx, String userId) {
        return list(tx, Optional.of(userId), List.of(Target.SYSTEM)).stream()
                .anyMatch(it -> it.target().equals(Target.SYSTEM));
    }
}
