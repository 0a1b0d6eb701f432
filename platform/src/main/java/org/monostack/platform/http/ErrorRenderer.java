package org.monostack.platform.http;

/** Writes an error in one service's own envelope. Must not throw. */
@FunctionalInterface
public interface ErrorRenderer {
    Response render(ApiException error, Request request);
}
