package org.monostack.driver.libvirt.binding;

import java.util.UUID;

/**
 * A domain and what it is doing.
 *
 * @param starting its QEMU process exists, but it is not known yet whether a guest comes of it: a
 *     start is under way, or the daemon died in the middle of one and will end it
 * @param crashed it is off because QEMU died or the guest crashed
 * @param saved its memory is saved, and starting it will restore that
 */
public record DomainStatus(
        UUID uuid,
        String name,
        DomainState state,
        boolean starting,
        boolean crashed,
        boolean saved) {}
