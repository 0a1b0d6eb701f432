package org.monostack.image.api;

import java.util.Map;
import org.monostack.image.model.Metadef;
import org.monostack.image.store.MetadefStore;
import org.monostack.platform.database.Transaction;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.http.Request;

/** Finds the namespace that a path names, with the caller's eyes: a foreign private one is 404. */
public final class MetadefAccess {
    private final MetadefStore store;

    public MetadefAccess(MetadefStore store) {
        this.store = store;
    }

    /** The namespace, if the caller sees it and may do this to it. */
    Metadef.Namespace allowed(Transaction tx, Request request, String rule) {
        String name = request.pathParameter("namespace");
        Metadef.Namespace namespace = store.find(tx, name).orElseThrow(() -> notFound(name));
        Map<String, String> target =
                Map.of(
                        "project_id", namespace.owner(),
                        "owner", namespace.owner(),
                        "visibility", namespace.visibility());
        if (!request.allowed("get_metadef_namespace", target)) {
            throw notFound(name);
        }
        request.authorize(rule, target);
        return namespace;
    }

    private static ApiException notFound(String name) {
        return ApiException.notFound(
                "Metadata definition namespace not found for namespace: " + name);
    }
}
