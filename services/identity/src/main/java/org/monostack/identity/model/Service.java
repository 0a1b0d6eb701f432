package org.monostack.identity.model;

import java.util.Optional;

/** A kind of API in the catalog. */
public record Service(
        String id,
        String type,
        Optional<String> name,
        Optional<String> description,
        boolean enabled,
        String extra) {}
