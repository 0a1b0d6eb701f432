package org.monostack.image.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.image.model.Image;
import org.monostack.image.model.Member;
import org.monostack.image.store.MemberStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.database.Times;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whom images are shared with. The owner adds and removes projects; each project itself accepts or
 * rejects. A project that an image was offered to sees its own entry alone.
 */
public final class MembersApi {
    private static final int MAX_MEMBERS = 128;
    private static final Set<String> STATUSES = Set.of("pending", "accepted", "rejected");

    private final Database database;
    private final ImageAccess access;
    private final MemberStore members;

    public MembersApi(Database database, ImageAccess access, MemberStore members) {
        this.database = database;
        this.access = access;
        this.members = members;
    }

    public void route(Routes routes) {
        routes.get("/v2/images/{image_id}/members", this::list).policyInHandler("get_members");
        routes.post("/v2/images/{image_id}/members", this::create).policyInHandler("add_member");
        routes.get("/v2/images/{image_id}/members/{member_id}", this::show)
                .policyInHandler("get_member");
        routes.put("/v2/images/{image_id}/members/{member_id}", this::update)
                .policyInHandler("modify_member");
        routes.delete("/v2/images/{image_id}/members/{member_id}", this::delete)
                .policyInHandler("delete_member")
                .answers(204);
    }

    private Response list(Request request) {
        List<Member> shown =
                database.reading(tx -> {
                    Image image = shared(tx, request);
                    access.authorize(tx, request, "get_members", image);
                    return members.of(tx, image.id()).stream()
                            .filter(member -> seesEntry(request, image, member.project()))
                            .toList();
                });
        ObjectNode body = Json.object();
        ArrayNode views = body.putArray("members");
        shown.forEach(member -> views.add(ImageView.member(member)));
        body.put("schema", "/v2/schemas/members");
        return Response.json(200, body);
    }

    private Response create(Request request) {
        String project = text(request.json(), "member");
        if (project.isEmpty()) {
            throw ApiException.badRequest("Member can't be empty");
        }
        if (project.length() > 255) {
            throw ApiException.badRequest("Member cannot be longer than 255 characters");
        }
        Member created =
                database.inTransaction(tx -> {
                    Image image = access.locked(tx, request);
                    access.authorize(tx, request, "add_member", image);
                    requireShared(image);
                    if (members.find(tx, image.id(), project).isPresent()) {
                        throw ApiException.conflict(
                                "Member " + project + " is duplicated for image " + image.id());
                    }
                    int count = members.of(tx, image.id()).size();
                    if (count >= MAX_MEMBERS) {
                        throw ApiException.tooLarge(
                                "The limit has been exceeded on the number of allowed"
                                        + " image members for this image. Attempted: "
                                        + (count + 1)
                                        + ", Maximum: "
                                        + MAX_MEMBERS);
                    }
                    Instant now = Times.now();
                    Member member = new Member(image.id(), project, "pending", now, now);
                    members.insert(tx, member);
                    return member;
                });
        return Response.json(200, ImageView.member(created));
    }

    private Response show(Request request) {
        return Response.json(
                200,
                ImageView.member(
                        database.reading(tx -> {
                            Image image = shared(tx, request);
                            access.authorize(tx, request, "get_member", image);
                            return member(tx, request, image);
                        })));
    }

    private Response update(Request request) {
        String status = text(request.json(), "status");
        if (!STATUSES.contains(status)) {
            throw ApiException.badRequest(
                    "Provided object does not match schema 'member': '"
                            + status
                            + "' is not one of ['pending', 'accepted', 'rejected']");
        }
        Member changed =
                database.inTransaction(tx -> {
                    Image image = shared(tx, request);
                    Member before = member(tx, request, image);
                    request.authorize("modify_member", Map.of("member_id", before.project()));
                    Member after =
                            new Member(
                                    image.id(),
                                    before.project(),
                                    status,
                                    before.createdAt(),
                                    Times.now());
                    members.setStatus(tx, after);
                    return after;
                });
        return Response.json(200, ImageView.member(changed));
    }

    private Response delete(Request request) {
        database.run(tx -> {
            Image image = access.locked(tx, request);
            access.authorize(tx, request, "delete_member", image);
            requireShared(image);
            String project = request.pathParameter("member_id");
            if (!members.delete(tx, image.id(), project)) {
                throw noMember(project);
            }
        });
        return Response.empty(204);
    }

    private Image shared(Transaction tx, Request request) {
        Image image = access.visible(tx, request);
        requireShared(image);
        return image;
    }

    private static void requireShared(Image image) {
        if (!image.visibility().equals("shared")) {
            throw ApiException.forbidden("Only shared images have members.");
        }
    }

    /** The entry that the path names, if the caller sees it. */
    private Member member(Transaction tx, Request request, Image image) {
        String project = request.pathParameter("member_id");
        Optional<Member> found = members.find(tx, image.id(), project);
        return found.filter(member -> seesEntry(request, image, member.project()))
                .orElseThrow(() -> noMember(project));
    }

    private static boolean seesEntry(Request request, Image image, String project) {
        Optional<String> own = request.caller().projectId();
        return ImageAccess.isAdmin(request)
                || image.owner().equals(own)
                || own.equals(Optional.of(project));
    }

    private static ApiException noMember(String project) {
        return ApiException.notFound("Member " + project + " not found");
    }

    private static String text(JsonNode body, String field) {
        if (!body.isObject() || body.path(field).isMissingNode()) {
            throw ApiException.badRequest("Expected a JSON object with the field '" + field + "'.");
        }
        if (!body.path(field).isString()) {
            throw ApiException.badRequest("The field '" + field + "' must be a string.");
        }
        return body.path(field).asString();
    }
}
