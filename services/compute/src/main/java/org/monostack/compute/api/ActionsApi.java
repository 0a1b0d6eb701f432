package org.monostack.compute.api;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Route;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /servers/{id}/action}: one address for many actions, told apart by the body's only
 * key. Filled by the classes that know the actions, while the service is wired.
 */
final class ActionsApi {
    private final Map<String, Action> actions = new HashMap<>();

    /** What an action does. */
    @FunctionalInterface
    interface Handler {
        /**
         * @param argument what the body holds under the action's key
         */
        Response handle(Request request, JsonNode argument);
    }

    /** An action with the conditions under which it exists. */
    static final class Action {
        private final Handler handler;
        private Optional<Schema> schema = Optional.empty();
        private Optional<Microversion> since = Optional.empty();
        private Optional<Microversion> until = Optional.empty();

        Action(Handler handler) {
            this.handler = handler;
        }

        Action body(Schema schema) {
            this.schema = Optional.of(schema);
            return this;
        }

        Action since(String version) {
            since = Optional.of(Microversion.of(version));
            return this;
        }

        Action until(String version) {
            until = Optional.of(Microversion.of(version));
            return this;
        }
    }

    /** Adds an action; its schema sees the whole body. */
    Action on(String key, Handler handler) {
        Action action = new Action(handler);
        actions.put(key, action);
        return action;
    }

    void addTo(Routes routes) {
        routes.post(Paths.of("/servers/{server_id}/action"), this::act)
                .policyInHandler("os_compute_api:servers:start")
                .actions(this::describe)
                .answers(202);
    }

    private List<Route.Action> describe() {
        return actions.entrySet().stream()
                .map(entry -> {
                    Action action = entry.getValue();
                    return new Route.Action(
                            entry.getKey(), action.schema, action.since, action.until);
                })
                .sorted(Comparator.comparing(Route.Action::key))
                .toList();
    }

    private Response act(Request request) {
        JsonNode body = request.json();
        if (!body.isObject() || body.isEmpty()) {
            throw ApiException.badRequest("The request body holds no action");
        }
        Iterator<String> keys = body.propertyNames().iterator();
        String key = keys.next();
        Action action = actions.get(key);
        if (action == null || keys.hasNext()) {
            throw ApiException.badRequest("There is no such action: " + key);
        }
        Microversion version = request.microversion();
        if (action.since.isPresent() && !version.atLeast(action.since.get())
                || action.until.isPresent() && !action.until.get().atLeast(version)) {
            throw ApiException.notFound(
                    "API version " + version + " is not supported on this method.");
        }
        if (action.schema.isPresent()) {
            action.schema.get().check(body, Optional.of(version));
        }
        return action.handler.handle(request, body.path(key));
    }
}
