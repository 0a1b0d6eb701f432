package org.monostack.network.resource;

import org.monostack.network.model.Refusal;
import org.monostack.platform.http.ApiException;

/** The refusals that several resources share, with Neutron's error types. */
public final class NetworkErrors {
    private NetworkErrors() {}

    /** 400: the attribute's value is not acceptable. */
    public static ApiException invalid(String attribute, String reason) {
        return ApiException.badRequest("Invalid input for " + attribute + ". Reason: " + reason)
                .type("HTTPBadRequest");
    }

    /** 400: the request makes no sense as a whole. */
    public static ApiException invalidInput(String reason) {
        return ApiException.badRequest("Invalid input for operation: " + reason)
                .type("InvalidInput");
    }

    public static ApiException badRequest(String type, String message) {
        return ApiException.badRequest(message).type(type);
    }

    public static ApiException conflict(String type, String message) {
        return ApiException.conflict(message).type(type);
    }

    /**
     * 404 in Neutron's words.
     *
     * @param kind such as Network or SecurityGroup
     */
    public static ApiException notFound(String kind, String id) {
        return of(Refusal.missing(kind, id));
    }

    /** A refusal as an answer. */
    public static ApiException of(Refusal refusal) {
        ApiException answer =
                switch (refusal.kind()) {
                    case BAD_REQUEST -> ApiException.badRequest(refusal.reason());
                    case NOT_FOUND -> ApiException.notFound(refusal.reason());
                    case CONFLICT -> ApiException.conflict(refusal.reason());
                    case UNAVAILABLE -> ApiException.unavailable(refusal.reason());
                };
        return answer.type(refusal.type());
    }

    public static ApiException policy(String rule) {
        return ApiException.forbidden("rule:" + rule + " is disallowed by policy")
                .type("PolicyNotAuthorized");
    }
}
