package org.monostack.identity.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A project, or the domain at the top of a tree of projects.
 *
 * @param domainId the domain it belongs to; a domain belongs to none and has an empty one
 * @param parentId the project or domain above; empty for a domain
 * @param path the ids of all above it and its own, between slashes
 * @param options resource options, a JSON object
 * @param extra attributes that we keep without knowing them, a JSON object
 */
public record Project(
        String id,
        String domainId,
        Optional<String> parentId,
        String name,
        boolean isDomain,
        boolean enabled,
        Optional<String> description,
        String path,
        String options,
        String extra,
        long revision) {

    /** A new domain, enabled. */
    public static Project domain(String id, String name, String description) {
        return new Project(
                id,
                "",
                Optional.empty(),
                name,
                true,
                true,
                Optional.of(description),
                "/" + id + "/",
                "{}",
                "{}",
                1);
    }

    /** The same place, called and described otherwise. */
    public Project with(
            String newName,
            boolean nowEnabled,
            Optional<String> newDescription,
            String newOptions,
            String newExtra) {
        return new Project(
                id,
                domainId,
                parentId,
                newName,
                isDomain,
                nowEnabled,
                newDescription,
                path,
                newOptions,
                newExtra,
                revision);
    }

    /** The ids of everything above it, the domain first. */
    public List<String> ancestors() {
        String[] ids = path.substring(1, path.length() - 1).split("/");
        return List.copyOf(Arrays.asList(ids).subList(0, ids.length - 1));
    }

    /** How many projects deep it is: 0 for a domain, 1 for a project at the top. */
    public int depth() {
        return ancestors().size();
    }
}
