package org.monostack.compute.model;

/** The numbers of OS-EXT-STS:power_state. */
public final class PowerStates {
    public static final int NO_STATE = 0;
    public static final int RUNNING = 1;
    public static final int PAUSED = 3;
    public static final int SHUTDOWN = 4;
    public static final int CRASHED = 6;
    public static final int SUSPENDED = 7;

    private PowerStates() {}
}
