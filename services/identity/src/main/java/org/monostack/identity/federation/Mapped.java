package org.monostack.identity.federation;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a mapping makes of what a provider says.
 *
 * @param groupIds groups that must be there
 * @param groups groups by name; one that is not there is left out
 * @param projects where the user gets roles of its own; a project that is not there is made
 */
record Mapped(
        MappedUser user,
        Set<String> groupIds,
        List<GroupName> groups,
        List<ProjectRoles> projects) {

    Mapped {
        groupIds = Set.copyOf(groupIds);
        groups = List.copyOf(groups);
        projects = List.copyOf(projects);
    }

    /**
     * @param local whether the user is one of ours, and no account is made for it
     */
    record MappedUser(
            Optional<String> id,
            Optional<String> name,
            Optional<String> email,
            Optional<DomainName> domain,
            boolean local) {}

    /** A domain by its id or, if that is not there, its name. */
    record DomainName(Optional<String> id, Optional<String> name) {}

    record GroupName(String name, DomainName domain) {}

    /**
     * @param domain the provider's domain if it names none
     * @param roles their names
     */
    record ProjectRoles(String name, Optional<DomainName> domain, List<String> roles) {}
}
