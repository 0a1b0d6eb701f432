package org.monostack.identity.notification;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.AnsweredRequest;
import org.monostack.platform.http.Caller;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.RequestObserver;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a notification of each change that identity makes and of each log-in: Keystone's event
 * types, and as payload either its short form or an event of the Cloud Auditing Data Federation.
 * Changes are told by those who make them, in their transaction; log-ins are seen in what was
 * answered. Thread-safe.
 */
public final class Notifications implements Announcements, RequestObserver {

    private static final DateTimeFormatter EVENT_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+0000'")
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MESSAGE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final String USER = "service/security/account/user";
    private static final Map<String, String> TYPE_URIS =
            Map.ofEntries(
                    Map.entry("user", "data/security/account/user"),
                    Map.entry("group", "data/security/group"),
                    Map.entry("project", "data/security/project"),
                    Map.entry("domain", "data/security/domain"),
                    Map.entry("role", "data/security/role"),
                    Map.entry("region", "data/security/region"),
                    Map.entry("service", "data/security/service"),
                    Map.entry("endpoint", "data/security/endpoint"),
                    Map.entry("policy", "data/security/policy"),
                    Map.entry("OS-TRUST:trust", "data/security/trust"),
                    Map.entry("OS-OAUTH1:consumer", "data/security/account"),
                    Map.entry("application_credential", "data/security/credential"),
                    Map.entry("role_assignment", USER));

    private final Format format;
    private final Set<String> optedOut;
    private final String publisher;
    private final Outlet to;

    /** What a notification's payload is. */
    public enum Format {
        CADF,
        /** The id of what changed, and little else; log-ins and role assignments as with CADF. */
        BASIC
    }

    /**
     * @param optedOut the types of events that are not told, as in Keystone's {@code
     *     notification_opt_out}; log-ins by what came of them, {@code
     *     identity.authenticate.success} or {@code .failure}
     * @param host who tells
     */
    public Notifications(Format format, Set<String> optedOut, String host, Outlet to) {
        this.format = format;
        this.optedOut = Set.copyOf(optedOut);
        this.publisher = "identity." + host;
        this.to = to;
    }

    /** Who asked for it. */
    private record Asked(
            String requestId,
            Optional<String> globalRequestId,
            String remoteAddress,
            Optional<Caller> caller) {}

    @Override
    public void tell(Transaction tx, Request request, Happening change) {
        if (!optedOut.contains(change.optOutType())) {
            Asked asked =
                    new Asked(
                            request.requestId(),
                            request.globalRequestId(),
                            request.remoteAddress(),
                            request.optionalCaller());
            to.changed(tx, Json.write(message(asked, change)));
        }
    }

    @Override
    public void answered(AnsweredRequest request) {
        if (request.service().equals("identity")) {
            Asked asked =
                    new Asked(
                            request.requestId(),
                            request.globalRequestId(),
                            request.remoteAddress(),
                            request.caller());
            Happening.login(request)
                    .filter(it -> !optedOut.contains(it.optOutType()))
                    .ifPresent(it -> to.loggedIn(Json.write(message(asked, it))));
        }
    }

    /** Keystone has no short form of these. */
    private static boolean isAlwaysCadf(Happening happening) {
        return happening.type().isEmpty() || happening.type().equals("role_assignment");
    }

    private ObjectNode message(Asked asked, Happening happening) {
        Instant now = Instant.now();
        ObjectNode message =
                Json.object()
                        .put("message_id", UUID.randomUUID().toString())
                        .put("publisher_id", publisher)
                        .put("event_type", happening.eventType())
                        .put("priority", "INFO")
                        .put("timestamp", MESSAGE_TIME.format(now));
        message.set(
                "payload",
                format == Format.CADF || isAlwaysCadf(happening)
                        ? event(asked, happening, now)
                        : basic(asked, happening));
        return message;
    }

    private static ObjectNode basic(Asked asked, Happening happening) {
        ObjectNode payload =
                Json.object()
                        .put("resource_info", happening.id())
                        .put("request_id", asked.requestId());
        asked.globalRequestId().ifPresent(it -> payload.put("global_request_id", it));
        happening.details().forEach(payload::put);
        return payload;
    }

    private static ObjectNode event(Asked asked, Happening happening, Instant now) {
        boolean login = happening.type().isEmpty();
        ObjectNode event =
                Json.object()
                        .put("typeURI", "http://schemas.dmtf.org/cloud/audit/1.0/event")
                        .put("id", UUID.randomUUID().toString())
                        .put("eventType", "activity")
                        .put("eventTime", EVENT_TIME.format(now))
                        .put(
                                "action",
                                login
                                        ? happening.operation()
                                        : happening.operation() + "." + happening.type())
                        .put("outcome", happening.failure().isEmpty() ? "success" : "failure");
        event.set(
                "observer", Json.object().put("typeURI", "service/security").put("id", "identity"));
        event.set("initiator", initiator(asked, happening));
        ObjectNode target =
                Json.object().put("typeURI", TYPE_URIS.getOrDefault(happening.type(), USER));
        target.put("id", happening.id().isEmpty() ? "unknown" : happening.id());
        event.set("target", target);
        if (!login) {
            event.put("resource_info", happening.id());
        }
        happening.details().forEach(event::put);
        happening
                .failure()
                .ifPresent(it ->
                        event.set(
                                "reason",
                                Json.object()
                                        .put("reasonCode", Integer.toString(it.status()))
                                        .put("reasonType", it.reason())));
        return event;
    }

    /** Who asked; for a log-in, who that turned out to be. */
    private static ObjectNode initiator(Asked asked, Happening happening) {
        ObjectNode initiator = Json.object().put("typeURI", USER);
        initiator.set("host", Json.object().put("address", asked.remoteAddress()));
        initiator.put("request_id", asked.requestId());
        asked.globalRequestId().ifPresent(it -> initiator.put("global_request_id", it));
        asked.caller().ifPresent(it -> fill(initiator, it));
        happening.token().ifPresent(it -> fill(initiator, it));
        if (!initiator.has("id")) {
            initiator.put("id", "unknown");
        }
        return initiator;
    }

    private static void fill(ObjectNode initiator, Caller caller) {
        initiator
                .put("id", caller.userId())
                .put("user_id", caller.userId())
                .put("username", caller.userName());
        caller.projectId().ifPresent(it -> initiator.put("project_id", it));
        caller.domainId().ifPresent(it -> initiator.put("domain_id", it));
    }

    private static void fill(ObjectNode initiator, JsonNode token) {
        JsonNode user = token.path("user");
        initiator
                .put("id", user.path("id").asString(""))
                .put("user_id", user.path("id").asString(""))
                .put("username", user.path("name").asString(""));
        JsonNode provider = user.path("OS-FEDERATION");
        if (provider.isObject()) {
            ArrayNode groups = Json.array();
            provider.path("groups").forEach(group -> groups.add(group.path("id").asString("")));
            ObjectNode credential =
                    Json.object()
                            .put("type", "http://docs.oasis-open.org/security/saml/v2.0")
                            .put("token", token.path("audit_ids").path(0).asString(""))
                            .put(
                                    "identity_provider",
                                    provider.at("/identity_provider/id").asString(""))
                            .put("user", user.path("id").asString(""));
            credential.set("groups", groups);
            initiator.set("credential", credential);
        }
    }
}
