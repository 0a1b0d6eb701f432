package org.monostack.identity.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.model.Named;
import org.monostack.identity.model.Scope;
import org.monostack.identity.model.Subject;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Looks up whom a token speaks for, in one query that answers one row: the user with its domain,
 * the scope's project with its domain, whether the token is revoked, and all roles through groups
 * and inheritance; {@link RoleGraph} adds the implied ones.
 *
 * <p>Every authenticated request asks for it. What was found is kept as long as nothing in identity
 * changes ({@link Derived}); what is not kept is one query, written as SQL that is prepared once
 * instead of being put together at each call, every table is entered by a whole key or by (actor,
 * inherited), and nothing makes a temporary table. Thread-safe.
 */
public final class SubjectStore {

    private static final String USER_COLUMNS =
            """
            select u.id, u.name, u.enabled, u.tokens_valid_from, u.password_revision,
              u.password_expires_at, ud.id, ud.name, ud.enabled,
              exists (select 1 from identity.revoked_token r where r.audit_id in (?, ?))
            """;
    private static final String USER =
            """
             from identity.user_account u join identity.project ud on ud.id = u.domain_id
            """;

    private static final String UNSCOPED = USER_COLUMNS + USER + " where u.id = ?";

    /** Ids stand between slashes in a path, so that none is found within another. */
    private static final String ABOVE_PLACE =
            "a.inherited = 1 and a.target_id <> p.id"
                    + " and locate(concat('/', a.target_id, '/'), p.path) > 0";

    private static final String AT_PLACE =
            "a.target_id = ? and a.target_kind = ? and a.inherited = 0";
    private static final String OWN =
            "(select group_concat(a.role_id) from identity.assignment a where a.actor_id = u.id"
                    + " and ";
    private static final String OF_GROUPS =
            "(select group_concat(a.role_id) from identity.membership m join identity.assignment a"
                    + " on a.actor_id = m.group_id where m.user_id = u.id"
                    + " and (m.expires_at is null or m.expires_at > utc_timestamp(6)) and ";

    private static final String SCOPED =
            USER_COLUMNS
                    + ", p.id, p.name, p.is_domain, p.enabled, pd.id, pd.name, pd.enabled, "
                    + String.join(
                            ", ",
                            OWN + AT_PLACE + ")",
                            OF_GROUPS + AT_PLACE + ")",
                            OWN + ABOVE_PLACE + ")",
                            OF_GROUPS + ABOVE_PLACE + ")",
                            "exists (select 1 from identity.membership m where m.user_id = u.id"
                                    + " and m.expires_at is not null)")
                    + USER
                    + " left join identity.project p on p.id = ?"
                    + " left join identity.project pd on pd.id = p.domain_id where u.id = ?";

    private static final int FIRST_PLACE_COLUMN = 11;
    private static final List<Integer> ROLE_COLUMNS = List.of(18, 19, 20, 21);
    private static final int TEMPORARY_COLUMN = 22;
    private static final int MOST_KEPT = 5_000;

    private final RoleGraph graph;
    private final Derived<Asked, Answer> known;

    public SubjectStore(Database database) {
        this.graph = new RoleGraph(database.changes("identity.role", "identity.implied_role"));
        this.known = new Derived<>(database.changes("identity"), MOST_KEPT);
    }

    private record Asked(String userId, Scope scope, List<String> auditIds) {}

    /**
     * @param temporary whether it ends by itself, as a membership that expires does
     */
    private record Answer(Optional<Subject> subject, boolean temporary) {}

    private record Found(Subject subject, Set<String> roleIds, boolean temporary) {}

    /**
     * @param auditIds at most two; whether one of them is revoked
     */
    public Optional<Subject> find(
            Transaction tx, String userId, Scope scope, List<String> auditIds) {
        return known.get(
                        tx,
                        new Asked(userId, scope, auditIds),
                        asked -> read(tx, asked),
                        answer -> !answer.temporary())
                .subject();
    }

    private Answer read(Transaction tx, Asked asked) {
        Optional<Found> found = tx.sql().connectionResult(connection -> query(connection, asked));
        return new Answer(
                found.map(it ->
                        it.roleIds().isEmpty()
                                ? it.subject()
                                : it.subject().withRoles(graph.expand(tx, it.roleIds()))),
                found.map(Found::temporary).orElse(false));
    }

    private static Optional<Found> query(Connection connection, Asked asked) throws SQLException {
        Scope scope = asked.scope();
        List<String> auditIds = asked.auditIds();
        boolean scoped = !(scope instanceof Scope.Unscoped);
        try (PreparedStatement statement =
                connection.prepareStatement(scoped ? SCOPED : UNSCOPED)) {
            List<String> values = new ArrayList<>();
            values.add(auditIds.isEmpty() ? "" : auditIds.getFirst());
            values.add(auditIds.isEmpty() ? "" : auditIds.getLast());
            values.addAll(
                    switch (scope) {
                        case Scope.Unscoped unscoped -> List.of();
                        case Scope.OnProject project -> place(project.id(), "project");
                        case Scope.OnDomain domain -> place(domain.id(), "domain");
                        case Scope.OnSystem system -> place("system", "system");
                    });
            values.add(asked.userId());
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(found(row, scope)) : Optional.empty();
            }
        }
    }

    /** No project is called system, since ids of projects are made here or begin a domain. */
    private static List<String> place(String id, String kind) {
        return List.of(id, kind, id, kind, kind.equals("system") ? "" : id);
    }

    private static Found found(ResultSet row, Scope scope) throws SQLException {
        boolean scoped = !(scope instanceof Scope.Unscoped);
        boolean onDomain = scope instanceof Scope.OnDomain;
        Set<String> roleIds = new LinkedHashSet<>();
        if (scoped) {
            for (int column : ROLE_COLUMNS) {
                @Nullable String ids = row.getString(column);
                if (ids != null) {
                    roleIds.addAll(Arrays.asList(ids.split(",")));
                }
            }
        }
        Subject subject =
                new Subject(
                        new Named(row.getString(1), row.getString(2)),
                        new Named(row.getString(7), row.getString(8)),
                        row.getBoolean(3) && row.getBoolean(9),
                        Times.fromDb(row.getObject(4, LocalDateTime.class)),
                        row.getLong(5),
                        Rows.time(row.getObject(6, LocalDateTime.class)),
                        scoped
                                ? place(row).filter(it -> it.isDomain() == onDomain)
                                : Optional.empty(),
                        List.of(),
                        row.getBoolean(10));
        return new Found(subject, roleIds, scoped && row.getBoolean(TEMPORARY_COLUMN));
    }

    private static Optional<Subject.Place> place(ResultSet row) throws SQLException {
        @Nullable String id = row.getString(FIRST_PLACE_COLUMN);
        if (id == null) {
            return Optional.empty();
        }
        Named self = new Named(id, row.getString(FIRST_PLACE_COLUMN + 1));
        boolean enabled = row.getBoolean(FIRST_PLACE_COLUMN + 3);
        if (row.getBoolean(FIRST_PLACE_COLUMN + 2)) {
            return Optional.of(new Subject.Place(self, self, true, enabled));
        }
        return Optional.of(
                new Subject.Place(
                        self,
                        new Named(
                                row.getString(FIRST_PLACE_COLUMN + 4),
                                row.getString(FIRST_PLACE_COLUMN + 5)),
                        false,
                        enabled && row.getBoolean(FIRST_PLACE_COLUMN + 6)));
    }
}
