package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ENDPOINT;
import static org.monostack.identity.jooq.Tables.REGION;
import static org.monostack.identity.jooq.Tables.SERVICE;

import java.util.List;
import java.util.Optional;
import org.monostack.identity.jooq.tables.records.EndpointRecord;
import org.monostack.identity.jooq.tables.records.RegionRecord;
import org.monostack.identity.jooq.tables.records.ServiceRecord;
import org.monostack.identity.model.Endpoint;
import org.monostack.identity.model.Region;
import org.monostack.identity.model.Selection;
import org.monostack.identity.model.Service;
import org.monostack.platform.database.Transaction;

/** Regions, services and endpoints. Stateless. */
public final class CatalogStore {

    private static final Columns REGIONS =
            new Columns().text("id", REGION.ID).text("parent_region_id", REGION.PARENT_REGION_ID);

    private static final Columns SERVICES =
            new Columns()
                    .text("id", SERVICE.ID)
                    .text("type", SERVICE.TYPE)
                    .text("name", SERVICE.NAME)
                    .flag("enabled", SERVICE.ENABLED);

    private static final Columns ENDPOINTS =
            new Columns()
                    .text("id", ENDPOINT.ID)
                    .text("interface", ENDPOINT.KIND)
                    .text("service_id", ENDPOINT.SERVICE_ID)
                    .text("region_id", ENDPOINT.REGION_ID)
                    .text("region", ENDPOINT.REGION_ID)
                    .flag("enabled", ENDPOINT.ENABLED);

    public Optional<Region> region(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(REGION)
                .where(REGION.ID.eq(id))
                .fetchOptional(CatalogStore::region);
    }

    public List<Region> regions(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        REGION,
                        REGION.ID,
                        REGIONS.condition(selection.filters()),
                        selection)
                .stream()
                .map(CatalogStore::region)
                .toList();
    }

    public boolean hasChildren(Transaction tx, String regionId) {
        return tx.sql().fetchExists(REGION, REGION.PARENT_REGION_ID.eq(regionId));
    }

    public boolean hasEndpoints(Transaction tx, String regionId) {
        return tx.sql().fetchExists(ENDPOINT, ENDPOINT.REGION_ID.eq(regionId));
    }

    /** 409 if the id is taken. */
    public void insert(Transaction tx, Region region) {
        RegionRecord row = tx.sql().newRecord(REGION);
        row.setId(region.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, region);
        Rows.unique(
                () ->
                        "Conflict occurred attempting to store region - Duplicate ID, "
                                + region.id()
                                + ".",
                row::insert);
    }

    public void update(Transaction tx, Region region) {
        RegionRecord row = tx.sql().newRecord(REGION);
        fill(row, region);
        tx.sql()
                .update(REGION)
                .set(row)
                .set(REGION.REVISION, REGION.REVISION.plus(1))
                .where(REGION.ID.eq(region.id()))
                .execute();
    }

    private static void fill(RegionRecord row, Region region) {
        row.setDescription(region.description());
        row.setParentRegionId(region.parentRegionId().orElse(null));
        row.setExtra(region.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void deleteRegion(Transaction tx, String id) {
        tx.sql().deleteFrom(REGION).where(REGION.ID.eq(id)).execute();
    }

    /** The public address of a type of service, of the region that comes first. */
    public Optional<String> publicAddress(Transaction tx, String type) {
        return tx.sql()
                .select(ENDPOINT.URL)
                .from(ENDPOINT)
                .join(SERVICE)
                .on(SERVICE.ID.eq(ENDPOINT.SERVICE_ID))
                .where(SERVICE.TYPE.eq(type))
                .and(ENDPOINT.KIND.eq("public"))
                .and(ENDPOINT.ENABLED.isTrue())
                .and(SERVICE.ENABLED.isTrue())
                .orderBy(ENDPOINT.REGION_ID, ENDPOINT.ID)
                .limit(1)
                .fetchOptional(ENDPOINT.URL);
    }

    public Optional<Service> service(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(SERVICE)
                .where(SERVICE.ID.eq(id))
                .fetchOptional(CatalogStore::service);
    }

    public List<Service> services(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        SERVICE,
                        SERVICE.ID,
                        SERVICES.condition(selection.filters()),
                        selection)
                .stream()
                .map(CatalogStore::service)
                .toList();
    }

    public void insert(Transaction tx, Service service) {
        ServiceRecord row = tx.sql().newRecord(SERVICE);
        row.setId(service.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, service);
        row.insert();
    }

    public void update(Transaction tx, Service service) {
        ServiceRecord row = tx.sql().newRecord(SERVICE);
        fill(row, service);
        tx.sql()
                .update(SERVICE)
                .set(row)
                .set(SERVICE.REVISION, SERVICE.REVISION.plus(1))
                .where(SERVICE.ID.eq(service.id()))
                .execute();
    }

    private static void fill(ServiceRecord row, Service service) {
        row.setType(service.type());
        row.setName(service.name().orElse(null));
        row.setDescription(service.description().orElse(null));
        row.setEnabled(service.enabled());
        row.setExtra(service.extra());
        row.setUpdatedAt(Rows.now());
    }

    /** With its endpoints. */
    public void deleteService(Transaction tx, String id) {
        tx.sql().deleteFrom(SERVICE).where(SERVICE.ID.eq(id)).execute();
    }

    public Optional<Endpoint> endpoint(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(ENDPOINT)
                .where(ENDPOINT.ID.eq(id))
                .fetchOptional(CatalogStore::endpoint);
    }

    public List<Endpoint> endpoints(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        ENDPOINT,
                        ENDPOINT.ID,
                        ENDPOINTS.condition(selection.filters()),
                        selection)
                .stream()
                .map(CatalogStore::endpoint)
                .toList();
    }

    public void insert(Transaction tx, Endpoint endpoint) {
        EndpointRecord row = tx.sql().newRecord(ENDPOINT);
        row.setId(endpoint.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, endpoint);
        row.insert();
    }

    public void update(Transaction tx, Endpoint endpoint) {
        EndpointRecord row = tx.sql().newRecord(ENDPOINT);
        fill(row, endpoint);
        tx.sql()
                .update(ENDPOINT)
                .set(row)
                .set(ENDPOINT.REVISION, ENDPOINT.REVISION.plus(1))
                .where(ENDPOINT.ID.eq(endpoint.id()))
                .execute();
    }

    private static void fill(EndpointRecord row, Endpoint endpoint) {
        row.setServiceId(endpoint.serviceId());
        row.setKind(endpoint.kind());
        row.setRegionId(endpoint.regionId().orElse(null));
        row.setUrl(endpoint.url());
        row.setEnabled(endpoint.enabled());
        row.setExtra(endpoint.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void deleteEndpoint(Transaction tx, String id) {
        tx.sql().deleteFrom(ENDPOINT).where(ENDPOINT.ID.eq(id)).execute();
    }

    private static Region region(RegionRecord row) {
        return new Region(
                row.getId(),
                row.getDescription(),
                Optional.ofNullable(row.getParentRegionId()),
                row.getExtra());
    }

    private static Service service(ServiceRecord row) {
        return new Service(
                row.getId(),
                row.getType(),
                Optional.ofNullable(row.getName()),
                Optional.ofNullable(row.getDescription()),
                row.getEnabled(),
                row.getExtra());
    }

    private static Endpoint endpoint(EndpointRecord row) {
        return new Endpoint(
                row.getId(),
                row.getServiceId(),
                row.getKind(),
                Optional.ofNullable(row.getRegionId()),
                row.getUrl(),
                row.getEnabled(),
                row.getExtra());
    }
}
