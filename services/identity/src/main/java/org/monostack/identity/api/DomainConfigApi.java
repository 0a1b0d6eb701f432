package org.monostack.identity.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.monostack.identity.SecurityCompliance;
import org.monostack.identity.directory.Directories;
import org.monostack.identity.model.DomainOption;
import org.monostack.identity.model.Project;
import org.monostack.identity.store.DomainOptionStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.http.Schema;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** /v3/domains/{domain_id}/config. Secrets can be set, and are never shown. */
public final class DomainConfigApi {

    private static final String CONFIG = "/v3/domains/{domain_id}/config";
    private static final String GROUP = CONFIG + "/{group}";
    private static final String OPTION = GROUP + "/{option}";
    private static final String DEFAULT_DOMAIN = "default";
    private static final String COMPLIANCE = "security_compliance";

    private final Database database;
    private final DomainOptionStore store;
    private final ProjectStore projects;
    private final SecurityCompliance compliance;

    public DomainConfigApi(
            Database database,
            DomainOptionStore store,
            ProjectStore projects,
            SecurityCompliance compliance) {
        this.database = database;
        this.store = store;
        this.projects = projects;
        this.compliance = compliance;
    }

    public void routes(Routes routes) {
        routes.get(
                        List.of(
                                "/v3/domains/config/default",
                                "/v3/domains/config/{group}/default",
                                "/v3/domains/config/{group}/{option}/default"),
                        this::defaults)
                .policy("identity:get_domain_config_default");
        routes.put(CONFIG, this::create)
                .policy("identity:create_domain_config")
                .body(Schema.of("identity", "domain-config"))
                .answers(201);
        routes.get(
                        List.of(CONFIG + "/" + COMPLIANCE, CONFIG + "/" + COMPLIANCE + "/{option}"),
                        this::compliance)
                .policy("identity:get_security_compliance_domain_config");
        for (String template : List.of(CONFIG, GROUP, OPTION)) {
            routes.get(template, this::show).policy("identity:get_domain_config");
            routes.patch(template, this::update)
                    .policy("identity:update_domain_config")
                    .body(Schema.of("identity", "domain-config"));
            routes.delete(template, this::delete)
                    .policy("identity:delete_domain_config")
                    .answers(204);
        }
    }

    private Response defaults(Request request) {
        return Views.member(
                200,
                "config",
                DomainOptions.defaults(
                        request.optionalPathParameter("group"),
                        request.optionalPathParameter("option")));
    }

    private String domain(Request request, Transaction tx) {
        String id = request.pathParameter("domain_id");
        return projects.findDomain(tx, id)
                .map(Project::id)
                .orElseThrow(() -> Views.notFound("domain", id));
    }

    private Response create(Request request) {
        JsonNode config = request.json().path("config");
        requireValid(config);
        return database.inTransaction(tx -> {
            String domainId = domain(request, tx);
            boolean before = !store.list(tx, domainId).isEmpty();
            store.delete(tx, domainId, Optional.empty(), Optional.empty());
            put(tx, domainId, config);
            return Views.member(before ? 200 : 201, "config", view(store.list(tx, domainId)));
        });
    }

    private static void requireValid(JsonNode config) {
        if (config.isEmpty()) {
            throw DomainOptions.invalid("No options specified");
        }
        for (Map.Entry<String, JsonNode> group : config.properties()) {
            if (!group.getValue().isObject() || group.getValue().isEmpty()) {
                throw DomainOptions.invalid(
                        "The value of group "
                                + group.getKey()
                                + " specified in the config should be a dictionary of options");
            }
            group.getValue()
                    .properties()
                    .forEach(option ->
                            DomainOptions.requireEffective(
                                    group.getKey(), option.getKey(), option.getValue()));
        }
    }

    private void put(Transaction tx, String domainId, JsonNode config) {
        for (Map.Entry<String, JsonNode> group : config.properties()) {
            for (Map.Entry<String, JsonNode> option : group.getValue().properties()) {
                store.put(
                        tx,
                        domainId,
                        new DomainOption(
                                group.getKey(),
                                option.getKey(),
                                Json.write(option.getValue()),
                                DomainOptions.isSecret(group.getKey(), option.getKey())));
            }
        }
        Directories.fault(store.list(tx, domainId))
                .ifPresent(fault -> {
                    throw DomainOptions.invalid(fault);
                });
    }

    private Response show(Request request) {
        Optional<String> group = request.optionalPathParameter("group");
        Optional<String> option = request.optionalPathParameter("option");
        group.ifPresent(it -> DomainOptions.require(it, option));
        return database.reading(tx -> {
            String domainId = domain(request, tx);
            ObjectNode config = view(matching(tx, domainId, group, option));
            if (config.isEmpty()) {
                throw missing(domainId, group, option);
            }
            return Views.member(
                    200,
                    "config",
                    option.isPresent() ? (ObjectNode) config.path(group.orElseThrow()) : config);
        });
    }

    private List<DomainOption> matching(
            Transaction tx, String domainId, Optional<String> group, Optional<String> option) {
        return store.list(tx, domainId).stream()
                .filter(it -> group.map(it.group()::equals).orElse(true))
                .filter(it -> option.map(it.name()::equals).orElse(true))
                .toList();
    }

    private static ApiException missing(
            String domainId, Optional<String> group, Optional<String> option) {
        String what =
                option.map(it -> "option " + it + " in group " + group.orElse(""))
                        .or(() -> group.map(it -> "group " + it))
                        .orElse("any options");
        return ApiException.notFound(
                "Could not find " + what + " in domain configuration for domain " + domainId + ".");
    }

    /**
     * With a group or an option in the path, the body holds that alone, and it was there before.
     */
    private Response update(Request request) {
        Optional<String> group = request.optionalPathParameter("group");
        Optional<String> option = request.optionalPathParameter("option");
        JsonNode body = request.json().path("config");
        JsonNode config = body;
        if (option.isPresent()) {
            ObjectNode wrapped = Json.object();
            wrapped.set(group.orElseThrow(), body);
            config = wrapped;
        }
        requireValid(config);
        if (group.isPresent()) {
            requireOnly(config, group.get(), option);
        }
        JsonNode changes = config;
        return database.inTransaction(tx -> {
            String domainId = domain(request, tx);
            if (group.isPresent() && matching(tx, domainId, group, option).isEmpty()) {
                throw missing(domainId, group, option);
            }
            put(tx, domainId, changes);
            return Views.member(200, "config", view(store.list(tx, domainId)));
        });
    }

    private static void requireOnly(JsonNode config, String group, Optional<String> option) {
        DomainOptions.require(group, option);
        if (config.size() != 1 || !config.has(group)) {
            throw DomainOptions.invalid(
                    "Trying to update group "
                            + group
                            + ", so that, and only that, group must be specified in the config");
        }
        JsonNode options = config.path(group);
        if (option.isPresent() && (options.size() != 1 || !options.has(option.get()))) {
            throw DomainOptions.invalid(
                    "Trying to update option "
                            + option.get()
                            + " in group "
                            + group
                            + ", so that, and only that, option must be specified in the config");
        }
    }

    private Response delete(Request request) {
        Optional<String> group = request.optionalPathParameter("group");
        Optional<String> option = request.optionalPathParameter("option");
        group.ifPresent(it -> DomainOptions.require(it, option));
        database.run(tx -> {
            String domainId = domain(request, tx);
            if (group.isPresent() && matching(tx, domainId, group, option).isEmpty()) {
                throw missing(domainId, group, option);
            }
            store.delete(tx, domainId, group, option);
        });
        return Response.empty(204);
    }

    private Response compliance(Request request) {
        Optional<String> option = request.optionalPathParameter("option");
        if (!request.pathParameter("domain_id").equals(DEFAULT_DOMAIN)) {
            throw DomainOptions.invalid(
                    "Reading security compliance information for any domain other than the default"
                            + " domain is not allowed or supported");
        }
        ObjectNode all = Json.object();
        Fields.put(all, "password_regex", compliance.passwordRegex());
        Fields.put(all, "password_regex_description", compliance.passwordRegexDescription());
        if (option.isEmpty()) {
            ObjectNode config = Json.object();
            config.set(COMPLIANCE, all);
            return Views.member(200, "config", config);
        }
        JsonNode value = all.get(option.get());
        if (value == null) {
            throw DomainOptions.invalid(
                    "Reading security compliance values other than password_regex and"
                            + " password_regex_description is not allowed");
        }
        ObjectNode config = Json.object();
        config.set(option.get(), value);
        return Views.member(200, "config", config);
    }

    private static ObjectNode view(List<DomainOption> options) {
        ObjectNode config = Json.object();
        for (DomainOption option : options) {
            if (!option.secret()) {
                ObjectNode group =
                        config.has(option.group())
                                ? (ObjectNode) config.path(option.group())
                                : Json.object();
                group.set(option.name(), Json.read(option.value()));
                config.set(option.group(), group);
            }
        }
        return config;
    }
}
