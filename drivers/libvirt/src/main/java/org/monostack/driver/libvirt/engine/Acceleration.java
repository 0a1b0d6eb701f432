package org.monostack.driver.libvirt.engine;

/**
 * How QEMU runs guests on this host, and why.
 *
 * @param kvm true for hardware virtualisation by KVM, false for software emulation (TCG)
 * @param reason one sentence for the operator
 */
public record Acceleration(boolean kvm, String reason) {

    /** What the operator asks for (LIBVIRT_TYPE). */
    public enum Wish {
        /** KVM if a try shows that it runs guests, else emulation. */
        TRY,
        KVM,
        EMULATION
    }
}
