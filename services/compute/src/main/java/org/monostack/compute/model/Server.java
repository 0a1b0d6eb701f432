package org.monostack.compute.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server as its row says.
 *
 * @param number counts all servers ever made; gives the hypervisor-side name
 * @param network what the creator asked for, until ports exist
 */
public record Server(
        UUID id,
        long number,
        String projectId,
        String userId,
        Wish wish,
        State state,
        Flavor flavor,
        Optional<Flavor> oldFlavor,
        ImageRef image,
        Map<String, String> metadata,
        List<String> tags,
        Instant createdAt,
        Instant updatedAt,
        long revision) {

    /**
     * What the user asked for.
     *
     * @param availabilityZone the zone that was asked for
     * @param hints scheduler hints as JSON
     */
    public record Wish(
            String name,
            Optional<String> description,
            String hostname,
            String reservationId,
            int launchIndex,
            Optional<KeyRef> key,
            Optional<String> userData,
            boolean configDrive,
            Map<String, String> personality,
            Optional<String> availabilityZone,
            String hints,
            Optional<UUID> group,
            String accessIpv4,
            String accessIpv6,
            String diskConfig) {}

    /** A copy of the key pair, which may be deleted while the server lives. */
    public record KeyRef(String name, String type, String publicKey) {}

    /**
     * Where the server stands.
     *
     * @param cancel a deletion waits: whatever runs now should give up
     */
    public record State(
            VmState vm,
            Optional<TaskState> task,
            int power,
            int progress,
            Optional<String> host,
            Optional<String> lockedBy,
            Optional<String> lockedReason,
            boolean cancel,
            Optional<Fault> fault,
            Optional<Instant> launchedAt,
            Optional<Instant> terminatedAt,
            boolean deleted) {}

    /** Why a server is in error. */
    public record Fault(int code, String message, Optional<String> details, Instant at) {}

    /** The name of the machine on its hypervisor. */
    public String instanceName() {
        return String.format("instance-%08x", number);
    }

    /** The server's id in EC2's metadata. */
    public String ec2Id() {
        return String.format("i-%08x", number);
    }

    public String status() {
        return ServerStatus.of(state.vm(), state.task());
    }

    /** Whether its content is in an image of its own, on a host or not. */
    public boolean shelved() {
        return state.vm() == VmState.SHELVED || state.vm() == VmState.SHELVED_OFFLOADED;
    }

    public boolean locked() {
        return state.lockedBy().isPresent();
    }

    /** The task's word, or null, as JSON wants it. */
    public @Nullable String taskText() {
        return state.task().map(TaskState::text).orElse(null);
    }
}
