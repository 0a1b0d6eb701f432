package org.monostack.identity.model;

import java.util.Optional;

/** A part of the deployment, possibly within another one. */
public record Region(
        String id, String description, Optional<String> parentRegionId, String extra) {}
