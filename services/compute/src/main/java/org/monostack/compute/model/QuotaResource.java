package org.monostack.compute.model;

import java.util.Locale;
import java.util.Optional;

/** What compute counts or limits per project, with the default limits; -1 means no limit. */
public enum QuotaResource {
    INSTANCES(10, true, true),
    CORES(20, true, true),
    RAM(51_200, true, true),
    METADATA_ITEMS(128, false, true),
    INJECTED_FILES(5, false, true),
    INJECTED_FILE_CONTENT_BYTES(10_240, false, true),
    INJECTED_FILE_PATH_BYTES(255, false, true),
    KEY_PAIRS(100, false, true),
    SERVER_GROUPS(10, true, false),
    SERVER_GROUP_MEMBERS(10, false, true),
    FIXED_IPS(-1, false, false),
    FLOATING_IPS(-1, false, false),
    SECURITY_GROUPS(-1, false, false),
    SECURITY_GROUP_RULES(-1, false, false);

    private final long defaultLimit;
    private final boolean counted;
    private final boolean perUser;

    QuotaResource(long defaultLimit, boolean counted, boolean perUser) {
        this.defaultLimit = defaultLimit;
        this.counted = counted;
        this.perUser = perUser;
    }

    public long defaultLimit() {
        return defaultLimit;
    }

    /** Whether use is counted over rows of a project. */
    public boolean counted() {
        return counted;
    }

    /** Whether a user within a project may have a limit of his own. */
    public boolean perUser() {
        return perUser;
    }

    /** The word on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of network's matters, which compute's API shows up to 2.35 only. */
    public boolean ofNetwork() {
        return this == FIXED_IPS
                || this == FLOATING_IPS
                || this == SECURITY_GROUPS
                || this == SECURITY_GROUP_RULES;
    }

    /** Of file injection, which ended with 2.56. */
    public boolean ofInjection() {
        return this == INJECTED_FILES
                || this == INJECTED_FILE_CONTENT_BYTES
                || this == INJECTED_FILE_PATH_BYTES;
    }

    public static Optional<QuotaResource> of(String text) {
        for (QuotaResource resource : values()) {
            if (resource.text().equals(text)) {
                return Optional.of(resource);
            }
        }
        return Optional.empty();
    }
}
