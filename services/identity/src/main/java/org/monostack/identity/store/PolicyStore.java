package org.monostack.identity.store;

import static org.monostack.identity.jooq.Tables.ENDPOINT;
import static org.monostack.identity.jooq.Tables.POLICY_ASSOCIATION;
import static org.monostack.identity.jooq.Tables.POLICY_DOCUMENT;

import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.monostack.identity.jooq.tables.records.PolicyDocumentRecord;
import org.monostack.identity.model.PolicyDocument;
import org.monostack.identity.model.Selection;
import org.monostack.platform.database.Transaction;

/** Policies kept for others, and what they are for. Stateless. */
public final class PolicyStore {

    private static final Columns COLUMNS =
            new Columns().text("id", POLICY_DOCUMENT.ID).text("type", POLICY_DOCUMENT.TYPE);

    public Optional<PolicyDocument> find(Transaction tx, String id) {
        return tx.sql()
                .selectFrom(POLICY_DOCUMENT)
                .where(POLICY_DOCUMENT.ID.eq(id))
                .fetchOptional(PolicyStore::policy);
    }

    public List<PolicyDocument> list(Transaction tx, Selection selection) {
        return Rows.page(
                        tx.sql(),
                        POLICY_DOCUMENT,
                        POLICY_DOCUMENT.ID,
                        COLUMNS.condition(selection.filters()),
                        selection)
                .stream()
                .map(PolicyStore::policy)
                .toList();
    }

    public void insert(Transaction tx, PolicyDocument policy) {
        PolicyDocumentRecord row = tx.sql().newRecord(POLICY_DOCUMENT);
        row.setId(policy.id());
        row.setCreatedAt(Rows.now());
        row.setRevision(1L);
        fill(row, policy);
        row.insert();
    }

    public void update(Transaction tx, PolicyDocument policy) {
        PolicyDocumentRecord row = tx.sql().newRecord(POLICY_DOCUMENT);
        fill(row, policy);
        tx.sql()
                .update(POLICY_DOCUMENT)
                .set(row)
                .set(POLICY_DOCUMENT.REVISION, POLICY_DOCUMENT.REVISION.plus(1))
                .where(POLICY_DOCUMENT.ID.eq(policy.id()))
                .execute();
    }

    private static void fill(PolicyDocumentRecord row, PolicyDocument policy) {
        row.setType(policy.type());
        row.setContent(policy.blob());
        row.setExtra(policy.extra());
        row.setUpdatedAt(Rows.now());
    }

    public void delete(Transaction tx, String id) {
        tx.sql().deleteFrom(POLICY_DOCUMENT).where(POLICY_DOCUMENT.ID.eq(id)).execute();
    }

    /** What a policy is for: an endpoint, a service, or a service in a region; else empty ids. */
    public record Place(String endpointId, String serviceId, String regionId) {
        private Condition isIt() {
            return POLICY_ASSOCIATION
                    .ENDPOINT_ID
                    .eq(endpointId)
                    .and(POLICY_ASSOCIATION.SERVICE_ID.eq(serviceId))
                    .and(POLICY_ASSOCIATION.REGION_ID.eq(regionId));
        }
    }

    /** The id of the policy that is for exactly this place. */
    public Optional<String> associated(Transaction tx, Place place) {
        return tx.sql()
                .select(POLICY_ASSOCIATION.POLICY_ID)
                .from(POLICY_ASSOCIATION)
                .where(place.isIt())
                .fetchOptional(POLICY_ASSOCIATION.POLICY_ID);
    }

    /** In place of whatever policy was for it. */
    public void associate(Transaction tx, Place place, String policyId) {
        tx.sql()
                .insertInto(POLICY_ASSOCIATION)
                .set(POLICY_ASSOCIATION.ENDPOINT_ID, place.endpointId())
                .set(POLICY_ASSOCIATION.SERVICE_ID, place.serviceId())
                .set(POLICY_ASSOCIATION.REGION_ID, place.regionId())
                .set(POLICY_ASSOCIATION.POLICY_ID, policyId)
                .set(POLICY_ASSOCIATION.CREATED_AT, Rows.now())
                .onDuplicateKeyUpdate()
                .set(POLICY_ASSOCIATION.POLICY_ID, policyId)
                .execute();
    }

    public void dissociate(Transaction tx, Place place) {
        dissociate(tx, place.isIt());
    }

    /** What was for an endpoint ends with it. */
    public void deleteOfEndpoint(Transaction tx, String endpointId) {
        dissociate(tx, POLICY_ASSOCIATION.ENDPOINT_ID.eq(endpointId));
    }

    /** What was for a service, or for one of its endpoints, ends with it. */
    public void deleteOfService(Transaction tx, String serviceId) {
        dissociate(
                tx,
                POLICY_ASSOCIATION
                        .SERVICE_ID
                        .eq(serviceId)
                        .or(
                                POLICY_ASSOCIATION.ENDPOINT_ID.in(
                                        DSL.select(ENDPOINT.ID)
                                                .from(ENDPOINT)
                                                .where(ENDPOINT.SERVICE_ID.eq(serviceId)))));
    }

    /** What was for services in a region ends with it. */
    public void deleteOfRegion(Transaction tx, String regionId) {
        dissociate(tx, POLICY_ASSOCIATION.REGION_ID.eq(regionId));
    }

    private static void dissociate(Transaction tx, Condition which) {
        tx.sql().deleteFrom(POLICY_ASSOCIATION).where(which).execute();
    }

    private static PolicyDocument policy(PolicyDocumentRecord row) {
        return new PolicyDocument(row.getId(), row.getType(), row.getContent(), row.getExtra());
    }
}
