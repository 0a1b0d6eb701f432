package org.monostack.identity.model;

import java.util.Optional;

/** Users who get roles together. */
public record Group(
        String id, String domainId, String name, Optional<String> description, String extra) {}
