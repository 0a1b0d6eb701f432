package org.monostack.network;

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
        String words =
                switch (kind) {
                    case "FloatingIP" -> "Floating IP";
                    case "SecurityGroup" -> "Security group";
                    case "SecurityGroupRule" -> "Security group rule";
                    case "SubnetPool" -> "Subnet pool";
                    case "AddressScope" -> "Address scope";
                    case "RbacPolicy" -> "RBAC policy";
                    case "MeteringLabel" -> "Metering label";
                    case "MeteringLabelRule" -> "Metering label rule";
                    default -> kind;
                };
        String sentence =
                kind.startsWith("SecurityGroup")
                        ? words + " " + id + " does not exist"
                        : words + " " + id + " could not be found.";
        return ApiException.notFound(sentence).type(kind + "NotFound");
    }

    public static ApiException overQuota(String resource) {
        return ApiException.conflict("Quota exceeded for resources: ['" + resource + "'].")
                .type("OverQuota");
    }

    public static ApiException policy(String rule) {
        return ApiException.forbidden("rule:" + rule + " is disallowed by policy")
                .type("PolicyNotAuthorized");
    }
}
