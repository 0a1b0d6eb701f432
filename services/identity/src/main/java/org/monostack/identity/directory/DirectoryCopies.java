package org.monostack.identity.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.directory.LdapDirectory.Circle;
import org.monostack.identity.directory.LdapDirectory.Person;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.User;
import org.monostack.identity.store.DirectoryStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows for users and groups that a directory has, so that roles, tokens and delegations work for
 * them as for any other; the directory stays the truth, and each look at it brings the rows up to
 * date. Ids are Keystone's: a digest of domain, kind and the directory's own id. Stateless.
 */
public final class DirectoryCopies {

    /** A longer name is none of a group of OpenStack. */
    private static final int GROUP_NAME_LENGTH = 64;

    private final UserStore users;
    private final GroupStore groups;
    private final DirectoryStore entries;

    public DirectoryCopies(UserStore users, GroupStore groups, DirectoryStore entries) {
        this.users = users;
        this.groups = groups;
        this.entries = entries;
    }

    private static String publicId(String domainId, String kind, String localId) {
        return Digests.sha256(domainId + kind + localId);
    }

    /** The id of the user, whose row then says what the directory says. */
    String keep(Transaction tx, String domainId, Person person) {
        String id = publicId(domainId, "user", person.id());
        Optional<User> before = users.find(tx, id);
        User now = account(id, domainId, person, before);
        if (before.isEmpty()) {
            users.insertShadow(tx, now);
            entries.insert(tx, id, domainId, person.id());
        } else if (!same(before.get(), now)) {
            users.updateShadow(tx, now);
        }
        return id;
    }

    private static boolean same(User before, User now) {
        return before.name().equals(now.name())
                && before.enabled() == now.enabled()
                && before.defaultProjectId().equals(now.defaultProjectId())
                && Json.read(before.extra()).equals(Json.read(now.extra()));
    }

    private static User account(String id, String domainId, Person person, Optional<User> before) {
        ObjectNode extra = Json.object();
        person.mail().ifPresent(it -> extra.put("email", it));
        person.description().ifPresent(it -> extra.put("description", it));
        boolean disabledNow = before.filter(User::enabled).isPresent() && !person.enabled();
        return new User(
                id,
                domainId,
                person.name(),
                person.enabled(),
                person.defaultProject(),
                Optional.empty(),
                Optional.empty(),
                1,
                before.filter(it -> !disabledNow).map(User::tokensValidFrom).orElseGet(Times::now),
                before.map(User::options).orElse("{}"),
                Json.write(extra),
                before.map(User::revision).orElse(1L));
    }

    /** The id of the group, if OpenStack can have one of this name. */
    Optional<String> keep(Transaction tx, String domainId, Circle circle) {
        if (circle.name().length() > GROUP_NAME_LENGTH) {
            return Optional.empty();
        }
        String id = publicId(domainId, "group", circle.id());
        Optional<Group> before = groups.find(tx, id);
        Group now = new Group(id, domainId, circle.name(), circle.description(), "{}");
        if (before.isEmpty()) {
            groups.insert(tx, now);
            entries.insert(tx, id, domainId, circle.id());
        } else if (!before.get().equals(now)) {
            groups.update(tx, now);
        }
        return Optional.of(id);
    }

    /** Makes these the groups that the directory has the user in. */
    void keepGroupsOf(Transaction tx, String domainId, String userId, List<Circle> circles) {
        List<String> ids = new ArrayList<>();
        circles.forEach(circle -> keep(tx, domainId, circle).ifPresent(ids::add));
        groups.replaceMembershipsBy(tx, domainId, userId, ids, Optional.empty());
    }

    /** Makes these the members that the directory has in the group. */
    void keepMembers(Transaction tx, String domainId, String groupId, List<Person> people) {
        List<String> ids = people.stream().map(it -> keep(tx, domainId, it)).toList();
        groups.replaceMembersBy(tx, domainId, groupId, ids);
    }
}
