package org.monostack.driver.libvirt.binding;

import java.util.UUID;

/**
 * A domain and what it is doing.
 *
 * @param crashed it is off because QEMU died or the guest crashed
 * @param saved its memory is saved, and starting it will restore that
 */
public record DomainStatus(
        UUID uuid, String name, DomainState state, boolean crashed, boolean saved) {}
