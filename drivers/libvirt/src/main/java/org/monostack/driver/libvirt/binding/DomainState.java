package org.monostack.driver.libvirt.binding;

/** libvirt's virDomainState. */
public enum DomainState {
    NO_STATE,
    RUNNING,
    BLOCKED,
    PAUSED,
    SHUTTING_DOWN,
    SHUT_OFF,
    CRASHED,
    SLEEPING;

    static DomainState of(int number) {
        DomainState[] all = values();
        return number >= 0 && number < all.length ? all[number] : NO_STATE;
    }

    /** Whether a QEMU process exists for it. */
    public boolean active() {
        return switch (this) {
            case RUNNING, BLOCKED, PAUSED, SHUTTING_DOWN, SLEEPING -> true;
            case NO_STATE, SHUT_OFF, CRASHED -> false;
        };
    }
}
