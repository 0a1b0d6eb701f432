package org.monostack.identity.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.monostack.identity.model.Credential;
import org.monostack.identity.model.Filter;
import org.monostack.identity.model.Project;
import org.monostack.identity.model.Selection;
import org.monostack.identity.store.CredentialStore;
import org.monostack.identity.store.ProjectStore;
import org.monostack.identity.store.UserStore;
import org.monostack.platform.crypto.Digests;
import org.monostack.platform.crypto.RandomIds;
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

/**
 * /v3/credentials, and the EC2 key pairs below a user, which are credentials of type ec2 whose id
 * is the digest of the access key.
 */
public final class CredentialsApi {

    private static final Set<String> KNOWN =
            Set.of("id", "user_id", "project_id", "type", "blob", "links");
    private static final String EC2 = "/v3/users/{user_id}/credentials/OS-EC2";

    private final Database database;
    private final CredentialStore store;
    private final UserStore users;
    private final ProjectStore projects;
    private final Delegated delegated;

    public CredentialsApi(
            Database database,
            CredentialStore store,
            UserStore users,
            ProjectStore projects,
            Delegated delegated) {
        this.database = database;
        this.store = store;
        this.users = users;
        this.projects = projects;
        this.delegated = delegated;
    }

    public void routes(Routes routes) {
        routes.get("/v3/credentials", this::list).policyInHandler("identity:list_credentials");
        routes.post("/v3/credentials", this::create)
                .policyInHandler("identity:create_credential")
                .body(Schema.of("identity", "credential-create"))
                .answers(201);
        routes.get("/v3/credentials/{credential_id}", this::show)
                .policyInHandler("identity:get_credential");
        routes.patch("/v3/credentials/{credential_id}", this::update)
                .policyInHandler("identity:update_credential")
                .body(Schema.of("identity", "credential-update"));
        routes.delete("/v3/credentials/{credential_id}", this::delete)
                .policyInHandler("identity:delete_credential")
                .answers(204);
        routes.get(EC2, this::listEc2).policyInHandler("identity:ec2_list_credentials");
        routes.post(EC2, this::createEc2)
                .policyInHandler("identity:ec2_create_credential")
                .body(Schema.of("identity", "ec2-create"))
                .answers(201);
        routes.get(EC2 + "/{access}", this::showEc2).policyInHandler("identity:ec2_get_credential");
        routes.delete(EC2 + "/{access}", this::deleteEc2)
                .policyInHandler("identity:ec2_delete_credential")
                .answers(204);
    }

    private static Targets owner(String userId) {
        return Targets.none().put("target.credential.user_id", userId);
    }

    /** Everybody may ask; each gets what they may see. */
    private Response list(Request request) {
        request.authorize("identity:list_credentials", owner(request.caller().userId()).map());
        Selection selection = Views.selection(request);
        List<Credential> visible =
                database.reading(tx -> store.list(tx, selection)).stream()
                        .filter(it ->
                                request.allowed(
                                        "identity:list_credentials", owner(it.userId()).map()))
                        .toList();
        return Views.page(request, "credentials", visible, Credential::id, it -> view(request, it));
    }

    private Response create(Request request) {
        Fields fields = Fields.of(request, "credential");
        String userId = fields.required("user_id");
        request.authorize("identity:create_credential", owner(userId).map());
        String type = fields.required("type");
        String blob = fields.required("blob");
        Optional<String> projectId = fields.text("project_id");
        if (type.equals("ec2") && projectId.isEmpty()) {
            throw ApiException.badRequest(
                    "Expecting to find project_id in credential. The server could not comply with"
                            + " the request since it is either malformed or otherwise incorrect. The"
                            + " client is assumed to be in error.");
        }
        Credential credential =
                new Credential(
                        type.equals("ec2")
                                ? Digests.sha256(ec2(blob).path("access").asString(""))
                                : Digests.sha256(RandomIds.hex()),
                        userId,
                        projectId,
                        type,
                        blob,
                        fields.extra("{}", KNOWN));
        return database.inTransaction(tx -> {
            delegated.refuseAll(tx, request.caller(), "identity:create_credential");
            requireUser(tx, userId);
            store.insert(tx, credential);
            return Views.member(201, "credential", view(request, credential));
        });
    }

    /** An EC2 secret names its access key: that is what requests are looked up by. */
    private static JsonNode ec2(String blob) {
        JsonNode pair;
        try {
            pair = Json.read(blob);
        } catch (Json.MalformedJson e) {
            throw ApiException.badRequest("Invalid blob in credential");
        }
        if (!pair.path("access").isString()) {
            throw ApiException.badRequest("Invalid blob in credential");
        }
        return pair;
    }

    private void requireUser(Transaction tx, String id) {
        if (users.find(tx, id).isEmpty()) {
            throw Views.notFound("user", id);
        }
    }

    private Credential authorized(Request request, Transaction tx, String rule) {
        String id = request.pathParameter("credential_id");
        Optional<Credential> found = store.find(tx, id);
        Targets target = found.map(it -> owner(it.userId())).orElseGet(Targets::none);
        request.authorize(rule, target.map());
        return found.orElseThrow(() -> Views.notFound("credential", id));
    }

    private Response show(Request request) {
        return database.reading(tx ->
                Views.member(
                        200,
                        "credential",
                        view(request, authorized(request, tx, "identity:get_credential"))));
    }

    private Response update(Request request) {
        Fields fields = Fields.of(request, "credential");
        return database.inTransaction(tx -> {
            Credential credential = authorized(request, tx, "identity:update_credential");
            delegated.refuseAll(tx, request.caller(), "identity:update_credential");
            Credential changed =
                    new Credential(
                            credential.id(),
                            fields.text("user_id").orElse(credential.userId()),
                            fields.text("project_id", credential.projectId()),
                            fields.text("type").orElse(credential.type()),
                            fields.text("blob").orElse(credential.blob()),
                            fields.extra(credential.extra(), KNOWN));
            // Nobody gives a credential to somebody whose credentials they cannot make.
            request.authorize("identity:update_credential", owner(changed.userId()).map());
            requireUser(tx, changed.userId());
            if (changed.type().equals("ec2")) {
                ec2(changed.blob());
            }
            store.update(tx, changed);
            return Views.member(200, "credential", view(request, changed));
        });
    }

    private Response delete(Request request) {
        database.run(
                tx -> store.delete(tx, authorized(request, tx, "identity:delete_credential").id()));
        return Response.empty(204);
    }

    private static ObjectNode view(Request request, Credential credential) {
        ObjectNode node = Views.extra(credential.extra());
        node.put("id", credential.id())
                .put("user_id", credential.userId())
                .put("type", credential.type())
                .put("blob", credential.blob());
        Fields.put(node, "project_id", credential.projectId());
        return Views.linked(request, node, "credentials/" + credential.id());
    }

    private Response listEc2(Request request) {
        String userId = request.pathParameter("user_id");
        request.authorize("identity:ec2_list_credentials", Targets.none().userId(userId).map());
        return database.reading(tx -> {
            requireUser(tx, userId);
            List<ObjectNode> nodes =
                    store.list(tx, ec2Of(userId)).stream().map(it -> ec2View(request, it)).toList();
            return Views.collection(request, "credentials", nodes);
        });
    }

    private static Selection ec2Of(String userId) {
        return new Selection(
                List.of(
                        new Filter("user_id", Filter.Operator.EQUALS, userId),
                        new Filter("type", Filter.Operator.EQUALS, "ec2")),
                Optional.empty(),
                OptionalInt.empty());
    }

    private Response createEc2(Request request) {
        String userId = request.pathParameter("user_id");
        request.authorize("identity:ec2_create_credential", owner(userId).map());
        String projectId = request.json().path("tenant_id").asString("");
        String access = RandomIds.hex();
        String blob =
                Json.write(Json.object().put("access", access).put("secret", RandomIds.hex()));
        Credential credential =
                new Credential(
                        Digests.sha256(access), userId, Optional.of(projectId), "ec2", blob, "{}");
        return database.inTransaction(tx -> {
            delegated.refuseAll(tx, request.caller(), "identity:ec2_create_credential");
            requireUser(tx, userId);
            if (projects.find(tx, projectId).filter(Project::enabled).isEmpty()) {
                throw Views.notFound("project", projectId);
            }
            store.insert(tx, credential);
            return Views.member(201, "credential", ec2View(request, credential));
        });
    }

    private Credential authorizedEc2(Request request, Transaction tx, String rule) {
        String access = request.pathParameter("access");
        Credential found =
                store.find(tx, Digests.sha256(access))
                        .filter(it -> it.type().equals("ec2"))
                        .orElseThrow(() -> Views.notFound("credential", access));
        // As in Keystone the access key alone names it, whoever's path it is asked for under.
        request.authorize(rule, owner(found.userId()).map());
        return found;
    }

    private Response showEc2(Request request) {
        return database.reading(tx ->
                Views.member(
                        200,
                        "credential",
                        ec2View(
                                request,
                                authorizedEc2(request, tx, "identity:ec2_get_credential"))));
    }

    private Response deleteEc2(Request request) {
        database.run(tx ->
                store.delete(
                        tx, authorizedEc2(request, tx, "identity:ec2_delete_credential").id()));
        return Response.empty(204);
    }

    private static ObjectNode ec2View(Request request, Credential credential) {
        JsonNode pair = Json.read(credential.blob());
        String access = pair.path("access").asString("");
        ObjectNode node =
                Json.object()
                        .put("user_id", credential.userId())
                        .put("access", access)
                        .put("secret", pair.path("secret").asString(""))
                        .putNull("trust_id");
        Fields.put(node, "tenant_id", credential.projectId());
        return Views.linked(
                request, node, "users/" + credential.userId() + "/credentials/OS-EC2/" + access);
    }
}
