package org.monostack.identity.model;

/** One condition of a list request, such as {@code name__startswith=a}. */
public record Filter(String field, Operator operator, String value) {

    public enum Operator {
        EQUALS,
        CONTAINS,
        STARTS_WITH,
        ENDS_WITH
    }
}
