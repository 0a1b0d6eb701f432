package org.monostack.compute.model;

/** What is being done to a server right now. */
public enum TaskState {
    SCHEDULING("scheduling"),
    NETWORKING("networking"),
    BLOCK_DEVICE_MAPPING("block_device_mapping"),
    SPAWNING("spawning"),
    DELETING("deleting"),
    POWERING_ON("powering-on"),
    POWERING_OFF("powering-off"),
    REBOOTING("rebooting"),
    REBOOTING_HARD("rebooting_hard"),
    PAUSING("pausing"),
    UNPAUSING("unpausing"),
    SUSPENDING("suspending"),
    RESUMING("resuming"),
    REBUILDING("rebuilding"),
    RESIZE_PREP("resize_prep"),
    RESIZE_MIGRATING("resize_migrating"),
    RESIZE_FINISH("resize_finish"),
    RESIZE_REVERTING("resize_reverting"),
    IMAGE_SNAPSHOT_PENDING("image_snapshot_pending"),
    IMAGE_BACKUP("image_backup"),
    IMAGE_UPLOADING("image_uploading"),
    SHELVING("shelving"),
    SHELVING_IMAGE_UPLOADING("shelving_image_uploading"),
    SHELVING_OFFLOADING("shelving_offloading"),
    UNSHELVING("unshelving"),
    RESCUING("rescuing"),
    UNRESCUING("unrescuing");

    private final String text;

    TaskState(String text) {
        this.text = text;
    }

    /** The word on the wire and in the database. */
    public String text() {
        return text;
    }

    public static TaskState of(String text) {
        for (TaskState state : values()) {
            if (state.text.equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException(text);
    }
}
