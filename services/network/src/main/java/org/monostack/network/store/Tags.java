package org.monostack.network.store;

import static org.monostack.network.jooq.Tables.RESOURCE_TAG;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The words that users put on resources. */
public final class Tags {
    private Tags() {}

    public static List<String> of(Transaction tx, String resource) {
        return tx.sql()
                .select(RESOURCE_TAG.TAG)
                .from(RESOURCE_TAG)
                .where(RESOURCE_TAG.RESOURCE_ID.eq(resource))
                .orderBy(RESOURCE_TAG.TAG)
                .fetch(RESOURCE_TAG.TAG);
    }

    /** Makes these the resource's only tags. */
    public static void replace(Transaction tx, String resource, List<String> tags) {
        tx.sql().deleteFrom(RESOURCE_TAG).where(RESOURCE_TAG.RESOURCE_ID.eq(resource)).execute();
        add(tx, resource, tags);
    }

    public static void add(Transaction tx, String resource, List<String> tags) {
        for (String tag : new LinkedHashSet<>(tags)) {
            tx.sql()
                    .insertInto(RESOURCE_TAG, RESOURCE_TAG.RESOURCE_ID, RESOURCE_TAG.TAG)
                    .values(resource, tag)
                    .onDuplicateKeyIgnore()
                    .execute();
        }
    }

    /** Whether it was there. */
    public static boolean remove(Transaction tx, String resource, String tag) {
        return tx.sql()
                        .deleteFrom(RESOURCE_TAG)
                        .where(RESOURCE_TAG.RESOURCE_ID.eq(resource), RESOURCE_TAG.TAG.eq(tag))
                        .execute()
                > 0;
    }

    /** Sets the attribute {@code tags} of views that have an id. */
    public static void decorate(Transaction tx, List<ObjectNode> views) {
        List<String> ids = views.stream().map(view -> view.path("id").stringValue()).toList();
        Map<String, List<String>> tags =
                tx.sql()
                        .select(RESOURCE_TAG.RESOURCE_ID, RESOURCE_TAG.TAG)
                        .from(RESOURCE_TAG)
                        .where(RESOURCE_TAG.RESOURCE_ID.in(ids))
                        .orderBy(RESOURCE_TAG.TAG)
                        .fetchGroups(RESOURCE_TAG.RESOURCE_ID, RESOURCE_TAG.TAG);
        for (ObjectNode view : views) {
            view.set(
                    "tags",
                    Json.strings(tags.getOrDefault(view.path("id").stringValue(), List.of())));
        }
    }

    /**
     * What a list's tag filter demands.
     *
     * @param name tags (all of them), tags-any, not-tags or not-tags-any
     */
    public static Condition filter(Field<String> id, String name, List<String> values) {
        Set<String> wanted = new LinkedHashSet<>();
        values.forEach(value -> wanted.addAll(List.of(value.split(","))));
        List<Condition> each = new ArrayList<>();
        for (String tag : wanted) {
            each.add(
                    DSL.exists(
                            DSL.selectOne()
                                    .from(RESOURCE_TAG)
                                    .where(
                                            RESOURCE_TAG.RESOURCE_ID.eq(id),
                                            RESOURCE_TAG.TAG.eq(tag))));
        }
        Condition condition = name.endsWith("-any") ? DSL.or(each) : DSL.and(each);
        return name.startsWith("not-") ? DSL.not(condition) : condition;
    }
}
