package org.monostack.placement.api;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderTagStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The vocabulary of traits. */
public final class TraitsApi {
    private static final Pattern CUSTOM = Pattern.compile("CUSTOM_[A-Z0-9_]{1,248}");

    private final Database database;
    private final NameStore traits;
    private final ProviderTagStore tags;

    public TraitsApi(Database database, NameStore traits, ProviderTagStore tags) {
        this.database = database;
        this.traits = traits;
        this.tags = tags;
    }

    public void route(Routes routes) {
        routes.get("/traits", this::list).policy("placement:traits:list").since("1.6");
        routes.get("/traits/{name}", this::show)
                .policy("placement:traits:show")
                .since("1.6")
                .answers(204);
        routes.put("/traits/{name}", this::put)
                .policy("placement:traits:update")
                .since("1.6")
                .answers(201);
        routes.delete("/traits/{name}", this::delete)
                .policy("placement:traits:delete")
                .since("1.6")
                .answers(204);
    }

    private Response list(Request request) {
        QueryRules.requireKnown(request, Set.of("name", "associated"));
        Optional<String> associated = request.query().last("associated");
        if (associated.isPresent()
                && !Set.of("true", "false").contains(associated.get().toLowerCase(Locale.ROOT))) {
            throw ApiException.badRequest(
                    "The query parameter \"associated\" only accepts \"true\" or \"false\"");
        }
        Optional<String> name = request.query().last("name");
        name.ifPresent(TraitsApi::checkFilter);
        Set<String> found =
                database.reading(tx -> {
                    Set<String> all = new LinkedHashSet<>(traits.all(tx));
                    if (associated.isPresent()) {
                        Set<String> used = tags.usedTraits(tx);
                        boolean wanted = Boolean.parseBoolean(associated.get());
                        all.removeIf(trait -> used.contains(trait) != wanted);
                    }
                    return all;
                });
        name.ifPresent(filter -> found.removeIf(trait -> !matches(filter, trait)));
        ObjectNode body = Replies.object();
        body.set("traits", Json.strings(found));
        return Replies.json(request, body, Optional.empty());
    }

    private static void checkFilter(String filter) {
        if (!filter.startsWith("in:") && !filter.startsWith("startswith:")) {
            throw ApiException.badRequest(
                    "Badly formatted name parameter. Expected name query string parameter in form:"
                            + " ?name=[in|startswith]:[name1,name2|prefix]. Got: \""
                            + filter
                            + "\"");
        }
    }

    private static boolean matches(String filter, String trait) {
        String value = filter.substring(filter.indexOf(':') + 1);
        return filter.startsWith("in:")
                ? List.of(value.split(",", -1)).contains(trait)
                : trait.startsWith(value);
    }

    private Response show(Request request) {
        String name = request.pathParameter("name");
        if (!database.reading(tx -> traits.exists(tx, name))) {
            throw unknown(name);
        }
        return Replies.dated(request, Response.empty(204), Optional.empty());
    }

    private Response put(Request request) {
        String name = request.pathParameter("name");
        if (!CUSTOM.matcher(name).matches()) {
            throw ApiException.badRequest(
                    "The trait is invalid. A valid trait must be no longer than 255 characters,"
                            + " start with the prefix \"CUSTOM_\" and use following characters:"
                            + " \"A\"-\"Z\", \"0\"-\"9\" and \"_\"");
        }
        boolean added = database.inTransaction(tx -> traits.add(tx, name));
        return Replies.dated(request, Response.empty(added ? 201 : 204), Optional.empty())
                .header("Location", request.baseUrl() + "/traits/" + name);
    }

    private Response delete(Request request) {
        String name = request.pathParameter("name");
        if (traits.isStandard(name)) {
            throw ApiException.badRequest("Cannot delete standard trait " + name + ".");
        }
        database.run(tx -> {
            if (tags.anyWithTrait(tx, name)) {
                throw ApiException.conflict(
                        "The trait " + name + " is in use by a resource provider.");
            }
            if (!traits.remove(tx, name)) {
                throw unknown(name);
            }
        });
        return Response.empty(204);
    }

    private static ApiException unknown(String name) {
        return ApiException.notFound("No such trait(s): " + name + ".");
    }
}
