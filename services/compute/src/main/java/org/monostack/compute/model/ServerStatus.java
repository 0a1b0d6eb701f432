package org.monostack.compute.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server's {@code status}: what users see of its vm state and task state together. */
public final class ServerStatus {
    /** Statuses that show a progress. */
    public static final Set<String> WITH_PROGRESS =
            Set.of("ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING");

    /** Statuses that show a fault. */
    public static final Set<String> WITH_FAULT = Set.of("ERROR", "DELETED");

    /** Every status that a filter may name, with the vm states behind it. */
    private static final Map<String, List<VmState>> STATES =
            Map.ofEntries(
                    Map.entry("active", List.of(VmState.ACTIVE)),
                    Map.entry(
                            "reboot",
                            List.of(
                                    VmState.ACTIVE,
                                    VmState.STOPPED,
                                    VmState.PAUSED,
                                    VmState.SUSPENDED,
                                    VmState.ERROR)),
                    Map.entry(
                            "hard_reboot",
                            List.of(
                                    VmState.ACTIVE,
                                    VmState.STOPPED,
                                    VmState.PAUSED,
                                    VmState.SUSPENDED,
                                    VmState.ERROR)),
                    Map.entry("rebuild", List.of(VmState.ACTIVE, VmState.STOPPED, VmState.ERROR)),
                    Map.entry("resize", List.of(VmState.ACTIVE, VmState.STOPPED)),
                    Map.entry("build", List.of(VmState.BUILDING)),
                    Map.entry("shutoff", List.of(VmState.STOPPED)),
                    Map.entry("paused", List.of(VmState.PAUSED)),
                    Map.entry("suspended", List.of(VmState.SUSPENDED)),
                    Map.entry("verify_resize", List.of(VmState.RESIZED)),
                    Map.entry("revert_resize", List.of(VmState.RESIZED)),
                    Map.entry("rescue", List.of(VmState.RESCUED)),
                    Map.entry("error", List.of(VmState.ERROR)),
                    Map.entry("deleted", List.of(VmState.DELETED)),
                    Map.entry("password", List.<VmState>of()),
                    Map.entry("migrating", List.<VmState>of()),
                    Map.entry("soft_deleted", List.<VmState>of()),
                    Map.entry("shelved", List.of(VmState.SHELVED)),
                    Map.entry("shelved_offloaded", List.of(VmState.SHELVED_OFFLOADED)),
                    Map.entry("unknown", List.<VmState>of()));

    private static final Map<String, Set<TaskState>> TASKS =
            Map.of(
                    "reboot", Set.of(TaskState.REBOOTING),
                    "hard_reboot", Set.of(TaskState.REBOOTING_HARD),
                    "rebuild", Set.of(TaskState.REBUILDING),
                    "resize",
                            Set.of(
                                    TaskState.RESIZE_PREP,
                                    TaskState.RESIZE_MIGRATING,
                                    TaskState.RESIZE_FINISH),
                    "revert_resize", Set.of(TaskState.RESIZE_REVERTING));

    private ServerStatus() {}

    public static String of(VmState vm, Optional<TaskState> task) {
        if (task.isPresent() && vm != VmState.DELETED) {
            switch (task.get()) {
                case REBOOTING -> {
                    return "REBOOT";
                }
                case REBOOTING_HARD -> {
                    return "HARD_REBOOT";
                }
                case REBUILDING -> {
                    return "REBUILD";
                }
                case RESIZE_PREP, RESIZE_MIGRATING, RESIZE_FINISH -> {
                    return "RESIZE";
                }
                case RESIZE_REVERTING -> {
                    return "REVERT_RESIZE";
                }
                default -> {
                    // Other tasks do not show in the status.
                }
            }
        }
        return switch (vm) {
            case BUILDING -> "BUILD";
            case ACTIVE -> "ACTIVE";
            case STOPPED -> "SHUTOFF";
            case PAUSED -> "PAUSED";
            case SUSPENDED -> "SUSPENDED";
            case RESIZED -> "VERIFY_RESIZE";
            case RESCUED -> "RESCUE";
            case SHELVED -> "SHELVED";
            case SHELVED_OFFLOADED -> "SHELVED_OFFLOADED";
            case ERROR -> "ERROR";
            case DELETED -> "DELETED";
        };
    }

    /** What a filter by status selects; empty when there is no such status. */
    public static Optional<Selection> select(String status) {
        String key = status.toLowerCase(java.util.Locale.ROOT);
        List<VmState> states = STATES.get(key);
        return states == null
                ? Optional.empty()
                : Optional.of(new Selection(states, TASKS.getOrDefault(key, Set.of())));
    }

    /**
     * Servers of some status.
     *
     * @param states one of these
     * @param tasks if not empty: doing one of these
     */
    public record Selection(List<VmState> states, Set<TaskState> tasks) {}
}
