package org.monostack.driver.libvirt.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Turns what libvirt's C functions leave in memory into records. Called on pool threads only. */
final class DomainReader {
    private static final int UUID_STRING_SIZE = 37;
    private static final int PAUSED_REASON_STARTING_UP = 11;
    private static final int SHUT_OFF_REASON_CRASHED = 3;
    private static final int JOB_NONE = 0;
    private static final int JOB_STATS_COMPLETED = 1;

    private final NativeLibrary library;

    DomainReader(NativeLibrary library) {
        this.library = library;
    }

    /** Every domain of a connection. */
    List<DomainStatus> list(MemorySegment connection) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            int count =
                    library.checked(
                            "list domains", "virConnectListAllDomains", connection, result, 0);
            MemorySegment array = result.get(ValueLayout.ADDRESS, 0);
            List<DomainStatus> statuses = new ArrayList<>(count);
            try {
                MemorySegment pointers = array.reinterpret(count * ValueLayout.ADDRESS.byteSize());
                for (int i = 0; i < count; i++) {
                    MemorySegment domain = pointers.getAtIndex(ValueLayout.ADDRESS, i);
                    try {
                        statuses.add(status(domain));
                    } catch (LibvirtException e) {
                        // It may go away between the listing and the look at it.
                        if (!e.noSuchDomain()) {
                            throw e;
                        }
                    } finally {
                        library.integer("virDomainFree", domain);
                    }
                }
            } finally {
                library.free(array);
            }
            return statuses;
        }
    }

    /** What a domain is doing. */
    DomainStatus status(MemorySegment domain) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment reason = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment uuid = arena.allocate(UUID_STRING_SIZE);
            library.checked("read a domain's state", "virDomainGetState", domain, state, reason, 0);
            library.checked("read a domain's id", "virDomainGetUUIDString", domain, uuid);
            DomainState value = DomainState.of(state.get(ValueLayout.JAVA_INT, 0));
            int why = reason.get(ValueLayout.JAVA_INT, 0);
            boolean saved =
                    library.checked(
                                    "look for saved memory",
                                    "virDomainHasManagedSaveImage",
                                    domain,
                                    0)
                            == 1;
            boolean starting = value == DomainState.PAUSED && why == PAUSED_REASON_STARTING_UP;
            boolean crashed =
                    value == DomainState.CRASHED
                            || value == DomainState.SHUT_OFF && why == SHUT_OFF_REASON_CRASHED;
            return new DomainStatus(
                    UUID.fromString(uuid.getString(0)),
                    NativeLibrary.string(
                            library.checkedPointer(
                                    "read a domain's name", "virDomainGetName", domain)),
                    value,
                    starting,
                    crashed,
                    saved);
        }
    }

    /** What a domain's job is doing, or how the last one ended. */
    JobState job(MemorySegment domain) {
        return jobType(domain, 0) == JOB_NONE
                ? JobState.ofEnded(jobType(domain, JOB_STATS_COMPLETED))
                : JobState.RUNNING;
    }

    private int jobType(MemorySegment domain, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment values = arena.allocate(ValueLayout.ADDRESS);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            library.checked(
                    "watch a job", "virDomainGetJobStats", domain, type, values, count, flags);
            library.integer(
                    "virTypedParamsFree",
                    values.get(ValueLayout.ADDRESS, 0),
                    count.get(ValueLayout.JAVA_INT, 0));
            return type.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
