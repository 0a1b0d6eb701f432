package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.PORT_SECURITY_GROUP;
import static org.monostack.network.jooq.Tables.SECURITY_GROUP;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.network.jooq.tables.records.SecurityGroupRecord;
import org.monostack.network.jooq.tables.records.SecurityGroupRuleRecord;
import org.monostack.network.store.Changes;
import org.monostack.network.store.SecurityGroups;
import org.monostack.network.store.Sharing;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Security groups. Every project has one named default, made when it is first looked for. */
final class SecurityGroupResource implements Resource<SecurityGroupRecord> {
    private final SecurityGroups securityGroups;
    private final SecurityGroupRuleResource rules;
    private final Changes changes;
    private final ResourceType<SecurityGroupRecord> type =
            ResourceType.of("security_group", "security-groups", "SecurityGroup", SECURITY_GROUP)
                    .named()
                    .tagged()
                    .with(
                            Attribute.of("stateful")
                                    .in(SECURITY_GROUP.STATEFUL)
                                    .writable(Kind.flag())
                                    .or(true),
                            Attribute.of("security_group_rules"),
                            Attribute.of("shared"))
                    .filter(
                            "shared",
                            values -> {
                                Condition shared = Sharing.withEverybody(SECURITY_GROUP.ID);
                                return Listing.flag("shared", values.getLast())
                                        ? shared
                                        : DSL.not(shared);
                            })
                    .build();

    SecurityGroupResource(
            SecurityGroups securityGroups, SecurityGroupRuleResource rules, Changes changes) {
        this.securityGroups = securityGroups;
        this.rules = rules;
        this.changes = changes;
    }

    @Override
    public ResourceType<SecurityGroupRecord> type() {
        return type;
    }

    @Override
    public Condition visible(Scope scope) {
        return SecurityGroups.usableBy(scope.project());
    }

    @Override
    public boolean makesDefaults() {
        return true;
    }

    @Override
    public void makeDefaults(Transaction tx, Scope scope) {
        securityGroups.ensureDefault(tx, scope.project());
    }

    @Override
    public void decorate(
            Transaction tx, Scope scope, List<SecurityGroupRecord> rows, List<ObjectNode> views) {
        List<String> ids = rows.stream().map(SecurityGroupRecord::getId).toList();
        Map<String, List<SecurityGroupRuleRecord>> byGroup = SecurityGroups.rules(tx, ids);
        Set<String> shared = Sharing.shared(tx, ids, scope.project());
        for (int i = 0; i < rows.size(); i++) {
            String id = rows.get(i).getId();
            ArrayNode list = views.get(i).putArray("security_group_rules");
            byGroup.getOrDefault(id, List.of()).forEach(rule -> list.add(rules.view(rule)));
            views.get(i).put("shared", shared.contains(id));
        }
    }

    @Override
    public void create(Transaction tx, Scope scope, SecurityGroupRecord row, Values values) {
        securityGroups.ensureDefault(tx, row.getProjectId());
        if (row.getName().equals("default")) {
            throw NetworkErrors.conflict(
                    "SecurityGroupDefaultAlreadyExists", "Default security group already exists.");
        }
        row.setIsDefault(false);
        securityGroups.insert(tx, row);
    }

    @Override
    public void update(
            Transaction tx,
            Scope scope,
            SecurityGroupRecord row,
            SecurityGroupRecord before,
            Values values) {
        if (before.getIsDefault() && !row.getName().equals(before.getName())) {
            throw NetworkErrors.conflict(
                    "SecurityGroupCannotUpdateDefault",
                    "Updating the default security group not allowed.");
        }
        if (!before.getIsDefault() && row.getName().equals("default")) {
            throw NetworkErrors.conflict(
                    "SecurityGroupDefaultAlreadyExists", "Default security group already exists.");
        }
        if (!row.getStateful().equals(before.getStateful()) && isUsed(tx, row)) {
            throw inUse(row);
        }
        row.update();
        changes.securityGroup(tx, row.getId());
    }

    private static boolean isUsed(Transaction tx, SecurityGroupRecord row) {
        return tx.sql()
                .fetchExists(
                        PORT_SECURITY_GROUP, PORT_SECURITY_GROUP.SECURITY_GROUP_ID.eq(row.getId()));
    }

    private static ApiException inUse(SecurityGroupRecord row) {
        return NetworkErrors.conflict(
                "SecurityGroupInUse", "Security Group " + row.getId() + " in use.");
    }

    @Override
    public void delete(Transaction tx, Scope scope, SecurityGroupRecord row) {
        if (isUsed(tx, row)) {
            throw inUse(row);
        }
        if (row.getIsDefault() && !scope.admin()) {
            throw NetworkErrors.conflict(
                    "SecurityGroupCannotRemoveDefault",
                    "Insufficient rights for removing default security group.");
        }
        Set<String> referring = SecurityGroupRuleResource.groupsReferringTo(tx, row.getId());
        Sharing.forget(tx, row.getId());
        row.delete();
        changes.securityGroup(tx, row.getId());
        referring.forEach(group -> changes.securityGroup(tx, group));
    }
}
