package org.monostack.cloud;

import java.util.List;
import java.util.Optional;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.Route;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The route tables of all services as JSON, for those who try every route. Stateless. */
public final class RouteTables {

    private RouteTables() {}

    /** Every route as JSON, with the schemas of its body. */
    public static String json() {
        return Coverage.withServices(services -> {
            ArrayNode all = Json.array();
            for (HttpService service : services) {
                service.routes().describe().forEach(route -> all.add(row(service, route)));
            }
            return Json.write(all);
        });
    }

    private static ObjectNode row(HttpService service, Route route) {
        ObjectNode row = Json.object();
        row.put("service", service.name());
        row.put("method", route.method());
        row.set("paths", Json.strings(route.templates()));
        row.put("open", route.isOpen());
        row.put("raw_body", route.hasRawBody());
        row.put("answers", route.successStatus());
        route.rule().ifPresent(rule -> row.put("policy", rule));
        addWindow(row, route.sinceVersion(), route.untilVersion());
        service.microversions()
                .ifPresent(range ->
                        row.putObject("microversions")
                                .put("type", range.serviceType())
                                .put("min", range.min().toString())
                                .put("max", range.max().toString()));
        addSchemas(row, route.schema());
        ArrayNode actions = row.putArray("actions");
        for (Route.Action action : route.actions()) {
            ObjectNode each = actions.addObject().put("key", action.key());
            addWindow(each, action.since(), action.until());
            addSchemas(each, action.schema());
        }
        return row;
    }

    private static void addWindow(
            ObjectNode row, Optional<Microversion> since, Optional<Microversion> until) {
        since.ifPresent(version -> row.put("since", version.toString()));
        until.ifPresent(version -> row.put("until", version.toString()));
    }

    private static void addSchemas(ObjectNode row, Optional<Schema> schema) {
        ArrayNode schemas = row.putArray("schemas");
        for (Schema.Described described : schema.map(Schema::describe).orElse(List.of())) {
            schemas.addObject()
                    .put("since", described.since().toString())
                    .set("schema", described.schema());
        }
    }
}
