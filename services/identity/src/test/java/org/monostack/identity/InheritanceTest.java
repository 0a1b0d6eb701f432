package org.monostack.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.monostack.identity.auth.EffectiveAssignments;
import org.monostack.identity.model.Assignment;
import org.monostack.identity.model.Assignment.Actor;
import org.monostack.identity.model.Assignment.Target;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Role;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.identity.store.AssignmentStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.RoleStore;
import org.monostack.identity.store.SubjectStore;
import org.monostack.platform.crypto.RandomIds;
import org.monostack.platform.database.Transaction;

/**
 * Roles through groups, inheritance and implication, in clouds made at random: what tokens get and
 * what lists of assignments tell are both what a plain reading of the rules gives.
 */
class InheritanceTest {

    private static final IdentityFixture CLOUD = IdentityFixture.start();

    private final ProjectStore projects = new ProjectStore();
    private final RoleStore roles = new RoleStore();
    private final GroupStore groups = new GroupStore();
    private final AssignmentStore assignments = new AssignmentStore();
    private final SubjectStore subjects = new SubjectStore(CLOUD.database);
    private final EffectiveAssignments effective =
            new EffectiveAssignments(assignments, groups, projects, roles);

    @AfterContainer
    static void stop() {
        CLOUD.close();
    }

    /** One cloud, as plain data. */
    private static final class World {
        final Project domain = Project.domain(RandomIds.hex(), RandomIds.hex(), "");
        final List<Project> tree = new ArrayList<>();
        final List<Role> roles = new ArrayList<>();
        final Map<String, Set<String>> implied = new HashMap<>();
        final List<Assignment> assigned = new ArrayList<>();
        final Set<Actor> own = new HashSet<>();

        /** The global roles at a place, by the rules' own words. */
        Set<String> rolesAt(Target target) {
            Set<String> held = new HashSet<>();
            for (Assignment it : assigned) {
                boolean here =
                        it.inherited()
                                ? above(target).contains(it.target().id())
                                : it.target().equals(target);
                if (own.contains(it.actor()) && here) {
                    held.add(it.roleId());
                }
            }
            for (int i = 0; i < roles.size(); i++) {
                for (String role : Set.copyOf(held)) {
                    held.addAll(implied.getOrDefault(role, Set.of()));
                }
            }
            return roles.stream()
                    .filter(Role::isGlobal)
                    .map(Role::id)
                    .filter(held::contains)
                    .collect(Collectors.toSet());
        }

        private List<String> above(Target target) {
            return tree.stream()
                    .filter(it -> target.equals(Target.project(it.id())))
                    .flatMap(it -> it.ancestors().stream())
                    .toList();
        }
    }

    private World make(Transaction tx, Random chance, String userId, List<String> groupIds) {
        World world = new World();
        projects.insert(tx, world.domain);
        for (int i = 0; i < 5; i++) {
            Project parent = i == 0 ? world.domain : pick(chance, world.tree);
            String id = RandomIds.hex();
            Project project =
                    new Project(
                            id,
                            world.domain.id(),
                            Optional.of(parent.id()),
                            id,
                            false,
                            true,
                            Optional.empty(),
                            parent.path() + id + "/",
                            "{}",
                            "{}",
                            1);
            projects.insert(tx, project);
            world.tree.add(project);
        }
        for (int i = 0; i < 5; i++) {
            String of = chance.nextInt(4) == 0 ? world.domain.id() : "";
            String id = RandomIds.hex();
            Role role = new Role(id, of, id, Optional.empty(), "{}", "{}");
            roles.insert(tx, role);
            for (Role prior : world.roles) {
                if (chance.nextInt(4) == 0) {
                    roles.addImplication(tx, prior.id(), id);
                    world.implied.computeIfAbsent(prior.id(), key -> new HashSet<>()).add(id);
                }
            }
            world.roles.add(role);
        }
        world.own.add(Actor.user(userId));
        world.own.add(Actor.group(groupIds.getFirst()));
        List<Actor> actors = new ArrayList<>(world.own);
        actors.add(Actor.group(groupIds.getLast()));
        List<Target> targets = new ArrayList<>(places(world));
        for (int i = chance.nextInt(8); i > 0; i--) {
            Target target = pick(chance, targets);
            Assignment assignment =
                    new Assignment(
                            pick(chance, actors),
                            target,
                            pick(chance, world.roles).id(),
                            !target.equals(Target.SYSTEM) && chance.nextBoolean());
            assignments.insert(tx, assignment);
            world.assigned.add(assignment);
        }
        return world;
    }

    private static List<Target> places(World world) {
        List<Target> places = new ArrayList<>();
        world.tree.forEach(it -> places.add(Target.project(it.id())));
        places.add(Target.domain(world.domain.id()));
        places.add(Target.SYSTEM);
        return places;
    }

    private static <T> T pick(Random chance, List<T> list) {
        return list.get(chance.nextInt(list.size()));
    }

    private static Scope scope(Target target) {
        return switch (target.kind()) {
            case PROJECT -> new Scope.OnProject(target.id());
            case DOMAIN -> new Scope.OnDomain(target.id());
            case SYSTEM -> new Scope.OnSystem();
        };
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void tokensAndListsAgreeWithThePlainRules(@ForAll long seed) {
        IdentityBootstrap seeds = CLOUD.module.bootstrap();
        String userId = seeds.ensureUser("default", RandomIds.hex(), "pw");
        String joined = seeds.ensureGroup("default", RandomIds.hex());
        String other = seeds.ensureGroup("default", RandomIds.hex());
        seeds.ensureMember(joined, userId);
        CLOUD.database.run(tx -> {
            World world = make(tx, new Random(seed), userId, List.of(joined, other));
            for (Target target : places(world)) {
                Set<String> expected = world.rolesAt(target);
                Subject subject = subjects.find(tx, userId, scope(target), List.of()).orElseThrow();
                assertThat(subject.roles().stream().map(Named::id).toList())
                        .as("token for %s", target)
                        .containsExactlyInAnyOrderElementsOf(expected);
                Set<String> listed =
                        effective.list(tx, Optional.of(userId), List.of(target)).stream()
                                .map(EffectiveAssignments.Effective::roleId)
                                .collect(Collectors.toSet());
                assertThat(listed).as("list for %s", target).isEqualTo(expected);
            }
        });
    }
}
