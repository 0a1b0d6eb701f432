package org.monostack.image.store;

import static org.jooq.impl.DSL.and;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.selectOne;
import static org.monostack.image.jooq.Tables.IMAGE_;
import static org.monostack.image.jooq.Tables.IMAGE_MEMBER;
import static org.monostack.image.jooq.Tables.IMAGE_PROPERTY;
import static org.monostack.image.jooq.Tables.IMAGE_TAG;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;
import org.monostack.image.jooq.tables.records.ImageRecord;
import org.monostack.image.model.Image;
import org.monostack.image.model.ImageFilter;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;

/**
 * Lists of images: who sees what, filters, order and pages, all in one query on indexed columns.
 */
public final class ImageList {
    private static final Map<String, TableField<ImageRecord, String>> TEXTS =
            Map.of(
                    "id", IMAGE_.ID,
                    "name", IMAGE_.NAME,
                    "status", IMAGE_.STATUS,
                    "disk_format", IMAGE_.DISK_FORMAT,
                    "container_format", IMAGE_.CONTAINER_FORMAT,
                    "owner", IMAGE_.OWNER,
                    "checksum", IMAGE_.CHECKSUM,
                    "os_hash_value", IMAGE_.OS_HASH_VALUE,
                    "os_hash_algo", IMAGE_.OS_HASH_ALGO);

    private static final Map<String, TableField<ImageRecord, ?>> SORTABLE =
            Map.of(
                    "name", IMAGE_.NAME,
                    "status", IMAGE_.STATUS,
                    "container_format", IMAGE_.CONTAINER_FORMAT,
                    "disk_format", IMAGE_.DISK_FORMAT,
                    "size", IMAGE_.SIZE,
                    "id", IMAGE_.ID,
                    "created_at", IMAGE_.CREATED_AT,
                    "updated_at", IMAGE_.UPDATED_AT);

    private final ImageStore images;

    public ImageList(ImageStore images) {
        this.images = images;
    }

    /** The attributes that {@link ImageFilter#anyOf} may name. */
    public static boolean isText(String attribute) {
        return TEXTS.containsKey(attribute);
    }

    /** One page; at most the filter's limit. */
    public List<Image> page(Transaction tx, ImageFilter filter) {
        if (filter.limit() == 0) {
            return List.of();
        }
        Condition condition = visible(filter).and(matching(filter));
        if (filter.marker().isPresent()) {
            ImageRecord marker =
                    tx.sql()
                            .selectFrom(IMAGE_)
                            .where(IMAGE_.ID.eq(filter.marker().get().toString()))
                            .fetchOptional()
                            .orElse(null);
            condition =
                    marker == null
                            ? falseCondition()
                            : condition.and(after(marker, withId(filter.order())));
        }
        List<SortField<?>> order = new ArrayList<>();
        for (ImageFilter.SortKey key : withId(filter.order())) {
            Field<?> field = sortable(key.attribute());
            order.add(key.ascending() ? field.asc() : field.desc());
        }
        return images.withDetails(
                tx,
                tx.sql()
                        .selectFrom(IMAGE_)
                        .where(condition)
                        .orderBy(order)
                        .limit(filter.limit())
                        .fetch());
    }

    private static TableField<ImageRecord, ?> sortable(String attribute) {
        TableField<ImageRecord, ?> field = SORTABLE.get(attribute);
        if (field == null) {
            throw new IllegalArgumentException(attribute);
        }
        return field;
    }

    /** The order made total: equal images are told apart by their time of creation and their id. */
    private static List<ImageFilter.SortKey> withId(List<ImageFilter.SortKey> order) {
        List<ImageFilter.SortKey> total = new ArrayList<>(order);
        boolean ascending = order.getFirst().ascending();
        for (String attribute : List.of("created_at", "id")) {
            if (total.stream().noneMatch(key -> key.attribute().equals(attribute))) {
                total.add(new ImageFilter.SortKey(attribute, ascending));
            }
        }
        return total;
    }

    /** What comes after the marker in this order. Nulls are the smallest, as in MariaDB's sort. */
    private static Condition after(ImageRecord marker, List<ImageFilter.SortKey> order) {
        List<Condition> alternatives = new ArrayList<>();
        Condition equalSoFar = noCondition();
        for (ImageFilter.SortKey key : order) {
            alternatives.add(equalSoFar.and(beyond(marker, sortable(key.attribute()), key)));
            equalSoFar = equalSoFar.and(same(marker, sortable(key.attribute())));
        }
        return or(alternatives);
    }

    private static <T> Condition beyond(
            ImageRecord marker, TableField<ImageRecord, T> field, ImageFilter.SortKey key) {
        @Nullable T value = marker.get(field);
        if (value == null) {
            return key.ascending() ? field.isNotNull() : falseCondition();
        }
        return key.ascending() ? field.gt(value) : field.lt(value).or(field.isNull());
    }

    private static <T> Condition same(ImageRecord marker, TableField<ImageRecord, T> field) {
        @Nullable T value = marker.get(field);
        return value == null ? field.isNull() : field.eq(value);
    }

    private static Condition visible(ImageFilter filter) {
        Optional<String> wanted = filter.visibility().filter(value -> !value.equals("all"));
        Condition ofVisibility = wanted.map(IMAGE_.VISIBILITY::eq).orElse(noCondition());
        if (filter.viewer().all()) {
            return ofVisibility;
        }
        Condition seen = IMAGE_.VISIBILITY.eq("public");
        // Other projects' community images show only when they are asked for.
        if (filter.visibility().isPresent()) {
            seen = seen.or(IMAGE_.VISIBILITY.eq("community"));
        }
        Optional<String> project = filter.viewer().project();
        if (project.isPresent()) {
            Condition offered =
                    IMAGE_MEMBER.IMAGE_ID.eq(IMAGE_.ID).and(IMAGE_MEMBER.MEMBER.eq(project.get()));
            if (!filter.memberStatus().equals("all")) {
                offered = offered.and(IMAGE_MEMBER.STATUS.eq(filter.memberStatus()));
            }
            seen =
                    seen.or(IMAGE_.OWNER.eq(project.get()))
                            .or(
                                    IMAGE_.VISIBILITY
                                            .eq("shared")
                                            .and(
                                                    exists(
                                                            selectOne()
                                                                    .from(IMAGE_MEMBER)
                                                                    .where(offered))));
        }
        return and(ofVisibility, seen);
    }

    private static Condition matching(ImageFilter filter) {
        Condition condition = IMAGE_.HIDDEN.eq(filter.hidden());
        for (Map.Entry<String, List<String>> entry : filter.anyOf().entrySet()) {
            TableField<ImageRecord, String> field = TEXTS.get(entry.getKey());
            if (field == null) {
                throw new IllegalArgumentException(entry.getKey());
            }
            condition = condition.and(field.in(entry.getValue()));
        }
        if (filter.isProtected().isPresent()) {
            condition = condition.and(IMAGE_.PROTECTED.eq(filter.isProtected().get()));
        }
        for (ImageFilter.SizeBound bound : filter.sizes()) {
            Field<Long> field =
                    switch (bound.attribute()) {
                        case "size" -> IMAGE_.SIZE;
                        case "min_ram" -> IMAGE_.MIN_RAM.cast(Long.class);
                        case "min_disk" -> IMAGE_.MIN_DISK.cast(Long.class);
                        default -> throw new IllegalArgumentException(bound.attribute());
                    };
            condition = condition.and(compare(field, bound.operator(), bound.value()));
        }
        for (ImageFilter.TimeBound bound : filter.times()) {
            Field<LocalDateTime> field =
                    bound.attribute().equals("created_at") ? IMAGE_.CREATED_AT : IMAGE_.UPDATED_AT;
            condition = condition.and(compareSeconds(field, bound));
        }
        for (String tag : filter.tags()) {
            condition =
                    condition.and(
                            exists(
                                    selectOne()
                                            .from(IMAGE_TAG)
                                            .where(IMAGE_TAG.IMAGE_ID.eq(IMAGE_.ID))
                                            .and(IMAGE_TAG.TAG.eq(tag))));
        }
        for (Map.Entry<String, String> property : filter.properties().entrySet()) {
            condition =
                    condition.and(
                            exists(
                                    selectOne()
                                            .from(IMAGE_PROPERTY)
                                            .where(IMAGE_PROPERTY.IMAGE_ID.eq(IMAGE_.ID))
                                            .and(IMAGE_PROPERTY.NAME.eq(property.getKey()))
                                            .and(IMAGE_PROPERTY.VALUE.eq(property.getValue()))));
        }
        return condition;
    }

    /** Clients see whole seconds, so a condition on a second means all of it. */
    private static Condition compareSeconds(
            Field<LocalDateTime> field, ImageFilter.TimeBound bound) {
        LocalDateTime second = Times.toDb(bound.value()).withNano(0);
        LocalDateTime next = second.plusSeconds(1);
        return switch (bound.operator()) {
            case "eq" -> field.ge(second).and(field.lt(next));
            case "neq" -> field.lt(second).or(field.ge(next));
            case "gt" -> field.ge(next);
            case "gte" -> field.ge(second);
            case "lt" -> field.lt(second);
            case "lte" -> field.lt(next);
            default -> throw new IllegalArgumentException(bound.operator());
        };
    }

    private static <T> Condition compare(Field<T> field, String operator, T value) {
        return switch (operator) {
            case "eq" -> field.eq(value);
            case "neq" -> field.ne(value);
            case "gt" -> field.gt(value);
            case "gte" -> field.ge(value);
            case "lt" -> field.lt(value);
            case "lte" -> field.le(value);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    /** Whether an image exists at all; for markers. */
    public boolean known(Transaction tx, UUID id) {
        return tx.sql().fetchExists(IMAGE_, IMAGE_.ID.eq(id.toString()));
    }
}
