package org.monostack.placement.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.monostack.placement.model.Provider;
import org.monostack.placement.model.ProviderView;
import org.monostack.placement.model.Topology;
import org.monostack.placement.store.AllocationStore;
import org.monostack.placement.store.NameStore;
import org.monostack.placement.store.ProviderStore;
import org.monostack.placement.store.TopologyStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Resource providers and the trees that they form. */
public final class ProvidersApi {
    private static final Schema CREATE =
            Schema.of("placement", "resource-provider-create")
                    .since("1.14", "resource-provider-create-1.14");
    private static final Schema UPDATE =
            Schema.of("placement", "resource-provider-update")
                    .since("1.14", "resource-provider-update-1.14");

    private final Database database;
    private final ProviderStore providers;
    private final AllocationStore allocations;
    private final TopologyStore topology;
    private final NameStore resourceClasses;
    private final NameStore traits;
    private final ProviderAccess access;

    public ProvidersApi(
            Database database,
            ProviderStore providers,
            AllocationStore allocations,
            TopologyStore topology,
            NameStore resourceClasses,
            NameStore traits,
            ProviderAccess access) {
        this.database = database;
        this.providers = providers;
        this.allocations = allocations;
        this.topology = topology;
        this.resourceClasses = resourceClasses;
        this.traits = traits;
        this.access = access;
    }

    public void route(Routes routes) {
        routes.get("/resource_providers", this::list)
                .policy("placement:resource_providers:list")
                .kept();
        routes.post("/resource_providers", this::create)
                .policy("placement:resource_providers:create");
        routes.get("/resource_providers/{uuid}", this::show)
                .policy("placement:resource_providers:show");
        routes.put("/resource_providers/{uuid}", this::update)
                .policy("placement:resource_providers:update");
        routes.delete("/resource_providers/{uuid}", this::delete)
                .policy("placement:resource_providers:delete")
                .answers(204);
    }

    private Response list(Request request) {
        QueryRules.providers(request);
        Optional<String> uuid = request.query().last("uuid");
        Optional<String> inTree = request.query().last("in_tree");
        for (Optional<String> id : List.of(uuid, inTree)) {
            if (id.isPresent() && Replies.uuid(id.get()).isEmpty()) {
                throw ApiException.badRequest(
                        "Invalid query string parameters: '" + id.get() + "' is not a 'uuid'");
            }
        }
        QueryRules.Traits wanted = QueryRules.traits(request, "required", "");
        QueryRules.Aggregates aggregates = QueryRules.aggregates(request, "");
        Map<String, Long> resources =
                request.query().last("resources").map(QueryRules::resources).orElse(Map.of());
        Optional<String> name = request.query().last("name");
        List<Provider> found =
                database.reading(tx -> {
                    QueryRules.requireKnownClasses(resourceClasses, tx, resources.keySet());
                    QueryRules.requireKnownTraits(traits, tx, wanted.all());
                    Topology all = topology.read(tx);
                    Optional<UUID> root =
                            inTree.flatMap(Replies::uuid)
                                    .filter(all::contains)
                                    .map(id -> all.provider(id).root());
                    List<Provider> matching = new ArrayList<>();
                    for (ProviderView view : all.providers()) {
                        if ((inTree.isEmpty() || root.filter(view.root()::equals).isPresent())
                                && name.map(view.provider().name()::equals).orElse(true)
                                && uuid.flatMap(Replies::uuid).map(view.id()::equals).orElse(true)
                                && wanted.match(view.traits())
                                && aggregates.match(view.aggregates())
                                && resources.entrySet().stream()
                                        .allMatch(e -> view.fits(e.getKey(), e.getValue()))) {
                            matching.add(view.provider());
                        }
                    }
                    return matching;
                });
        ObjectNode body = Replies.object();
        ArrayNode views = body.putArray("resource_providers");
        found.forEach(provider -> views.add(view(request, provider)));
        return Replies.json(
                request, body, found.stream().map(Provider::updatedAt).max(Instant::compareTo));
    }

    private Response create(Request request) {
        JsonNode body = Replies.body(request, CREATE);
        String name = body.path("name").asString();
        UUID id =
                body.path("uuid").isMissingNode()
                        ? UUID.randomUUID()
                        : Replies.uuid(body.path("uuid").asString()).orElseThrow();
        Optional<UUID> parent = parent(body);
        Provider created;
        try {
            created = database.inTransaction(tx -> create(tx, id, name, parent));
        } catch (RuntimeException e) {
            throw Database.isDuplicate(e) ? taken("name: " + name) : e;
        }
        String location = request.baseUrl() + "/resource_providers/" + id;
        if (Replies.atLeast(request, 20)) {
            return Replies.json(request, view(request, created), Optional.of(created.updatedAt()))
                    .header("Location", location);
        }
        return Response.empty(201).header("Location", location);
    }

    private static Optional<UUID> parent(JsonNode body) {
        JsonNode parent = body.path("parent_provider_uuid");
        return parent.isString() ? Replies.uuid(parent.asString()) : Optional.empty();
    }

    private Provider create(Transaction tx, UUID id, String name, Optional<UUID> parent) {
        String what = "Unable to create resource provider \"" + name + "\", " + id + ": ";
        if (parent.isPresent() && parent.get().equals(id)) {
            throw ApiException.badRequest(
                    what
                            + "parent provider UUID cannot be same as UUID. Please set parent provider"
                            + " UUID to None if there is no parent.");
        }
        List<String> taken = new ArrayList<>();
        if (providers.find(tx, id).isPresent()) {
            taken.add("uuid: " + id);
        }
        if (providers.findByName(tx, name).isPresent()) {
            taken.add("name: " + name);
        }
        if (!taken.isEmpty()) {
            throw taken(String.join(", ", taken));
        }
        UUID root = id;
        if (parent.isPresent()) {
            Provider above = providers.lock(tx, List.of(parent.get())).get(parent.get());
            if (above == null) {
                throw ApiException.badRequest(what + "parent provider UUID does not exist.");
            }
            root = above.root();
        }
        Instant now = Times.now();
        Provider provider = new Provider(id, name, parent, root, 0, now, now);
        providers.insert(tx, provider);
        return provider;
    }

    private static ApiException taken(String what) {
        return ApiException.conflict("Conflicting resource provider " + what + " already exists.")
                .type(PlacementErrors.DUPLICATE_NAME);
    }

    private Response show(Request request) {
        Provider provider = database.reading(tx -> access.find(tx, request));
        return Replies.json(request, view(request, provider), Optional.of(provider.updatedAt()));
    }

    private Response update(Request request) {
        database.inTransaction(tx -> access.find(tx, request));
        JsonNode body = Replies.body(request, UPDATE);
        String name = body.path("name").asString();
        Provider updated;
        try {
            updated = database.inTransaction(tx -> update(tx, request, body, name));
        } catch (RuntimeException e) {
            throw Database.isDuplicate(e) ? taken(name) : e;
        }
        return Replies.json(request, view(request, updated), Optional.of(updated.updatedAt()));
    }

    private Provider update(Transaction tx, Request request, JsonNode body, String name) {
        Provider before = access.lock(tx, request);
        Optional<Provider> namesake = providers.findByName(tx, name);
        if (namesake.isPresent() && !namesake.get().id().equals(before.id())) {
            throw taken(name);
        }
        if (!body.path("parent_provider_uuid").isMissingNode()) {
            move(tx, before, parent(body), Replies.atLeast(request, 37));
        }
        providers.rename(tx, before.id(), name);
        return providers.find(tx, before.id()).orElseThrow();
    }

    private void move(Transaction tx, Provider provider, Optional<UUID> parent, boolean anywhere) {
        if (provider.parent().equals(parent)) {
            return;
        }
        String what = "Unable to save resource provider " + provider.id() + ": ";
        UUID root = provider.id();
        Set<UUID> subtree = subtree(providers.tree(tx, provider.root()), provider.id());
        if (parent.isPresent()) {
            Provider above = providers.find(tx, parent.get()).orElse(null);
            if (above == null) {
                throw ApiException.badRequest(what + "parent provider UUID does not exist.");
            }
            if (provider.parent().isPresent() && !anywhere) {
                throw ApiException.badRequest(
                        what + "re-parenting a provider is not currently allowed.");
            }
            if (subtree.contains(above.id())) {
                throw ApiException.badRequest(
                        what + "creating loop in the provider tree is not allowed.");
            }
            root = above.root();
        } else if (!anywhere) {
            throw ApiException.badRequest(
                    what + "un-parenting a provider is not currently allowed.");
        }
        providers.move(tx, provider.id(), parent, root, subtree);
    }

    private static Set<UUID> subtree(Collection<Provider> tree, UUID top) {
        Set<UUID> below = new HashSet<>(Set.of(top));
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Provider provider : tree) {
                grew |=
                        provider.parent().filter(below::contains).isPresent()
                                && below.add(provider.id());
            }
        }
        return below;
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Provider provider = access.lock(tx, request);
            if (providers.hasChildren(tx, provider.id())) {
                throw ApiException.conflict(
                                "Unable to delete parent resource provider "
                                        + provider.id()
                                        + ": It has child resource providers.")
                        .type(PlacementErrors.CANNOT_DELETE_PARENT);
            }
            if (allocations.anyOfProvider(tx, provider.id())) {
                throw ApiException.conflict(
                                "Unable to delete resource provider "
                                        + provider.id()
                                        + ": Resource provider has allocations.")
                        .type(PlacementErrors.PROVIDER_IN_USE);
            }
            providers.delete(tx, provider.id());
        });
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, Provider provider) {
        ObjectNode view = Replies.object();
        view.put("uuid", provider.id().toString());
        view.put("name", provider.name());
        view.put("generation", provider.generation());
        String self = Replies.prefix(request) + "/resource_providers/" + provider.id();
        ArrayNode links = view.putArray("links");
        links.addObject().put("rel", "self").put("href", self);
        List<String> parts = new ArrayList<>(List.of("inventories", "usages"));
        if (Replies.atLeast(request, 1)) {
            parts.add("aggregates");
        }
        if (Replies.atLeast(request, 6)) {
            parts.add("traits");
        }
        if (Replies.atLeast(request, 11)) {
            parts.add("allocations");
        }
        parts.forEach(part -> links.addObject().put("rel", part).put("href", self + "/" + part));
        if (Replies.atLeast(request, 14)) {
            view.put("parent_provider_uuid", provider.parent().map(UUID::toString).orElse(null));
            view.put("root_provider_uuid", provider.root().toString());
        }
        return view;
    }
}
