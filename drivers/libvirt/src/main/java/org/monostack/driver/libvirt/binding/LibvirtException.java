package org.monostack.driver.libvirt.binding;

import java.util.List;

/** What libvirt answered when it could not do something, with its error code. */
public final class LibvirtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Our own code for failures without an error of libvirt's. */
    static final int UNKNOWN = -1;

    /** Our own code: no answer within the time allowed. */
    static final int NO_ANSWER = -2;

    // Numbers of libvirt's virErrorNumber.
    // Also what starting a guest ends in when QEMU exits at once, say for a port just taken.
    private static final int INTERNAL_ERROR = 1;
    private static final int NO_CONNECT = 5;
    private static final int INVALID_CONNECTION = 6;
    private static final int SYSTEM_ERROR = 38;
    private static final int RPC = 39;
    private static final int NO_DOMAIN = 42;
    private static final int OPERATION_INVALID = 55;
    private static final int OPERATION_TIMEOUT = 68;
    private static final int NO_DOMAIN_METADATA = 80;

    private static final List<String> BROKEN_CONNECTION =
            List.of(
                    "Failed to connect socket",
                    "End of file while reading data",
                    "Cannot recv data",
                    "Cannot write data");

    private final int code;

    LibvirtException(String message, int code) {
        super(message);
        this.code = code;
    }

    LibvirtException(String message, Throwable cause) {
        super(message, cause);
        this.code = UNKNOWN;
    }

    /** The same failure as seen by the calling thread, whose stack helps more than a pool's. */
    LibvirtException here() {
        LibvirtException copy = new LibvirtException(String.valueOf(getMessage()), code);
        copy.initCause(this);
        return copy;
    }

    public int code() {
        return code;
    }

    public boolean noSuchDomain() {
        return code == NO_DOMAIN;
    }

    public boolean noMetadata() {
        return code == NO_DOMAIN_METADATA;
    }

    /** The domain is in a state that does not allow it, such as stopping one that is off. */
    public boolean operationInvalid() {
        return code == OPERATION_INVALID;
    }

    /** Whether the same call may succeed later: not if what was asked for is wrong. */
    public boolean worthRetrying() {
        return daemonUnavailable() || code == INTERNAL_ERROR || code == UNKNOWN;
    }

    /**
     * No connection could be had, or it broke: nothing is known of what was asked. Among errors of
     * the host's system, which libvirt reports when a disk is full, too, these are told by their
     * words: the daemon went away in the middle of an answer, or one of its companions is not back.
     */
    public boolean unreachable() {
        return switch (code) {
            case NO_CONNECT, INVALID_CONNECTION, RPC, NO_ANSWER -> true;
            case SYSTEM_ERROR ->
                    BROKEN_CONNECTION.stream().anyMatch(String.valueOf(getMessage())::contains);
            default -> false;
        };
    }

    /** The same failure, of a connection that could not be made. */
    LibvirtException whileConnecting() {
        LibvirtException copy = new LibvirtException(String.valueOf(getMessage()), NO_CONNECT);
        copy.initCause(this);
        return copy;
    }

    /** The daemon was not there, or went away, or did not answer in time. */
    public boolean daemonUnavailable() {
        return switch (code) {
            case NO_CONNECT, INVALID_CONNECTION, SYSTEM_ERROR, RPC, OPERATION_TIMEOUT, NO_ANSWER ->
                    true;
            default -> false;
        };
    }
}
