package org.monostack.driver.libvirt.binding;

/**
 * Sizes of one of a domain's disks, in bytes.
 *
 * @param capacity what the guest sees
 * @param allocation what the host's storage holds of it
 * @param physical size of the container, such as the file
 */
public record BlockInfo(long capacity, long allocation, long physical) {}
