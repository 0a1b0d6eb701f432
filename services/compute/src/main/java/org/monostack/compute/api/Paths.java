package org.monostack.compute.api;

import java.util.List;

/** The paths under which each resource is found: with and without a project, /v2.1 and /v2. */
final class Paths {
    private Paths() {}

    static List<String> of(String path) {
        return List.of(
                "/v2.1" + path,
                "/v2.1/{project_id}" + path,
                "/v2" + path,
                "/v2/{project_id}" + path);
    }
}
