package org.monostack.image.model;

import java.util.Locale;

/** Where an image stands. Its name in lower case is what clients see. */
public enum ImageStatus {
    /** Recorded, without content. */
    QUEUED,
    /** A client is sending its content. */
    SAVING,
    /** Its content is staged, or is being staged, for an import. */
    UPLOADING,
    /** An import is under way. */
    IMPORTING,
    /** Its content is there. */
    ACTIVE,
    /** Its content is there, and withheld from all but administrators. */
    DEACTIVATED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it has content. */
    public boolean hasContent() {
        return this == ACTIVE || this == DEACTIVATED;
    }
}
