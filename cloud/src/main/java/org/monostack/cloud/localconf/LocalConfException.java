package org.monostack.cloud.localconf;

/** A local.conf that cannot be followed. The message names the line and the reason. */
public final class LocalConfException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    public LocalConfException(int line, String reason) {
        super(line == 0 ? reason : "line " + line + ": " + reason);
        this.line = line;
    }

    /** The line at fault, 0 when no line of the file is. */
    public int line() {
        return line;
    }
}
