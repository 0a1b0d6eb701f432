package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.FEDERATION_MAPPING;
import static org.monostack.identity.jooq.Tables.FEDERATION_PROTOCOL;
import static org.monostack.identity.jooq.Tables.IDENTITY_PROVIDER;
import static org.monostack.identity.jooq.Tables.IDENTITY_PROVIDER_REMOTE;
import static org.monostack.identity.jooq.Tables.SERVICE_PROVIDER;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;
import org.monostack.identity.jooq.tables.records.FederationMappingRecord;
import org.monostack.identity.jooq.tables.records.FederationProtocolRecord;
import org.monostack.identity.jooq.tables.records.IdentityProviderRecord;
import org.monostack.identity.jooq.tables.records.ServiceProviderRecord;
import org.monostack.identity.model.FederatedBy;
import org.monostack.identity.model.Federation.IdentityProvider;
import org.monostack.identity.model.Federation.MappingRules;
import org.monostack.identity.model.Federation.Protocol;
import org.monostack.identity.model.Federation.ServiceProvider;
import org.monostack.identity.model.Filter;
import org.monostack.platform.database.Transaction;

/** Identity providers with their protocols, mappings, and service providers. Stateless. */
public final class FederationStore implements OfProjects {

    private static final Columns PROVIDERS =
            new Columns()
                    .text("id", IDENTITY_PROVIDER.ID)
                    .text("domain_id", IDENTITY_PROVIDER.DOMAIN_ID)
                    .flag("enabled", IDENTITY_PROVIDER.ENABLED);
    private static final Columns SERVICES =
            new Columns().text("id", SERVICE_PROVIDER.ID).flag("enabled", SERVICE_PROVIDER.ENABLED);

    public Optional<IdentityProvider> provider(Transaction tx, String id) {
        return providers(tx, IDENTITY_PROVIDER.ID.eq(id)).stream().findFirst();
    }

    public List<IdentityProvider> providers(Transaction tx, List<Filter> filters) {
        return providers(tx, PROVIDERS.condition(filters));
    }

    private static List<IdentityProvider> providers(Transaction tx, Condition which) {
        List<IdentityProviderRecord> rows =
                tx.sql()
                        .selectFrom(IDENTITY_PROVIDER)
                        .where(which)
                        .orderBy(IDENTITY_PROVIDER.ID)
                        .fetch();
        Map<String, List<String>> remotes =
                tx.sql()
                        .selectFrom(IDENTITY_PROVIDER_REMOTE)
                        .where(
                                IDENTITY_PROVIDER_REMOTE.IDENTITY_PROVIDER_ID.in(
                                        rows.stream().map(IdentityProviderRecord::getId).toList()))
                        .orderBy(IDENTITY_PROVIDER_REMOTE.REMOTE_ID)
                        .fetchGroups(
                                IDENTITY_PROVIDER_REMOTE.IDENTITY_PROVIDER_ID,
                                IDENTITY_PROVIDER_REMOTE.REMOTE_ID);
        return rows.stream()
                .map(row -> provider(row, remotes.getOrDefault(row.getId(), List.of())))
                .toList();
    }

    private static IdentityProvider provider(IdentityProviderRecord row, List<String> remotes) {
        @Nullable Integer minutes = row.getAuthorizationTtl();
        return new IdentityProvider(
                row.getId(),
                row.getDomainId(),
                row.getEnabled(),
                Optional.ofNullable(row.getDescription()),
                remotes,
                minutes == null ? OptionalInt.empty() : OptionalInt.of(minutes));
    }

    /** 409 if the id, or one of its names, is taken. */
    public void insert(Transaction tx, IdentityProvider provider) {
        IdentityProviderRecord row = tx.sql().newRecord(IDENTITY_PROVIDER);
        row.setId(provider.id());
        row.setDomainId(provider.domainId());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, provider);
        Rows.unique(() -> conflict("identity_provider", provider.id()), row::insert);
        insertRemotes(tx, provider);
    }

    public void update(Transaction tx, IdentityProvider provider) {
        IdentityProviderRecord row = tx.sql().newRecord(IDENTITY_PROVIDER);
        fill(row, provider);
        tx.sql()
                .update(IDENTITY_PROVIDER)
                .set(row)
                .set(IDENTITY_PROVIDER.REVISION, IDENTITY_PROVIDER.REVISION.plus(1))
                .where(IDENTITY_PROVIDER.ID.eq(provider.id()))
                .execute();
        tx.sql()
                .deleteFrom(IDENTITY_PROVIDER_REMOTE)
                .where(IDENTITY_PROVIDER_REMOTE.IDENTITY_PROVIDER_ID.eq(provider.id()))
                .execute();
        insertRemotes(tx, provider);
    }

    private static void insertRemotes(Transaction tx, IdentityProvider provider) {
        for (String remote : provider.remoteIds()) {
            Rows.unique(
                    () -> conflict("remote_id", remote),
                    () ->
                            tx.sql()
                                    .insertInto(IDENTITY_PROVIDER_REMOTE)
                                    .set(IDENTITY_PROVIDER_REMOTE.REMOTE_ID, remote)
                                    .set(
                                            IDENTITY_PROVIDER_REMOTE.IDENTITY_PROVIDER_ID,
                                            provider.id())
                                    .execute());
        }
    }

    private static void fill(IdentityProviderRecord row, IdentityProvider provider) {
        row.setEnabled(provider.enabled());
        row.setDescription(provider.description().orElse(null));
        row.setAuthorizationTtl(
                provider.authorizationTtl().isPresent()
                        ? provider.authorizationTtl().getAsInt()
                        : null);
        row.setUpdatedAt(Rows.now());
    }

    /** Whether the word of this provider counts. */
    public boolean vouches(Transaction tx, String id) {
        return tx.sql()
                .fetchExists(
                        IDENTITY_PROVIDER,
                        IDENTITY_PROVIDER.ID.eq(id).and(IDENTITY_PROVIDER.ENABLED.isTrue()));
    }

    /** With its protocols. */
    public void deleteProvider(Transaction tx, String id) {
        tx.sql().deleteFrom(IDENTITY_PROVIDER).where(IDENTITY_PROVIDER.ID.eq(id)).execute();
    }

    /** Those of the domains. */
    @Override
    public void deleteInProjects(Transaction tx, Collection<String> domainIds) {
        tx.sql()
                .deleteFrom(IDENTITY_PROVIDER)
                .where(IDENTITY_PROVIDER.DOMAIN_ID.in(domainIds))
                .execute();
    }

    public Optional<Protocol> protocol(Transaction tx, String providerId, String id) {
        return protocols(tx, providerId).stream().filter(it -> it.id().equals(id)).findFirst();
    }

    /** Whether a protocol is there; it stays until this transaction ends. */
    public boolean keepsProtocol(Transaction tx, FederatedBy by) {
        return tx.sql()
                .select(FEDERATION_PROTOCOL.ID)
                .from(FEDERATION_PROTOCOL)
                .where(
                        FEDERATION_PROTOCOL.IDENTITY_PROVIDER_ID.eq(by.providerId()),
                        FEDERATION_PROTOCOL.ID.eq(by.protocolId()))
                .forShare()
                .fetchOptional()
                .isPresent();
    }

    public List<Protocol> protocols(Transaction tx, String providerId) {
        return tx.sql()
                .selectFrom(FEDERATION_PROTOCOL)
                .where(FEDERATION_PROTOCOL.IDENTITY_PROVIDER_ID.eq(providerId))
                .orderBy(FEDERATION_PROTOCOL.ID)
                .fetch(row ->
                        new Protocol(
                                row.getIdentityProviderId(),
                                row.getId(),
                                row.getMappingId(),
                                Optional.ofNullable(row.getRemoteIdAttribute())));
    }

    public void insert(Transaction tx, Protocol protocol) {
        FederationProtocolRecord row = tx.sql().newRecord(FEDERATION_PROTOCOL);
        row.setIdentityProviderId(protocol.providerId());
        row.setId(protocol.id());
        row.setMappingId(protocol.mappingId());
        row.setRemoteIdAttribute(protocol.remoteIdAttribute().orElse(null));
        row.setCreatedAt(Rows.now());
        row.setUpdatedAt(Rows.now());
        row.setRevision(1L);
        Rows.unique(() -> conflict("federation_protocol", protocol.id()), row::insert);
    }

    public void update(Transaction tx, Protocol protocol) {
        tx.sql()
                .update(FEDERATION_PROTOCOL)
                .set(FEDERATION_PROTOCOL.MAPPING_ID, protocol.mappingId())
                .set(
                        FEDERATION_PROTOCOL.REMOTE_ID_ATTRIBUTE,
                        protocol.remoteIdAttribute().orElse(null))
                .set(FEDERATION_PROTOCOL.UPDATED_AT, Rows.now())
                .set(FEDERATION_PROTOCOL.REVISION, FEDERATION_PROTOCOL.REVISION.plus(1))
                .where(
                        FEDERATION_PROTOCOL.IDENTITY_PROVIDER_ID.eq(protocol.providerId()),
                        FEDERATION_PROTOCOL.ID.eq(protocol.id()))
                .execute();
    }

    public void deleteProtocol(Transaction tx, String providerId, String id) {
        tx.sql()
                .deleteFrom(FEDERATION_PROTOCOL)
                .where(
                        FEDERATION_PROTOCOL.IDENTITY_PROVIDER_ID.eq(providerId),
                        FEDERATION_PROTOCOL.ID.eq(id))
                .execute();
    }

    public Optional<MappingRules> mapping(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(FEDERATION_MAPPING)
                .where(FEDERATION_MAPPING.ID.eq(id))
                .fetchOptional(FederationStore::mapping);
    }

    public List<MappingRules> mappings(Transaction tx) {
        return tx.sql()
                .selectFrom(FEDERATION_MAPPING)
                .orderBy(FEDERATION_MAPPING.ID)
                .fetch(FederationStore::mapping);
    }

    private static MappingRules mapping(FederationMappingRecord row) {
        return new MappingRules(row.getId(), row.getRules(), row.getSchemaVersion());
    }

    public void insert(Transaction tx, MappingRules mapping) {
        FederationMappingRecord row = tx.sql().newRecord(FEDERATION_MAPPING);
        row.setId(mapping.id());
        row.setRules(mapping.rules());
        row.setSchemaVersion(mapping.schemaVersion());
        row.setCreatedAt(Rows.now());
        row.setUpdatedAt(Rows.now());
        row.setRevision(1L);
        Rows.unique(() -> conflict("mapping", mapping.id()), row::insert);
    }

    public void update(Transaction tx, MappingRules mapping) {
        tx.sql()
                .update(FEDERATION_MAPPING)
                .set(FEDERATION_MAPPING.RULES, mapping.rules())
                .set(FEDERATION_MAPPING.SCHEMA_VERSION, mapping.schemaVersion())
                .set(FEDERATION_MAPPING.UPDATED_AT, Rows.now())
                .set(FEDERATION_MAPPING.REVISION, FEDERATION_MAPPING.REVISION.plus(1))
                .where(FEDERATION_MAPPING.ID.eq(mapping.id()))
                .execute();
    }

    public void deleteMapping(Transaction tx, String id) {
        tx.sql().deleteFrom(FEDERATION_MAPPING).where(FEDERATION_MAPPING.ID.eq(id)).execute();
    }

    public Optional<ServiceProvider> serviceProvider(Transaction tx, String id) {
        return services(tx, SERVICE_PROVIDER.ID.eq(id)).stream().findFirst();
    }

    public List<ServiceProvider> serviceProviders(Transaction tx, List<Filter> filters) {
        return services(tx, SERVICES.condition(filters));
    }

    private static List<ServiceProvider> services(Transaction tx, Condition which) {
        return tx.sql()
                .selectFrom(SERVICE_PROVIDER)
                .where(which)
                .orderBy(SERVICE_PROVIDER.ID)
                .fetch(row ->
                        new ServiceProvider(
                                row.getId(),
                                row.getAuthUrl(),
                                row.getSpUrl(),
                                row.getEnabled(),
                                Optional.ofNullable(row.getDescription()),
                                row.getRelayStatePrefix()));
    }

    public void insert(Transaction tx, ServiceProvider provider) {
        ServiceProviderRecord row = tx.sql().newRecord(SERVICE_PROVIDER);
        row.setId(provider.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, provider);
        Rows.unique(() -> conflict("service_provider", provider.id()), row::insert);
    }

    public void update(Transaction tx, ServiceProvider provider) {
        ServiceProviderRecord row = tx.sql().newRecord(SERVICE_PROVIDER);
        fill(row, provider);
        tx.sql()
                .update(SERVICE_PROVIDER)
                .set(row)
                .set(SERVICE_PROVIDER.REVISION, SERVICE_PROVIDER.REVISION.plus(1))
                .where(SERVICE_PROVIDER.ID.eq(provider.id()))
                .execute();
    }

    private static void fill(ServiceProviderRecord row, ServiceProvider provider) {
        row.setAuthUrl(provider.authUrl());
        row.setSpUrl(provider.spUrl());
        row.setEnabled(provider.enabled());
        row.setDescription(provider.description().orElse(null));
        row.setRelayStatePrefix(provider.relayStatePrefix());
        row.setUpdatedAt(Rows.now());
    }

    public void deleteServiceProvider(Transaction tx, String id) {
        tx.sql().deleteFrom(SERVICE_PROVIDER).where(SERVICE_PROVIDER.ID.eq(id)).execute();
    }

    private static String conflict(String what, String id) {
        return "Conflict occurred attempting to store "
                + what
                + " - Duplicate entry found with ID "
                + id
                + ".";
    }
}
