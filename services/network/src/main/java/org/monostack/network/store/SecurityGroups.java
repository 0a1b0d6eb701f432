package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.DEFAULT_SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.PORT_SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP_RULE;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRuleRecord;
import org.monostack.network.model.Refusal;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Derived;
import org.monostack.platform.database.Transaction;

/** Security groups, the rules they are born with, and the ports they filter. */
public final class SecurityGroups {
    private final Changes changes;
    private final Derived<String, Optional<String>> defaults;

    public SecurityGroups(Database database, Changes changes) {
        this.changes = changes;
        // A group that is deleted takes its row in the first table with it.
        this.defaults =
                new Derived<>(
                        database.changes(
                                "network.default_security_group", "network.security_group"),
                        1_000);
    }

    /** The groups that a project may put on its ports. */
    public static Condition usableBy(String project) {
        return SECURITY_GROUP
                .PROJECT_ID
                .eq(project)
                .or(Sharing.with(SECURITY_GROUP.ID, project, Sharing.SHARED));
    }

    /** The project's default group, made now if it was never needed before. */
    public Optional<String> ensureDefault(Transaction tx, String project) {
        if (project.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> known =
                defaults.get(tx, project, key -> findDefault(tx, key), Optional::isPresent);
        if (known.isPresent()) {
            return known;
        }
        Quotas.lock(tx, project, "default_security_group");
        known = findDefault(tx, project);
        if (known.isPresent()) {
            return known;
        }
        SecurityGroupRecord group = tx.sql().newRecord(SECURITY_GROUP);
        Rows.begin(group, UUID.randomUUID().toString());
        group.setProjectId(project);
        group.setName("default");
        group.setDescription("Default security group");
        group.setIsDefault(true);
        group.setStateful(true);
        insert(tx, group);
        return Optional.of(group.getId());
    }

    private static Optional<String> findDefault(Transaction tx, String project) {
        return Optional.ofNullable(
                tx.sql()
                        .select(DEFAULT_SECURITY_GROUP.SECURITY_GROUP_ID)
                        .from(DEFAULT_SECURITY_GROUP)
                        .where(DEFAULT_SECURITY_GROUP.PROJECT_ID.eq(project))
                        .fetchOne(DEFAULT_SECURITY_GROUP.SECURITY_GROUP_ID));
    }

    /** Stores a new group with the rules that every group starts with. */
    public void insert(Transaction tx, SecurityGroupRecord group) {
        group.insert();
        if (group.getIsDefault()) {
            tx.sql()
                    .insertInto(DEFAULT_SECURITY_GROUP)
                    .set(DEFAULT_SECURITY_GROUP.PROJECT_ID, group.getProjectId())
                    .set(DEFAULT_SECURITY_GROUP.SECURITY_GROUP_ID, group.getId())
                    .execute();
        }
        for (String ethertype : List.of("IPv4", "IPv6")) {
            if (group.getIsDefault()) {
                SecurityGroupRuleRecord ingress = rule(tx, group, "ingress", ethertype);
                ingress.setRemoteGroupId(group.getId());
                ingress.insert();
            }
            rule(tx, group, "egress", ethertype).insert();
        }
        changes.securityGroup(tx, group.getId());
    }

    private static SecurityGroupRuleRecord rule(
            Transaction tx, SecurityGroupRecord group, String direction, String ethertype) {
        SecurityGroupRuleRecord rule = tx.sql().newRecord(SECURITY_GROUP_RULE);
        Rows.begin(rule, UUID.randomUUID().toString());
        rule.setProjectId(group.getProjectId());
        rule.setSecurityGroupId(group.getId());
        rule.setDirection(direction);
        rule.setEthertype(ethertype);
        rule.setDescription("");
        return rule;
    }

    public static Map<String, List<SecurityGroupRuleRecord>> rules(
            Transaction tx, Collection<String> groups) {
        Map<String, List<SecurityGroupRuleRecord>> byGroup = new HashMap<>();
        tx.sql()
                .selectFrom(SECURITY_GROUP_RULE)
                .where(SECURITY_GROUP_RULE.SECURITY_GROUP_ID.in(groups))
                .orderBy(SECURITY_GROUP_RULE.CREATED_AT, SECURITY_GROUP_RULE.ID)
                .forEach(rule ->
                        byGroup.computeIfAbsent(
                                        rule.getSecurityGroupId(),
                                        key -> new java.util.ArrayList<>())
                                .add(rule));
        return byGroup;
    }

    /** The groups of each port. */
    public static Map<String, List<String>> ofPorts(Transaction tx, Collection<String> ports) {
        return tx.sql()
                .select(PORT_SECURITY_GROUP.PORT_ID, PORT_SECURITY_GROUP.SECURITY_GROUP_ID)
                .from(PORT_SECURITY_GROUP)
                .where(PORT_SECURITY_GROUP.PORT_ID.in(ports))
                .orderBy(PORT_SECURITY_GROUP.SECURITY_GROUP_ID)
                .fetchGroups(PORT_SECURITY_GROUP.PORT_ID, PORT_SECURITY_GROUP.SECURITY_GROUP_ID);
    }

    /** Makes these the port's only groups. */
    public static void replace(Transaction tx, String port, Collection<String> groups) {
        tx.sql()
                .deleteFrom(PORT_SECURITY_GROUP)
                .where(PORT_SECURITY_GROUP.PORT_ID.eq(port))
                .execute();
        add(tx, port, groups);
    }

    /** Gives a port groups that it does not have yet. */
    static void add(Transaction tx, String port, Collection<String> groups) {
        for (String group : new LinkedHashSet<>(groups)) {
            tx.sql()
                    .insertInto(PORT_SECURITY_GROUP)
                    .set(PORT_SECURITY_GROUP.PORT_ID, port)
                    .set(PORT_SECURITY_GROUP.SECURITY_GROUP_ID, group)
                    .execute();
        }
    }

    /** Throws 404 unless the project may use all of these; keeps them from going meanwhile. */
    public static void requireUsable(
            Transaction tx, String project, boolean admin, Collection<String> groups) {
        if (groups.isEmpty()) {
            return;
        }
        Condition condition = SECURITY_GROUP.ID.in(groups);
        Set<String> found =
                tx.sql()
                        .select(SECURITY_GROUP.ID)
                        .from(SECURITY_GROUP)
                        .where(admin ? condition : condition.and(usableBy(project)))
                        .forShare()
                        .fetchSet(SECURITY_GROUP.ID);
        for (String group : groups) {
            if (!found.contains(group)) {
                throw Refusal.missing("SecurityGroup", group);
            }
        }
    }
}
