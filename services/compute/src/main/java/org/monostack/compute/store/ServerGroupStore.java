package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER_GROUP;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.ServerGroupRecord;
import org.monostack.compute.model.ServerGroup;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rows of server groups; members are servers that name their group. Stateless. */
public final class ServerGroupStore {

    public void insert(Transaction tx, ServerGroup group) {
        var now = Rows.now();
        ObjectNode rules = Json.object();
        group.maxServerPerHost().ifPresent(most -> rules.put("max_server_per_host", most));
        tx.sql()
                .insertInto(SERVER_GROUP)
                .set(SERVER_GROUP.ID, group.id().toString())
                .set(SERVER_GROUP.PROJECT_ID, group.projectId())
                .set(SERVER_GROUP.USER_ID, group.userId())
                .set(SERVER_GROUP.NAME, group.name())
                .set(SERVER_GROUP.POLICY, group.policy())
                .set(SERVER_GROUP.RULES, Json.write(rules))
                .set(SERVER_GROUP.CREATED_AT, now)
                .set(SERVER_GROUP.UPDATED_AT, now)
                .set(SERVER_GROUP.REVISION, 0L)
                .execute();
    }

    public Optional<ServerGroup> find(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(SERVER_GROUP)
                .where(SERVER_GROUP.ID.eq(id.toString()))
                .fetchOptional(ServerGroupStore::group);
    }

    /** The group, locked until the transaction ends, so that members can be counted. */
    public Optional<ServerGroup> lock(Transaction tx, UUID id) {
        return tx.sql()
                .selectFrom(SERVER_GROUP)
                .where(SERVER_GROUP.ID.eq(id.toString()))
                .forUpdate()
                .fetchOptional(ServerGroupStore::group);
    }

    /** Groups of one project, or of all, in the order of their making. */
    public List<ServerGroup> list(Transaction tx, Optional<String> project, int offset, int limit) {
        return tx.sql()
                .selectFrom(SERVER_GROUP)
                .where(project.map(SERVER_GROUP.PROJECT_ID::eq).orElse(DSL.noCondition()))
                .orderBy(SERVER_GROUP.NUMBER)
                .limit(limit)
                .offset(offset)
                .fetch(ServerGroupStore::group);
    }

    public int count(Transaction tx, String project) {
        return tx.sql().fetchCount(SERVER_GROUP, SERVER_GROUP.PROJECT_ID.eq(project));
    }

    public int count(Transaction tx, String project, String user) {
        return tx.sql()
                .fetchCount(
                        SERVER_GROUP,
                        SERVER_GROUP.PROJECT_ID.eq(project).and(SERVER_GROUP.USER_ID.eq(user)));
    }

    public void delete(Transaction tx, UUID id) {
        tx.sql().deleteFrom(SERVER_GROUP).where(SERVER_GROUP.ID.eq(id.toString())).execute();
    }

    private static ServerGroup group(ServerGroupRecord row) {
        JsonNode most = Json.read(row.getRules()).path("max_server_per_host");
        return new ServerGroup(
                row.getNumber(),
                UUID.fromString(row.getId()),
                row.getProjectId(),
                row.getUserId(),
                row.getName(),
                row.getPolicy(),
                most.isInt() ? OptionalInt.of(most.intValue()) : OptionalInt.empty());
    }
}
