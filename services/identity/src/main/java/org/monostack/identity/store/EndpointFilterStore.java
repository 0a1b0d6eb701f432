package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ENDPOINT_GROUP;
import static org.monostack.identity.jooq.Tables.PROJECT_ENDPOINT;
import static org.monostack.identity.jooq.Tables.PROJECT_ENDPOINT_GROUP;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.EndpointGroupRecord;
import org.monostack.identity.model.EndpointGroup;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Endpoint groups, and which endpoints and groups are shown to which projects. Stateless. */
public final class EndpointFilterStore {

    public Optional<EndpointGroup> find(Transaction tx, String id) {
        return fetch(tx, ENDPOINT_GROUP.ID.eq(id)).stream().findFirst();
    }

    public List<EndpointGroup> list(Transaction tx, Optional<String> name) {
        return fetch(tx, name.map(ENDPOINT_GROUP.NAME::eq).orElse(DSL.noCondition()));
    }

    /** The groups that are shown to a project. */
    public List<EndpointGroup> ofProject(Transaction tx, String projectId) {
        return fetch(
                tx,
                ENDPOINT_GROUP.ID.in(
                        DSL.select(PROJECT_ENDPOINT_GROUP.ENDPOINT_GROUP_ID)
                                .from(PROJECT_ENDPOINT_GROUP)
                                .where(PROJECT_ENDPOINT_GROUP.PROJECT_ID.eq(projectId))));
    }

    private static List<EndpointGroup> fetch(Transaction tx, Condition which) {
        return tx.sql()
                .selectFrom(ENDPOINT_GROUP)
                .where(which)
                .orderBy(ENDPOINT_GROUP.ID)
                .fetch(EndpointFilterStore::group);
    }

    public void insert(Transaction tx, EndpointGroup group) {
        EndpointGroupRecord row = tx.sql().newRecord(ENDPOINT_GROUP);
        row.setId(group.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, group);
        row.insert();
    }

    public void update(Transaction tx, EndpointGroup group) {
        EndpointGroupRecord row = tx.sql().newRecord(ENDPOINT_GROUP);
        fill(row, group);
        tx.sql()
                .update(ENDPOINT_GROUP)
                .set(row)
                .set(ENDPOINT_GROUP.REVISION, ENDPOINT_GROUP.REVISION.plus(1))
                .where(ENDPOINT_GROUP.ID.eq(group.id()))
                .execute();
    }

    private static void fill(EndpointGroupRecord row, EndpointGroup group) {
        row.setName(group.name());
        row.setDescription(group.description().orElse(null));
        ObjectNode filters = Json.object();
        group.filters().forEach(filters::put);
        row.setFilters(Json.write(filters));
        row.setUpdatedAt(Rows.now());
    }

    public void delete(Transaction tx, String id) {
        tx.sql().deleteFrom(ENDPOINT_GROUP).where(ENDPOINT_GROUP.ID.eq(id)).execute();
    }

    public List<String> endpointIds(Transaction tx, String projectId) {
        return tx.sql()
                .select(PROJECT_ENDPOINT.ENDPOINT_ID)
                .from(PROJECT_ENDPOINT)
                .where(PROJECT_ENDPOINT.PROJECT_ID.eq(projectId))
                .fetch(PROJECT_ENDPOINT.ENDPOINT_ID);
    }

    public List<String> projectsOfEndpoint(Transaction tx, String endpointId) {
        return tx.sql()
                .select(PROJECT_ENDPOINT.PROJECT_ID)
                .from(PROJECT_ENDPOINT)
                .where(PROJECT_ENDPOINT.ENDPOINT_ID.eq(endpointId))
                .fetch(PROJECT_ENDPOINT.PROJECT_ID);
    }

    public List<String> projectsOfGroup(Transaction tx, String groupId) {
        return tx.sql()
                .select(PROJECT_ENDPOINT_GROUP.PROJECT_ID)
                .from(PROJECT_ENDPOINT_GROUP)
                .where(PROJECT_ENDPOINT_GROUP.ENDPOINT_GROUP_ID.eq(groupId))
                .fetch(PROJECT_ENDPOINT_GROUP.PROJECT_ID);
    }

    public void addEndpoint(Transaction tx, String projectId, String endpointId) {
        tx.sql()
                .insertInto(PROJECT_ENDPOINT)
                .set(PROJECT_ENDPOINT.PROJECT_ID, projectId)
                .set(PROJECT_ENDPOINT.ENDPOINT_ID, endpointId)
                .onDuplicateKeyIgnore()
                .execute();
    }

    public boolean removeEndpoint(Transaction tx, String projectId, String endpointId) {
        return tx.sql()
                        .deleteFrom(PROJECT_ENDPOINT)
                        .where(
                                PROJECT_ENDPOINT.PROJECT_ID.eq(projectId),
                                PROJECT_ENDPOINT.ENDPOINT_ID.eq(endpointId))
                        .execute()
                > 0;
    }

    public void addGroup(Transaction tx, String projectId, String groupId) {
        tx.sql()
                .insertInto(PROJECT_ENDPOINT_GROUP)
                .set(PROJECT_ENDPOINT_GROUP.PROJECT_ID, projectId)
                .set(PROJECT_ENDPOINT_GROUP.ENDPOINT_GROUP_ID, groupId)
                .onDuplicateKeyIgnore()
                .execute();
    }

    public boolean removeGroup(Transaction tx, String projectId, String groupId) {
        return tx.sql()
                        .deleteFrom(PROJECT_ENDPOINT_GROUP)
                        .where(
                                PROJECT_ENDPOINT_GROUP.PROJECT_ID.eq(projectId),
                                PROJECT_ENDPOINT_GROUP.ENDPOINT_GROUP_ID.eq(groupId))
                        .execute()
                > 0;
    }

    private static EndpointGroup group(EndpointGroupRecord row) {
        Map<String, String> filters = new LinkedHashMap<>();
        Json.read(row.getFilters())
                .properties()
                .forEach(filter -> filters.put(filter.getKey(), filter.getValue().asString()));
        return new EndpointGroup(
                row.getId(), row.getName(), Optional.ofNullable(row.getDescription()), filters);
    }
}
