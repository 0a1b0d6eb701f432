package org.monostack.compute.spi;

/**
 * One host as its hypervisor describes it.
 *
 * @param hostname the host's name, unique in the cloud
 * @param hypervisorType QEMU, KVM or fake, as Nova reports it
 * @param hypervisorVersion Nova's integer form: major * 1,000,000 + minor * 1,000 + micro
 * @param architecture for example x86_64
 * @param cpuInfoJson Nova's cpu_info: a JSON object as text (vendor, model, topology, features)
 * @param memoryMb physical memory in MiB
 * @param diskGb size in GiB of the file system that holds the servers' disks
 * @param hostIp the address under which other hosts reach this one
 */
public record HostCapacity(
        String hostname,
        String hypervisorType,
        long hypervisorVersion,
        String architecture,
        String cpuInfoJson,
        int vcpus,
        long memoryMb,
        long diskGb,
        String hostIp) {}
