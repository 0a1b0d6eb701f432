package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.PROJECT_LIMIT;
import static org.monostack.identity.jooq.Tables.REGISTERED_LIMIT;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;
import org.monostack.identity.jooq.tables.records.RegisteredLimitRecord;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.ProjectLimit;
import org.monostack.identity.model.RegisteredLimit;
import org.monostack.platform.database.Transaction;

/** Registered limits and the exceptions from them. Stateless. */
public final class LimitStore implements OfProjects {

    private static final Columns REGISTERED =
            new Columns()
                    .text("id", REGISTERED_LIMIT.ID)
                    .text("service_id", REGISTERED_LIMIT.SERVICE_ID)
                    .text("region_id", REGISTERED_LIMIT.REGION_ID)
                    .text("resource_name", REGISTERED_LIMIT.RESOURCE_NAME);
    private static final Columns LIMITS =
            new Columns()
                    .text("id", PROJECT_LIMIT.ID)
                    .text("project_id", PROJECT_LIMIT.PROJECT_ID)
                    .text("domain_id", PROJECT_LIMIT.DOMAIN_ID)
                    .text("service_id", REGISTERED_LIMIT.SERVICE_ID)
                    .text("region_id", REGISTERED_LIMIT.REGION_ID)
                    .text("resource_name", REGISTERED_LIMIT.RESOURCE_NAME);

    public Optional<RegisteredLimit> registered(Transaction tx, String id) {
        return registered(tx, REGISTERED_LIMIT.ID.eq(id)).stream().findFirst();
    }

    public List<RegisteredLimit> registered(Transaction tx, List<Filter> filters) {
        return registered(tx, REGISTERED.condition(filters));
    }

    private static List<RegisteredLimit> registered(Transaction tx, Condition which) {
        return tx.sql()
                .selectFrom(REGISTERED_LIMIT)
                .where(which)
                .orderBy(REGISTERED_LIMIT.ID)
                .fetch(LimitStore::registered);
    }

    /** Locked, so that it cannot go while exceptions from it are made. */
    public Optional<RegisteredLimit> lock(
            Transaction tx, String serviceId, Optional<String> regionId, String resourceName) {
        return tx.sql()
                .selectFrom(REGISTERED_LIMIT)
                .where(
                        REGISTERED_LIMIT.SERVICE_ID.eq(serviceId),
                        REGISTERED_LIMIT.REGION_ID.eq(regionId.orElse("")),
                        REGISTERED_LIMIT.RESOURCE_NAME.eq(resourceName))
                .forUpdate()
                .fetchOptional(LimitStore::registered);
    }

    /** 409 if there is one for the same resource. */
    public void insert(Transaction tx, RegisteredLimit limit) {
        RegisteredLimitRecord row = tx.sql().newRecord(REGISTERED_LIMIT);
        row.setId(limit.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, limit);
        Rows.unique(() -> conflict("registered_limit"), row::insert);
    }

    public void update(Transaction tx, RegisteredLimit limit) {
        RegisteredLimitRecord row = tx.sql().newRecord(REGISTERED_LIMIT);
        fill(row, limit);
        Rows.unique(
                () -> conflict("registered_limit"),
                () ->
                        tx.sql()
                                .update(REGISTERED_LIMIT)
                                .set(row)
                                .set(REGISTERED_LIMIT.REVISION, REGISTERED_LIMIT.REVISION.plus(1))
                                .where(REGISTERED_LIMIT.ID.eq(limit.id()))
                                .execute());
    }

    private static void fill(RegisteredLimitRecord row, RegisteredLimit limit) {
        row.setServiceId(limit.serviceId());
        row.setRegionId(limit.regionId().orElse(""));
        row.setResourceName(limit.resourceName());
        row.setDefaultLimit(limit.defaultLimit());
        row.setDescription(limit.description().orElse(null));
        row.setUpdatedAt(Rows.now());
    }

    private static String conflict(String what) {
        return "Conflict occurred attempting to store " + what + " - Duplicate entry.";
    }

    public boolean hasExceptions(Transaction tx, String registeredId) {
        return tx.sql()
                .fetchExists(PROJECT_LIMIT, PROJECT_LIMIT.REGISTERED_LIMIT_ID.eq(registeredId));
    }

    public void deleteRegistered(Transaction tx, String id) {
        tx.sql().deleteFrom(REGISTERED_LIMIT).where(REGISTERED_LIMIT.ID.eq(id)).execute();
    }

    /** What is registered for a service, and the exceptions, end with it. */
    public void deleteOfService(Transaction tx, String serviceId) {
        delete(tx, REGISTERED_LIMIT.SERVICE_ID.eq(serviceId));
    }

    /** What is registered for services in a region, and the exceptions, end with it. */
    public void deleteOfRegion(Transaction tx, String regionId) {
        delete(tx, REGISTERED_LIMIT.REGION_ID.eq(regionId));
    }

    private static void delete(Transaction tx, Condition which) {
        List<String> ids =
                tx.sql()
                        .select(REGISTERED_LIMIT.ID)
                        .from(REGISTERED_LIMIT)
                        .where(which)
                        .forUpdate()
                        .fetch(REGISTERED_LIMIT.ID);
        tx.sql()
                .deleteFrom(PROJECT_LIMIT)
                .where(PROJECT_LIMIT.REGISTERED_LIMIT_ID.in(ids))
                .execute();
        tx.sql().deleteFrom(REGISTERED_LIMIT).where(REGISTERED_LIMIT.ID.in(ids)).execute();
    }

    public Optional<ProjectLimit> limit(Transaction tx, String id) {
        return limits(tx, PROJECT_LIMIT.ID.eq(id)).stream().findFirst();
    }

    public List<ProjectLimit> limits(Transaction tx, List<Filter> filters) {
        return limits(tx, LIMITS.condition(filters));
    }

    /** Exceptions from one registered limit, of these projects or domains. */
    public List<ProjectLimit> limits(
            Transaction tx, String registeredId, Collection<String> ownerIds) {
        return limits(
                tx,
                PROJECT_LIMIT
                        .REGISTERED_LIMIT_ID
                        .eq(registeredId)
                        .and(
                                PROJECT_LIMIT
                                        .PROJECT_ID
                                        .in(ownerIds)
                                        .or(PROJECT_LIMIT.DOMAIN_ID.in(ownerIds))));
    }

    private static List<ProjectLimit> limits(Transaction tx, Condition which) {
        return tx.sql()
                .select(PROJECT_LIMIT.fields())
                .select(REGISTERED_LIMIT.fields())
                .from(PROJECT_LIMIT)
                .join(REGISTERED_LIMIT)
                .on(REGISTERED_LIMIT.ID.eq(PROJECT_LIMIT.REGISTERED_LIMIT_ID))
                .where(which)
                .orderBy(PROJECT_LIMIT.ID)
                .fetch(LimitStore::limit);
    }

    /** 409 if the owner has an exception from the same limit. */
    public void insert(Transaction tx, ProjectLimit limit) {
        Rows.unique(
                () -> conflict("limit"),
                () ->
                        tx.sql()
                                .insertInto(PROJECT_LIMIT)
                                .set(PROJECT_LIMIT.ID, limit.id())
                                .set(PROJECT_LIMIT.REGISTERED_LIMIT_ID, limit.registered().id())
                                .set(PROJECT_LIMIT.PROJECT_ID, limit.projectId().orElse(""))
                                .set(PROJECT_LIMIT.DOMAIN_ID, limit.domainId().orElse(""))
                                .set(PROJECT_LIMIT.RESOURCE_LIMIT, limit.amount())
                                .set(PROJECT_LIMIT.DESCRIPTION, limit.description().orElse(null))
                                .set(PROJECT_LIMIT.CREATED_AT, Rows.now())
                                .set(PROJECT_LIMIT.UPDATED_AT, Rows.now())
                                .set(PROJECT_LIMIT.REVISION, 1L)
                                .execute());
    }

    public void update(Transaction tx, ProjectLimit limit) {
        tx.sql()
                .update(PROJECT_LIMIT)
                .set(PROJECT_LIMIT.RESOURCE_LIMIT, limit.amount())
                .set(PROJECT_LIMIT.DESCRIPTION, limit.description().orElse(null))
                .set(PROJECT_LIMIT.UPDATED_AT, Rows.now())
                .set(PROJECT_LIMIT.REVISION, PROJECT_LIMIT.REVISION.plus(1))
                .where(PROJECT_LIMIT.ID.eq(limit.id()))
                .execute();
    }

    public void deleteLimit(Transaction tx, String id) {
        tx.sql().deleteFrom(PROJECT_LIMIT).where(PROJECT_LIMIT.ID.eq(id)).execute();
    }

    @Override
    public void deleteInProjects(Transaction tx, Collection<String> ids) {
        tx.sql()
                .deleteFrom(PROJECT_LIMIT)
                .where(PROJECT_LIMIT.PROJECT_ID.in(ids).or(PROJECT_LIMIT.DOMAIN_ID.in(ids)))
                .execute();
    }

    private static RegisteredLimit registered(Record row) {
        return new RegisteredLimit(
                row.get(REGISTERED_LIMIT.ID),
                row.get(REGISTERED_LIMIT.SERVICE_ID),
                filled(row.get(REGISTERED_LIMIT.REGION_ID)),
                row.get(REGISTERED_LIMIT.RESOURCE_NAME),
                row.get(REGISTERED_LIMIT.DEFAULT_LIMIT),
                Optional.ofNullable(row.get(REGISTERED_LIMIT.DESCRIPTION)));
    }

    private static ProjectLimit limit(Record row) {
        return new ProjectLimit(
                row.get(PROJECT_LIMIT.ID),
                registered(row),
                filled(row.get(PROJECT_LIMIT.PROJECT_ID)),
                filled(row.get(PROJECT_LIMIT.DOMAIN_ID)),
                row.get(PROJECT_LIMIT.RESOURCE_LIMIT),
                Optional.ofNullable(row.get(PROJECT_LIMIT.DESCRIPTION)));
    }

    private static Optional<String> filled(String id) {
        return Optional.of(id).filter(it -> !it.isEmpty());
    }
}
