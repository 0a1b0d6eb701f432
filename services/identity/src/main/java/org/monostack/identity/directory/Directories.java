package org.monostack.identity.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.monostack.identity.auth.LoginMethod;
import org.monostack.identity.auth.Logins;
import org.monostack.identity.auth.Proof;
import org.monostack.identity.directory.LdapDirectory.Circle;
import org.monostack.identity.directory.LdapDirectory.Person;
import org.monostack.identity.model.DomainOption;
import org.monostack.identity.model.Group;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.User;
import org.monostack.identity.store.DirectoryStore;
import org.monostack.identity.store.GroupStore;
import org.monostack.identity.store.KnownRows;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The domains whose option {@code identity.driver} is {@code ldap}. Their users and groups are read
 * only. The directory is asked outside of transactions, whenever somebody logs in or is looked at;
 * a token that is shown to a service is good by what was seen last. Thread-safe.
 */
public final class Directories {

    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);

    private final Database database;
    private final KnownRows known;
    private final GroupStore groups;
    private final DirectoryStore entries;
    private final DirectoryCopies copies;

    private record Found(String domainId, LdapDirectory directory) {}

    /** Something with the directory that it is in. */
    private record Kept(String domainId, LdapDirectory directory, String localId) {}

    public Directories(
            Database database,
            KnownRows known,
            UserStore users,
            GroupStore groups,
            DirectoryStore entries) {
        this.database = database;
        this.known = known;
        this.groups = groups;
        this.entries = entries;
        this.copies = new DirectoryCopies(users, groups, entries);
    }

    /**
     * What is wrong with a domain's options, if something is. An address is taken whatever it is,
     * as Keystone takes it; the domain cannot be used then.
     */
    public static Optional<String> fault(List<DomainOption> options) {
        try {
            DirectoryConfig.of(options.stream().filter(it -> !it.name().equals("url")).toList());
            return Optional.empty();
        } catch (DirectoryConfig.BadOption e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private Optional<Found> of(Transaction tx, String domainId) {
        List<DomainOption> own = known.options(tx, domainId);
        String driver =
                own.stream()
                        .filter(it -> it.group().equals("identity") && it.name().equals("driver"))
                        .findFirst()
                        .map(it -> Json.read(it.value()).asString(""))
                        .orElse("sql");
        if (driver.equals("sql")) {
            return Optional.empty();
        }
        if (!driver.equals("ldap")) {
            LOG.warn("domain {} is to use the driver {}, which is not there", domainId, driver);
            throw ApiException.unavailable("The directory of this domain is not set up right.");
        }
        try {
            return Optional.of(new Found(domainId, new LdapDirectory(DirectoryConfig.of(own))));
        } catch (DirectoryConfig.BadOption e) {
            LOG.warn("the options of domain {} do not fit: {}", domainId, e.getMessage());
            throw ApiException.unavailable("The directory of this domain is not set up right.");
        }
    }

    /** 403 for a domain whose users and groups are not ours to change. */
    public void requireWritable(Transaction tx, String domainId) {
        if (of(tx, domainId).isPresent()) {
            throw ApiException.forbidden("LDAP does not support write operations");
        }
    }

    /** Whether this user's account is a copy of one in a directory. */
    public boolean keeps(Transaction tx, String userId) {
        return entries.localId(tx, userId).isPresent();
    }

    private Optional<Kept> kept(Transaction tx, String publicId, Optional<String> domainId) {
        return domainId.flatMap(domain ->
                entries.localId(tx, publicId)
                        .flatMap(local ->
                                of(tx, domain).map(it -> new Kept(domain, it.directory(), local))));
    }

    private Optional<Kept> user(String id) {
        return database.inTransaction(tx -> kept(tx, id, known.user(tx, id).map(User::domainId)));
    }

    private Optional<Kept> group(String id) {
        return database.inTransaction(tx -> kept(tx, id, groups.find(tx, id).map(Group::domainId)));
    }

    /**
     * Asks the directory for the users of a domain.
     *
     * @return their ids; empty if the domain has no directory
     */
    public Optional<List<String>> lookAtUsers(String domainId, Optional<String> name) {
        Optional<Found> found = database.inTransaction(tx -> of(tx, domainId));
        return found.map(it -> {
            List<Person> people = it.directory().users(name);
            return database.inTransaction(
                    tx -> people.stream().map(one -> copies.keep(tx, domainId, one)).toList());
        });
    }

    /** The same for groups. */
    public Optional<List<String>> lookAtGroups(String domainId, Optional<String> name) {
        Optional<Found> found = database.inTransaction(tx -> of(tx, domainId));
        return found.map(it -> {
            List<Circle> circles = it.directory().groups(name);
            return database.inTransaction(tx -> {
                List<String> ids = new ArrayList<>();
                circles.forEach(one -> copies.keep(tx, domainId, one).ifPresent(ids::add));
                return ids;
            });
        });
    }

    /** Brings a user up to date; false if its directory does not have it any more. */
    public boolean lookAtUser(String id) {
        Optional<Kept> kept = user(id);
        if (kept.isEmpty()) {
            return true;
        }
        Optional<Person> person = kept.get().directory().user(kept.get().localId());
        person.ifPresent(it -> database.run(tx -> copies.keep(tx, kept.get().domainId(), it)));
        return person.isPresent();
    }

    /** Brings a group up to date; false if its directory does not have it any more. */
    public boolean lookAtGroup(String id) {
        Optional<Kept> kept = group(id);
        if (kept.isEmpty()) {
            return true;
        }
        Optional<Circle> circle = kept.get().directory().group(kept.get().localId());
        circle.ifPresent(it -> database.run(tx -> copies.keep(tx, kept.get().domainId(), it)));
        return circle.isPresent();
    }

    /** Brings the groups that a user is in up to date. */
    public void lookAtGroupsOf(String userId) {
        user(userId)
                .ifPresent(kept -> {
                    Optional<Person> person = kept.directory().user(kept.localId());
                    List<Circle> circles =
                            person.map(it -> kept.directory().groupsOf(it)).orElse(List.of());
                    database.run(tx -> copies.keepGroupsOf(tx, kept.domainId(), userId, circles));
                });
    }

    /** Brings the members of a group up to date. */
    public void lookAtMembers(String groupId) {
        group(groupId)
                .ifPresent(kept -> {
                    List<Person> people =
                            kept.directory()
                                    .group(kept.localId())
                                    .map(it -> kept.directory().members(it))
                                    .orElse(List.of());
                    database.run(tx -> copies.keepMembers(tx, kept.domainId(), groupId, people));
                });
    }

    /** Log-ins by password, where the directory is asked for the users that it has. */
    public LoginMethod passwords(LoginMethod own) {
        return (given, request) -> {
            Optional<Found> found = database.reading(tx -> domain(tx, given.path("user")));
            return found.isPresent()
                    ? proven(found.get(), given.path("user"))
                    : own.prove(given, request);
        };
    }

    private Optional<Found> domain(Transaction tx, JsonNode user) {
        Optional<String> domainId;
        if (user.has("id")) {
            domainId = known.user(tx, user.path("id").asString("")).map(User::domainId);
        } else if (user.path("domain").has("id")) {
            domainId = Optional.of(user.path("domain").path("id").asString(""));
        } else {
            domainId =
                    known.domainNamed(tx, user.path("domain").path("name").asString(""))
                            .map(Project::id);
        }
        return domainId.flatMap(it -> of(tx, it));
    }

    private Proof proven(Found found, JsonNode user) {
        Optional<Person> person;
        if (user.has("id")) {
            String id = user.path("id").asString("");
            person =
                    database.inTransaction(tx -> entries.localId(tx, id))
                            .flatMap(it -> found.directory().user(it));
        } else {
            person =
                    found.directory().users(Optional.of(user.path("name").asString(""))).stream()
                            .findFirst();
        }
        Person known =
                person.filter(it ->
                                found.directory()
                                        .isPassword(it, user.path("password").asString("")))
                        .orElseThrow(Logins::refused);
        List<Circle> circles = found.directory().groupsOf(known);
        String id =
                database.inTransaction(tx -> {
                    String kept = copies.keep(tx, found.domainId(), known);
                    copies.keepGroupsOf(tx, found.domainId(), kept, circles);
                    return kept;
                });
        return Proof.of(id, "password");
    }
}
