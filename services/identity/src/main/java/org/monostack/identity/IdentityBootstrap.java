package org.monostack.identity;

/**
 * Seeds a cloud with what it needs before anybody can log in. Every method makes sure that
 * something is there and returns its id; calling it again changes nothing, except that a password
 * or an endpoint's address follows what is given. Each runs in a transaction of its own.
 */
public interface IdentityBootstrap {

    /** A domain with a fixed id, such as {@code default}. */
    String ensureDomain(String id, String name);

    /** An enabled project at the top of a domain. */
    String ensureProject(String domainId, String name, String description);

    /** An enabled user with this password; a password that was changed since is set back. */
    String ensureUser(String domainId, String name, String password);

    String ensureGroup(String domainId, String name);

    void ensureMember(String groupId, String userId);

    /** A role that belongs to no domain. */
    String ensureRole(String name);

    /** Whoever has the first role has the second one too. */
    void ensureImpliedRole(String priorRoleId, String impliedRoleId);

    void grantOnProject(String userId, String projectId, String roleId);

    void grantOnDomain(String userId, String domainId, String roleId);

    void grantOnSystem(String userId, String roleId);

    void grantGroupOnProject(String groupId, String projectId, String roleId);

    void ensureRegion(String id);

    String ensureService(String type, String name, String description);

    /**
     * @param kind public, internal or admin
     */
    String ensureEndpoint(String serviceId, String kind, String regionId, String url);
}
