package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP_RULE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRuleRecord;
import org.monostack.network.model.Cidr;
import org.monostack.network.store.Changes;
import org.monostack.network.store.Rows;
import org.monostack.network.store.SecurityGroups;
import org.monostack.platform.database.Transaction;
import tools.jackson.databind.node.ObjectNode;

/** Rules of security groups. They are never changed, only made and deleted. */
final class SecurityGroupRuleResource implements Resource<SecurityGroupRuleRecord> {
    private final Changes changes;
    private final ResourceType<SecurityGroupRuleRecord> type = describe();

    SecurityGroupRuleResource(Changes changes) {
        this.changes = changes;
    }

    private static ResourceType<SecurityGroupRuleRecord> describe() {
        return ResourceType.of(
                        "security_group_rule",
                        "security-group-rules",
                        "SecurityGroupRule",
                        SECURITY_GROUP_RULE)
                .described()
                .with(
                        Attribute.of("security_group_id")
                                .in(SECURITY_GROUP_RULE.SECURITY_GROUP_ID)
                                .creatable(Kind.uuid())
                                .mandatory(),
                        Attribute.of("direction")
                                .in(SECURITY_GROUP_RULE.DIRECTION)
                                .creatable(Kind.oneOf("ingress", "egress"))
                                .mandatory(),
                        Attribute.of("ethertype")
                                .in(SECURITY_GROUP_RULE.ETHERTYPE)
                                .creatable(SecurityGroupRules::ethertype)
                                .or("IPv4"),
                        Attribute.of("protocol")
                                .in(SECURITY_GROUP_RULE.PROTOCOL)
                                .creatable(SecurityGroupRules::protocol)
                                .orNull(),
                        Attribute.of("port_range_min")
                                .in(SECURITY_GROUP_RULE.PORT_RANGE_MIN)
                                .creatable(SecurityGroupRules::portNumber)
                                .orNull(),
                        Attribute.of("port_range_max")
                                .in(SECURITY_GROUP_RULE.PORT_RANGE_MAX)
                                .creatable(SecurityGroupRules::portNumber)
                                .orNull(),
                        Attribute.of("remote_ip_prefix")
                                .in(SECURITY_GROUP_RULE.REMOTE_IP_PREFIX)
                                .creatable(SecurityGroupRules::remotePrefix)
                                .orNull(),
                        Attribute.of("normalized_cidr"),
                        Attribute.of("remote_group_id")
                                .in(SECURITY_GROUP_RULE.REMOTE_GROUP_ID)
                                .creatable(Kind.orNull(Kind.text(255)))
                                .orNull(),
                        Attribute.of("security_group:project_id").hidden())
                .build();
    }

    @Override
    public ResourceType<SecurityGroupRuleRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return SECURITY_GROUP_RULE
                .PROJECT_ID
                .eq(scope.project())
                .or(
                        DSL.exists(
                                DSL.selectOne()
                                        .from(SECURITY_GROUP)
                                        .where(
                                                SECURITY_GROUP.ID.eq(
                                                        SECURITY_GROUP_RULE.SECURITY_GROUP_ID),
                                                SECURITY_GROUP.PROJECT_ID.eq(scope.project()))));
    }

    /** A rule as groups show it. */
    ObjectNode view(SecurityGroupRuleRecord row) {
        ObjectNode view = type.render(row);
        normalise(row, view);
        return view;
    }

    private static void normalise(SecurityGroupRuleRecord row, ObjectNode view) {
        String prefix = row.getRemoteIpPrefix();
        view.put("normalized_cidr", prefix == null ? null : Cidr.of(prefix).toString());
    }

    @Override
    public void decorate(
            Transaction tx,
            Scope scope,
            List<SecurityGroupRuleRecord> rows,
            List<ObjectNode> views) {
        Map<String, String> owners =
                tx.sql()
                        .select(SECURITY_GROUP.ID, SECURITY_GROUP.PROJECT_ID)
                        .from(SECURITY_GROUP)
                        .where(
                                SECURITY_GROUP.ID.in(
                                        rows.stream()
                                                .map(SecurityGroupRuleRecord::getSecurityGroupId)
                                                .toList()))
                        .fetchMap(SECURITY_GROUP.ID, SECURITY_GROUP.PROJECT_ID);
        for (int i = 0; i < rows.size(); i++) {
            normalise(rows.get(i), views.get(i));
            String owner = owners.get(rows.get(i).getSecurityGroupId());
            if (owner != null) {
                views.get(i).put("security_group:project_id", owner);
            }
        }
    }

    @Override
    public Map<String, Object> createTarget(Transaction tx, Scope scope, Values values) {
        Map<String, Object> target = new HashMap<>(values.asTarget());
        SecurityGroupRecord group =
                tx.sql()
                        .fetchOne(
                                SECURITY_GROUP,
                                SECURITY_GROUP.ID.eq(values.text("security_group_id")));
        if (group != null) {
            target.put("security_group:project_id", group.getProjectId());
        }
        return target;
    }

    @Override
    public void create(Transaction tx, Scope scope, SecurityGroupRuleRecord row, Values values) {
        SecurityGroupRules.check(row);
        // The exclusive lock also keeps two equal rules from being made at once.
        SecurityGroupRecord group =
                tx.sql()
                        .selectFrom(SECURITY_GROUP)
                        .where(
                                SECURITY_GROUP.ID.eq(row.getSecurityGroupId()),
                                scope.admin()
                                        ? DSL.trueCondition()
                                        : SECURITY_GROUP.PROJECT_ID.eq(scope.project()))
                        .forUpdate()
                        .fetchOptional()
                        .orElseThrow(() ->
                                NetworkErrors.notFound("SecurityGroup", row.getSecurityGroupId()));
        if (row.getRemoteGroupId() != null) {
            SecurityGroups.requireUsable(
                    tx, scope.project(), scope.admin(), List.of(row.getRemoteGroupId()));
        }
        SecurityGroups.rules(tx, List.of(group.getId()))
                .getOrDefault(group.getId(), List.of())
                .stream()
                .filter(other -> SecurityGroupRules.same(other, row))
                .findFirst()
                .ifPresent(other -> {
                    throw NetworkErrors.conflict(
                            "SecurityGroupRuleExists",
                            "Security group rule already exists. Rule id is "
                                    + other.getId()
                                    + ".");
                });
        row.insert();
        touch(tx, group);
    }

    private void touch(Transaction tx, SecurityGroupRecord group) {
        Rows.touch(group);
        group.update();
        changes.securityGroup(tx, group.getId());
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            SecurityGroupRuleRecord row,
            SecurityGroupRuleRecord before,
            Values values) {
        row.update();
    }

    @Override
    public void delete(Transaction tx, Scope scope, SecurityGroupRuleRecord row) {
        row.delete();
        SecurityGroupRecord group =
                tx.sql()
                        .selectFrom(SECURITY_GROUP)
                        .where(SECURITY_GROUP.ID.eq(row.getSecurityGroupId()))
                        .forUpdate()
                        .fetchOne();
        if (group != null) {
            touch(tx, group);
        }
    }

    /** The groups with rules that speak of this group's members. */
    static Set<String> groupsReferringTo(Transaction tx, String group) {
        return tx.sql()
                .selectDistinct(SECURITY_GROUP_RULE.SECURITY_GROUP_ID)
                .from(SECURITY_GROUP_RULE)
                .where(
                        SECURITY_GROUP_RULE.REMOTE_GROUP_ID.eq(group),
                        SECURITY_GROUP_RULE.SECURITY_GROUP_ID.ne(group))
                .fetchSet(SECURITY_GROUP_RULE.SECURITY_GROUP_ID);
    }
}
