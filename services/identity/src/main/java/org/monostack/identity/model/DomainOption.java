package org.monostack.identity.model;

/**
 * One option of a domain's own configuration.
 *
 * @param value as JSON
 * @param secret whether it is never shown
 */
public record DomainOption(String group, String name, String value, boolean secret) {

    /** Never the value, which may be a secret. */
    @Override
    public String toString() {
        return "DomainOption[" + group + "." + name + "]";
    }
}
