package org.monostack.placement.api;

import java.util.Optional;
import org.monostack.platform.http.Microversion;
import org.monostack.platform.http.MicroversionRange;
import org.monostack.platform.http.Request;
import org.monostack.platform.http.Response;
import org.monostack.platform.http.Routes;
import org.monostack.platform.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The version document at the root, open to everybody. */
public final class Versions {
    public static final MicroversionRange RANGE =
            new MicroversionRange(
                    "placement", Optional.empty(), Microversion.of("1.0"), Microversion.of("1.39"));

    private Versions() {}

    public static void route(Routes routes) {
        routes.get("/", Versions::show).open();
    }

    /** The version a request negotiated; empty if it failed before. */
    static Optional<Microversion> negotiated(Request request) {
        try {
            return Optional.of(request.microversion());
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static Response show(Request request) {
        ObjectNode document = Json.object();
        ObjectNode version = document.putArray("versions").addObject();
        version.put("id", "v" + RANGE.min());
        version.put("max_version", RANGE.max().toString());
        version.put("min_version", RANGE.min().toString());
        version.put("status", "CURRENT");
        version.putArray("links").addObject().put("rel", "self").put("href", "");
        return Replies.dated(request, Response.json(200, document), Optional.empty());
    }
}
