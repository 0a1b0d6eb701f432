package org.monostack.compute.store;

import static org.monostack.compute.jooq.Tables.SERVER;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.ImageRef;
import org.monostack.compute.model.Server;
import org.monostack.compute.model.TaskState;
import org.monostack.compute.model.VmState;
import org.monostack.platform.database.Times;
import org.monostack.platform.json.Json;

/** What shall change in a server's row, gathered for one update. Not thread-safe. */
public final class ServerChange {
    private final Map<Field<?>, @Nullable Object> values = new LinkedHashMap<>();

    public ServerChange vm(VmState state) {
        values.put(SERVER.VM_STATE, state.text());
        return this;
    }

    public ServerChange task(TaskState state) {
        values.put(SERVER.TASK_STATE, state.text());
        return this;
    }

    public ServerChange noTask() {
        values.put(SERVER.TASK_STATE, null);
        return this;
    }

    public ServerChange power(int state) {
        values.put(SERVER.POWER_STATE, state);
        return this;
    }

    public ServerChange progress(int percent) {
        values.put(SERVER.PROGRESS, percent);
        return this;
    }

    public ServerChange host(Optional<String> host) {
        values.put(SERVER.HOST, host.orElse(null));
        return this;
    }

    public ServerChange zone(Optional<String> zone) {
        values.put(SERVER.AVAILABILITY_ZONE, zone.orElse(null));
        return this;
    }

    public ServerChange launched(Instant at) {
        values.put(SERVER.LAUNCHED_AT, Times.toDb(at));
        return this;
    }

    public ServerChange terminated(Instant at) {
        values.put(SERVER.TERMINATED_AT, Times.toDb(at));
        return this;
    }

    public ServerChange fault(int code, String message, Optional<String> details) {
        values.put(
                SERVER.FAULT_MESSAGE,
                message.length() <= 255 ? message : message.substring(0, 252) + "...");
        values.put(SERVER.FAULT_CODE, code);
        values.put(SERVER.FAULT_DETAILS, details.orElse(null));
        values.put(SERVER.FAULT_AT, Rows.now());
        return this;
    }

    public ServerChange noFault() {
        values.put(SERVER.FAULT_CODE, null);
        values.put(SERVER.FAULT_MESSAGE, null);
        values.put(SERVER.FAULT_DETAILS, null);
        values.put(SERVER.FAULT_AT, null);
        return this;
    }

    public ServerChange name(String name) {
        values.put(SERVER.NAME, name);
        return this;
    }

    public ServerChange hostname(String name) {
        values.put(SERVER.HOSTNAME, name);
        return this;
    }

    public ServerChange description(Optional<String> text) {
        values.put(SERVER.DESCRIPTION, text.orElse(null));
        return this;
    }

    public ServerChange accessIpv4(String address) {
        values.put(SERVER.ACCESS_IPV4, address);
        return this;
    }

    public ServerChange accessIpv6(String address) {
        values.put(SERVER.ACCESS_IPV6, address);
        return this;
    }

    public ServerChange diskConfig(String value) {
        values.put(SERVER.DISK_CONFIG, value);
        return this;
    }

    public ServerChange metadata(Map<String, String> metadata) {
        values.put(SERVER.METADATA, Rows.json(metadata));
        return this;
    }

    public ServerChange tags(List<String> tags) {
        values.put(SERVER.TAGS, Rows.json(tags));
        return this;
    }

    public ServerChange locked(Optional<String> by, Optional<String> reason) {
        values.put(SERVER.LOCKED_BY, by.orElse(null));
        values.put(SERVER.LOCKED_REASON, reason.orElse(null));
        return this;
    }

    public ServerChange key(Optional<Server.KeyRef> key) {
        values.put(SERVER.KEY_NAME, key.map(Server.KeyRef::name).orElse(null));
        values.put(SERVER.KEY_TYPE, key.map(Server.KeyRef::type).orElse(null));
        values.put(SERVER.KEY_PUBLIC, key.map(Server.KeyRef::publicKey).orElse(null));
        return this;
    }

    public ServerChange userData(Optional<String> base64) {
        values.put(SERVER.USER_DATA, base64.orElse(null));
        return this;
    }

    public ServerChange personality(Map<String, String> files) {
        values.put(SERVER.PERSONALITY, Rows.json(files));
        return this;
    }

    public ServerChange image(ImageRef image) {
        values.put(SERVER.IMAGE, Json.write(image));
        values.put(SERVER.IMAGE_ID, image.id());
        return this;
    }

    public ServerChange flavor(Flavor flavor) {
        values.put(SERVER.FLAVOR, Json.write(flavor));
        values.put(SERVER.FLAVOR_ID, flavor.id());
        values.put(SERVER.VCPUS, flavor.vcpus());
        values.put(SERVER.MEMORY_MB, flavor.memoryMb());
        return this;
    }

    public ServerChange oldFlavor(Optional<Flavor> flavor) {
        values.put(SERVER.OLD_FLAVOR, flavor.map(Json::write).orElse(null));
        return this;
    }

    public ServerChange cancel() {
        values.put(SERVER.CANCEL, true);
        return this;
    }

    public ServerChange noCancel() {
        values.put(SERVER.CANCEL, false);
        return this;
    }

    public ServerChange deleted() {
        values.put(SERVER.DELETED, true);
        return this;
    }

    Map<Field<?>, @Nullable Object> values() {
        return values;
    }
}
