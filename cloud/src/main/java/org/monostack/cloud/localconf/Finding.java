package org.monostack.cloud.localconf;

/**
 * Something the reader of a local.conf should be told although it stops nothing.
 *
 * @param line the line it is about, 0 when it is about none
 */
public record Finding(int line, String text) {

    @Override
    public String toString() {
        return line == 0 ? text : "line " + line + ": " + text;
    }
}
