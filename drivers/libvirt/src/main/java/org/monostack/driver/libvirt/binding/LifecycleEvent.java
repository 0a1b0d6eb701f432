package org.monostack.driver.libvirt.binding;

import java.util.UUID;

/** Something happened to a domain's life. A hint: read its status to know. */
public record LifecycleEvent(UUID domain, Kind kind) {

    /** libvirt's virDomainEventType. */
    public enum Kind {
        DEFINED,
        UNDEFINED,
        STARTED,
        SUSPENDED,
        RESUMED,
        STOPPED,
        SHUT_DOWN,
        SLEEPING,
        CRASHED,
        OTHER;

        static Kind of(int number) {
            return number >= 0 && number < OTHER.ordinal() ? values()[number] : OTHER;
        }
    }
}
