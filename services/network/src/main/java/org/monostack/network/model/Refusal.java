package org.monostack.network.model;

/**
 * Why something cannot be done to a network resource, in Neutron's words. Thrown within a
 * transaction, which it undoes; whoever ran the transaction turns it into an answer.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String type;

    /** What sort of answer a refusal becomes. */
    public enum Kind {
        BAD_REQUEST,
        NOT_FOUND,
        CONFLICT,
        UNAVAILABLE
    }

    private Refusal(Kind kind, String type, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.type = type;
    }

    public static Refusal badRequest(String type, String message) {
        return new Refusal(Kind.BAD_REQUEST, type, message);
    }

    public static Refusal invalidInput(String reason) {
        return badRequest("InvalidInput", "Invalid input for operation: " + reason);
    }

    public static Refusal conflict(String type, String message) {
        return new Refusal(Kind.CONFLICT, type, message);
    }

    public static Refusal overQuota(String resource) {
        return conflict("OverQuota", "Quota exceeded for resources: ['" + resource + "'].");
    }

    public static Refusal unavailable(String type, String message) {
        return new Refusal(Kind.UNAVAILABLE, type, message);
    }

    public static Refusal notFound(String type, String message) {
        return new Refusal(Kind.NOT_FOUND, type, message);
    }

    /**
     * The usual words for something that is not there.
     *
     * @param name such as Network or SecurityGroup
     */
    public static Refusal missing(String name, String id) {
        String words =
                switch (name) {
                    case "FloatingIP" -> "Floating IP";
                    case "SecurityGroup" -> "Security group";
                    case "SecurityGroupRule" -> "Security group rule";
                    case "SubnetPool" -> "Subnet pool";
                    case "AddressScope" -> "Address scope";
                    case "RbacPolicy" -> "RBAC policy";
                    case "MeteringLabel" -> "Metering label";
                    case "MeteringLabelRule" -> "Metering label rule";
                    default -> name;
                };
        String ending =
                name.startsWith("SecurityGroup") ? " does not exist" : " could not be found.";
        return notFound(name + "NotFound", words + " " + id + ending);
    }

    public Kind kind() {
        return kind;
    }

    /** Neutron's name for this error. */
    public String type() {
        return type;
    }

    /** The message; never null. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
