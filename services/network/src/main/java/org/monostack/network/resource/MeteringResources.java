package org.monostack.network.resource;

import static org.monostack.network.jooq.Tables.METERING_LABEL;
import static org.monostack.network.jooq.Tables.METERING_LABEL_RULE;

import org.monostack.network.jooq.tables.records.MeteringLabelRecord;
import org.monostack.network.jooq.tables.records.MeteringLabelRuleRecord;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;

/** Metering labels and their rules: kept for those who read them; nothing is measured yet. */
final class MeteringResources {
    private MeteringResources() {}

    static final class Labels implements Resource<MeteringLabelRecord> {
        private final ResourceType<MeteringLabelRecord> type =
                ResourceType.of(
                                "metering_label",
                                "metering/metering-labels",
                                "MeteringLabel",
                                METERING_LABEL)
                        .plural("metering_labels")
                        .named()
                        .with(
                                Attribute.of("shared")
                                        .in(METERING_LABEL.SHARED)
                                        .creatable(Kind.flag())
                                        .or(false))
                        .build();

        @Override
        public ResourceType<MeteringLabelRecord> type() {
            return type;
        }

        @Override
        public void create(Transaction tx, Scope scope, MeteringLabelRecord row, Values values) {
            row.insert();
        }

        @Override
        public void update(
                Transaction tx,
                Scope scope,
                MeteringLabelRecord row,
                MeteringLabelRecord before,
                Values values) {
            throw fixed();
        }

        @Override
        public void delete(Transaction tx, Scope scope, MeteringLabelRecord row) {
            row.delete();
        }
    }

    static final class Rules implements Resource<MeteringLabelRuleRecord> {
        private final ResourceType<MeteringLabelRuleRecord> type =
                ResourceType.of(
                                "metering_label_rule",
                                "metering/metering-label-rules",
                                "MeteringLabelRule",
                                METERING_LABEL_RULE)
                        .plural("metering_label_rules")
                        .with(
                                Attribute.of("metering_label_id")
                                        .in(METERING_LABEL_RULE.METERING_LABEL_ID)
                                        .creatable(Kind.uuid())
                                        .mandatory(),
                                Attribute.of("direction")
                                        .in(METERING_LABEL_RULE.DIRECTION)
                                        .creatable(Kind.oneOf("ingress", "egress"))
                                        .or("ingress"),
                                Attribute.of("excluded")
                                        .in(METERING_LABEL_RULE.EXCLUDED)
                                        .creatable(Kind.flag())
                                        .or(false),
                                Attribute.of("remote_ip_prefix")
                                        .in(METERING_LABEL_RULE.REMOTE_IP_PREFIX)
                                        .creatable(Kind.orNull(Kind.cidr()))
                                        .orNull(),
                                Attribute.of("source_ip_prefix")
                                        .in(METERING_LABEL_RULE.SOURCE_IP_PREFIX)
                                        .creatable(Kind.orNull(Kind.cidr()))
                                        .orNull(),
                                Attribute.of("destination_ip_prefix")
                                        .in(METERING_LABEL_RULE.DESTINATION_IP_PREFIX)
                                        .creatable(Kind.orNull(Kind.cidr()))
                                        .orNull())
                        .build();

        @Override
        public ResourceType<MeteringLabelRuleRecord> type() {
            return type;
        }

        @Override
        public void create(
                Transaction tx, Scope scope, MeteringLabelRuleRecord row, Values values) {
            if (tx.sql()
                            .selectFrom(METERING_LABEL)
                            .where(METERING_LABEL.ID.eq(row.getMeteringLabelId()))
                            .forShare()
                            .fetchOne()
                    == null) {
                throw NetworkErrors.notFound("MeteringLabel", row.getMeteringLabelId());
            }
            boolean remote = row.getRemoteIpPrefix() != null;
            boolean exact = row.getSourceIpPrefix() != null || row.getDestinationIpPrefix() != null;
            if (remote == exact) {
                throw NetworkErrors.badRequest(
                        "HTTPBadRequest",
                        "A rule needs either remote_ip_prefix, or source_ip_prefix and"
                                + " destination_ip_prefix.");
            }
            row.insert();
        }

        @Override
        public void update(
                Transaction tx,
                Scope scope,
                MeteringLabelRuleRecord row,
                MeteringLabelRuleRecord before,
                Values values) {
            throw fixed();
        }

        @Override
        public void delete(Transaction tx, Scope scope, MeteringLabelRuleRecord row) {
            row.delete();
        }
    }

    private static ApiException fixed() {
        return ApiException.badRequest("Metering labels and their rules cannot be changed.")
                .type("HTTPBadRequest");
    }
}
