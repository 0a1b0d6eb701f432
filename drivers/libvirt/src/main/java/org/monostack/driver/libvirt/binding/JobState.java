package org.monostack.driver.libvirt.binding;

/** What became of a domain's long-running job. */
public enum JobState {
    NONE,
    RUNNING,
    COMPLETED,
    FAILED;

    // Numbers of virDomainJobType.
    private static final int NUMBER_NONE = 0;
    private static final int NUMBER_COMPLETED = 3;

    static JobState ofEnded(int number) {
        return switch (number) {
            case NUMBER_NONE -> NONE;
            case NUMBER_COMPLETED -> COMPLETED;
            default -> FAILED;
        };
    }
}
