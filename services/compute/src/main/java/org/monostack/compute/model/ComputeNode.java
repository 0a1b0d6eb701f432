package org.monostack.compute.model;

import java.time.Instant;
import java.util.UUID;

/** A hypervisor as it described itself when it registered. */
public record ComputeNode(
        long number,
        UUID id,
        String host,
        String hypervisorType,
        long hypervisorVersion,
        String architecture,
        String cpuInfo,
        int vcpus,
        long memoryMb,
        long diskGb,
        String hostIp,
        Instant bootedAt) {}
