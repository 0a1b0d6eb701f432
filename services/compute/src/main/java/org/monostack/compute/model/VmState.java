package org.monostack.compute.model;

/** What a server durably is; the basis of its status. */
public enum VmState {
    BUILDING("building"),
    ACTIVE("active"),
    STOPPED("stopped"),
    PAUSED("paused"),
    SUSPENDED("suspended"),
    RESIZED("resized"),
    RESCUED("rescued"),
    SHELVED("shelved"),
    SHELVED_OFFLOADED("shelved_offloaded"),
    ERROR("error"),
    DELETED("deleted");

    private final String text;

    VmState(String text) {
        this.text = text;
    }

    /** The word on the wire and in the database. */
    public String text() {
        return text;
    }

    public static VmState of(String text) {
        for (VmState state : values()) {
            if (state.text.equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException(text);
    }
}
