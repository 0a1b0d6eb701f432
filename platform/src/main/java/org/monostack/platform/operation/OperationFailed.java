package org.monostack.platform.operation;

/** Thrown by a step that knows that trying again is useless: the operation is undone and fails. */
public final class OperationFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason in words for the user
     */
    public OperationFailed(String reason) {
        super(reason);
    }

    public OperationFailed(String reason, Throwable cause) {
        super(reason, cause);
    }
}
