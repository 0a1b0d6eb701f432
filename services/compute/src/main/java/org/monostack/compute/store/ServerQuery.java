package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.ResultQuery;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.monostack.compute.jooq.tables.records.ServerRecord;
import org.monostack.compute.model.ServerStatus;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.platform.database.Times;
import org.monostack.platform.json.Json;

/** Which servers to list, in which order, after which one. Gathered for one query. */
public final class ServerQuery {
    /** What servers can be sorted by, as the API names it. */
    private static final Map<String, Field<?>> SORTABLE =
            Map.ofEntries(
                    Map.entry("access_ip_v4", SERVER.ACCESS_IPV4),
                    Map.entry("access_ip_v6", SERVER.ACCESS_IPV6),
                    Map.entry("auto_disk_config", SERVER.DISK_CONFIG),
                    Map.entry("availability_zone", text(SERVER.AVAILABILITY_ZONE)),
                    Map.entry("config_drive", SERVER.CONFIG_DRIVE),
                    Map.entry("created_at", SERVER.CREATED_AT),
                    Map.entry("display_description", text(SERVER.DESCRIPTION)),
                    Map.entry("display_name", SERVER.NAME),
                    Map.entry("host", text(SERVER.HOST)),
                    Map.entry("hostname", SERVER.HOSTNAME),
                    Map.entry("image_ref", text(SERVER.IMAGE_ID)),
                    Map.entry("instance_type_id", SERVER.FLAVOR_ID),
                    Map.entry("key_name", text(SERVER.KEY_NAME)),
                    Map.entry("launch_index", SERVER.LAUNCH_INDEX),
                    Map.entry("launched_at", moment(SERVER.LAUNCHED_AT)),
                    Map.entry("locked", text(SERVER.LOCKED_BY)),
                    Map.entry("locked_by", text(SERVER.LOCKED_BY)),
                    Map.entry("node", text(SERVER.HOST)),
                    Map.entry("power_state", SERVER.POWER_STATE),
                    Map.entry("progress", SERVER.PROGRESS),
                    Map.entry("project_id", SERVER.PROJECT_ID),
                    Map.entry("task_state", text(SERVER.TASK_STATE)),
                    Map.entry("terminated_at", moment(SERVER.TERMINATED_AT)),
                    Map.entry("updated_at", SERVER.UPDATED_AT),
                    Map.entry("user_id", SERVER.USER_ID),
                    Map.entry("uuid", SERVER.ID),
                    Map.entry("vm_state", SERVER.VM_STATE));

    private final List<Condition> conditions = new ArrayList<>();
    private final List<Field<?>> sortFields = new ArrayList<>();
    private final List<Boolean> ascending = new ArrayList<>();
    private Optional<UUID> marker = Optional.empty();
    private int limit = Integer.MAX_VALUE;

    private static Field<String> text(Field<String> field) {
        return DSL.coalesce(field, DSL.inline(""));
    }

    private static Field<java.time.LocalDateTime> moment(Field<java.time.LocalDateTime> field) {
        return DSL.coalesce(field, DSL.inline(java.time.LocalDateTime.of(1970, 1, 1, 0, 0)));
    }

    public static boolean sortable(String key) {
        return SORTABLE.containsKey(key);
    }

    public ServerQuery sortBy(String key, boolean rising) {
        Field<?> field = SORTABLE.get(key);
        if (field == null) {
            throw new IllegalArgumentException(key);
        }
        sortFields.add(field);
        ascending.add(rising);
        return this;
    }

    public ServerQuery after(UUID server) {
        marker = Optional.of(server);
        return this;
    }

    public ServerQuery limit(int most) {
        limit = most;
        return this;
    }

    public ServerQuery project(String id) {
        conditions.add(SERVER.PROJECT_ID.eq(id));
        return this;
    }

    public ServerQuery user(String id) {
        conditions.add(SERVER.USER_ID.eq(id));
        return this;
    }

    public ServerQuery deleted(boolean deleted) {
        conditions.add(SERVER.DELETED.eq(deleted));
        return this;
    }

    public ServerQuery name(String pattern) {
        conditions.add(matches(SERVER.NAME, pattern));
        return this;
    }

    public ServerQuery hostname(String pattern) {
        conditions.add(matches(SERVER.HOSTNAME, pattern));
        return this;
    }

    public ServerQuery description(String pattern) {
        conditions.add(matches(text(SERVER.DESCRIPTION), pattern));
        return this;
    }

    /** Patterns are regular expressions, as Nova's are; a broken one means its own text. */
    private static Condition matches(Field<String> field, String pattern) {
        try {
            java.util.regex.Pattern.compile(pattern);
        } catch (java.util.regex.PatternSyntaxException e) {
            return field.contains(pattern);
        }
        return field.likeRegex(pattern);
    }

    public ServerQuery ids(Collection<UUID> ids) {
        conditions.add(SERVER.ID.in(ids.stream().map(UUID::toString).toList()));
        return this;
    }

    public ServerQuery statuses(List<ServerStatus.Selection> selections) {
        Condition any = DSL.falseCondition();
        for (ServerStatus.Selection selection : selections) {
            Condition one =
                    SERVER.VM_STATE.in(selection.states().stream().map(VmState::text).toList());
            if (!selection.tasks().isEmpty()) {
                one =
                        one.and(
                                SERVER.TASK_STATE.in(
                                        selection.tasks().stream().map(TaskState::text).toList()));
            }
            any = any.or(one);
        }
        conditions.add(any);
        return this;
    }

    public ServerQuery image(String id) {
        conditions.add(SERVER.IMAGE_ID.eq(id));
        return this;
    }

    public ServerQuery flavor(String id) {
        conditions.add(SERVER.FLAVOR_ID.eq(id));
        return this;
    }

    public ServerQuery host(String host) {
        conditions.add(SERVER.HOST.eq(host));
        return this;
    }

    public ServerQuery reservation(String id) {
        conditions.add(SERVER.RESERVATION_ID.eq(id));
        return this;
    }

    public ServerQuery keyName(String name) {
        conditions.add(SERVER.KEY_NAME.eq(name));
        return this;
    }

    public ServerQuery availabilityZone(String zone, boolean isDefault) {
        conditions.add(
                isDefault
                        ? text(SERVER.AVAILABILITY_ZONE).in("", zone)
                        : SERVER.AVAILABILITY_ZONE.eq(zone));
        return this;
    }

    public ServerQuery configDrive(boolean wanted) {
        conditions.add(SERVER.CONFIG_DRIVE.eq(wanted));
        return this;
    }

    public ServerQuery locked(boolean wanted) {
        conditions.add(wanted ? SERVER.LOCKED_BY.isNotNull() : SERVER.LOCKED_BY.isNull());
        return this;
    }

    public ServerQuery vmState(String state) {
        conditions.add(SERVER.VM_STATE.eq(state));
        return this;
    }

    public ServerQuery taskState(String state) {
        conditions.add(text(SERVER.TASK_STATE).eq(state));
        return this;
    }

    public ServerQuery powerState(int state) {
        conditions.add(SERVER.POWER_STATE.eq(state));
        return this;
    }

    public ServerQuery progress(int percent) {
        conditions.add(SERVER.PROGRESS.eq(percent));
        return this;
    }

    public ServerQuery launchIndex(int index) {
        conditions.add(SERVER.LAUNCH_INDEX.eq(index));
        return this;
    }

    public ServerQuery accessIpv4(String address) {
        conditions.add(SERVER.ACCESS_IPV4.eq(address));
        return this;
    }

    public ServerQuery accessIpv6(String address) {
        conditions.add(SERVER.ACCESS_IPV6.eq(address));
        return this;
    }

    public ServerQuery changedSince(Instant instant) {
        conditions.add(SERVER.UPDATED_AT.ge(Times.toDb(instant)));
        return this;
    }

    public ServerQuery changedBefore(Instant instant) {
        conditions.add(SERVER.UPDATED_AT.le(Times.toDb(instant)));
        return this;
    }

    public ServerQuery tag(String tag, boolean wanted) {
        Condition has =
                DSL.condition("json_contains({0}, {1})", SERVER.TAGS, DSL.val(Json.write(tag)));
        conditions.add(wanted ? has : DSL.not(has));
        return this;
    }

    /** Lacks at least one of the tags. */
    public ServerQuery notAllTags(List<String> tags) {
        conditions.add(
                DSL.not(
                        DSL.condition(
                                "json_contains({0}, {1})",
                                SERVER.TAGS, DSL.val(Json.write(Json.strings(tags))))));
        return this;
    }

    /** Any of the tags, or (not wanted) not any of them. */
    public ServerQuery anyTag(List<String> tags, boolean wanted) {
        Condition any = DSL.falseCondition();
        for (String tag : tags) {
            any =
                    any.or(
                            DSL.condition(
                                    "json_contains({0}, {1})",
                                    SERVER.TAGS, DSL.val(Json.write(tag))));
        }
        conditions.add(wanted ? any : DSL.not(any));
        return this;
    }

    public ServerQuery metadata(String key, String value) {
        conditions.add(
                DSL.condition(
                        "json_value({0}, {1}) = {2}",
                        SERVER.METADATA, DSL.val("$." + Json.write(key)), DSL.val(value)));
        return this;
    }

    ResultQuery<ServerRecord> select(DSLContext sql) {
        List<Field<?>> fields = new ArrayList<>(sortFields);
        List<Boolean> rising = new ArrayList<>(ascending);
        if (!fields.contains(SERVER.CREATED_AT)) {
            fields.add(SERVER.CREATED_AT);
            rising.add(false);
        }
        // The number breaks ties, so that pages neither overlap nor skip.
        fields.add(SERVER.NUMBER);
        rising.add(false);
        Condition where = DSL.and(conditions);
        if (marker.isPresent()) {
            where = where.and(after(marker.get(), fields, rising));
        }
        List<SortField<?>> order = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            order.add(rising.get(i) ? fields.get(i).asc() : fields.get(i).desc());
        }
        return sql.selectFrom(SERVER).where(where).orderBy(order).limit(limit);
    }

    /** Rows that come after the marker: later by some field, equal by all fields before it. */
    private static Condition after(UUID marker, List<Field<?>> fields, List<Boolean> rising) {
        Condition any = DSL.falseCondition();
        Condition equal = DSL.trueCondition();
        for (int i = 0; i < fields.size(); i++) {
            any = any.or(equal.and(compare(fields.get(i), marker, rising.get(i))));
            equal = equal.and(equal(fields.get(i), marker));
        }
        return any;
    }

    private static <T> Condition compare(Field<T> field, UUID marker, boolean rising) {
        return rising ? field.gt(value(field, marker)) : field.lt(value(field, marker));
    }

    private static <T> Condition equal(Field<T> field, UUID marker) {
        return field.eq(value(field, marker));
    }

    /** The marker's own value of a field, read by the database itself. */
    private static <T> Field<T> value(Field<T> field, UUID marker) {
        var other = SERVER.as("marker");
        Field<T> qualified = requalify(field, other);
        return DSL.field(DSL.select(qualified).from(other).where(other.ID.eq(marker.toString())));
    }

    @SuppressWarnings("unchecked")
    private static <T> Field<T> requalify(
            Field<T> field, org.monostack.compute.jooq.tables.Server other) {
        if (field instanceof org.jooq.TableField<?, ?>) {
            return (Field<T>) other.field(field.getName());
        }
        for (Map.Entry<String, Field<?>> entry : SORTABLE.entrySet()) {
            if (entry.getValue() == field) {
                Field<?> column = other.field(columnOf(entry.getKey()));
                return (Field<T>)
                        (column.getType() == String.class
                                ? text((Field<String>) column)
                                : moment((Field<java.time.LocalDateTime>) column));
            }
        }
        throw new IllegalArgumentException(field.toString());
    }

    private static String columnOf(String key) {
        return switch (key) {
            case "display_description" -> "description";
            case "image_ref" -> "image_id";
            case "locked" -> "locked_by";
            case "node" -> "host";
            default -> key;
        };
    }
}
