package org.monostack.driver.ovn.ovsdb;

/** The database is away or refused an operation. */
public final class OvsdbException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    private OvsdbException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    private OvsdbException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why a call failed. */
    public enum Reason {
        /** No connection, or it broke before the answer came; the outcome is unknown. */
        AWAY,
        /** The server said no; nothing was changed. */
        REFUSED
    }

    static OvsdbException away(String message) {
        return new OvsdbException(Reason.AWAY, message);
    }

    static OvsdbException away(String message, Throwable cause) {
        return new OvsdbException(Reason.AWAY, message, cause);
    }

    static OvsdbException refused(String message) {
        return new OvsdbException(Reason.REFUSED, message);
    }

    public Reason reason() {
        return reason;
    }
}
