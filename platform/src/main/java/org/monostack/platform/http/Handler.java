package org.monostack.platform.http;

/** Answers one route. Runs on a virtual thread of its own and may block. */
@FunctionalInterface
public interface Handler {
    Response handle(Request request) throws Exception;
}
