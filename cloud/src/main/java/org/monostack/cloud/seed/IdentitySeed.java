package org.monostack.cloud.seed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.monostack.cloud.config.CloudConfig;
import org.monostack.cloud.launch.Credentials;
import org.monostack.cloud.launch.Endpoints;
import org.monostack.identity.IdentityBootstrap;

/** The domain, projects, roles, users and catalog of a new cloud. Each call ensures; repeatable. */
public final class IdentitySeed {

    private static final String DOMAIN = "default";

    private final IdentityBootstrap identity;

    public IdentitySeed(IdentityBootstrap identity) {
        this.identity = identity;
    }

    /** Who may do what. */
    public void people(Credentials credentials) {
        identity.ensureDomain(DOMAIN, "Default");
        Map<String, String> roles = new LinkedHashMap<>();
        for (String role : List.of("admin", "manager", "member", "reader", "service")) {
            roles.put(role, identity.ensureRole(role));
        }
        String admin = role(roles, "admin");
        String member = role(roles, "member");
        identity.ensureImpliedRole(admin, role(roles, "manager"));
        identity.ensureImpliedRole(role(roles, "manager"), member);
        identity.ensureImpliedRole(member, role(roles, "reader"));

        String adminProject = project("admin", "Bootstrap project for initializing the cloud.");
        String demoProject = project("demo", "");
        String altProject = project("alt_demo", "");
        String serviceProject = project("service", "");
        String invisible = project("invisible_to_admin", "");

        String adminUser = identity.ensureUser(DOMAIN, "admin", credentials.admin());
        identity.grantOnSystem(adminUser, admin);
        identity.grantOnDomain(adminUser, DOMAIN, admin);
        for (String project : List.of(adminProject, demoProject, altProject)) {
            identity.grantOnProject(adminUser, project, admin);
        }
        String demoUser = identity.ensureUser(DOMAIN, "demo", credentials.admin());
        identity.grantOnProject(demoUser, demoProject, member);
        identity.grantOnProject(demoUser, invisible, member);
        String altUser = identity.ensureUser(DOMAIN, "alt_demo", credentials.admin());
        identity.grantOnProject(altUser, altProject, member);

        for (String service : List.of("nova", "glance", "neutron", "placement")) {
            String user = identity.ensureUser(DOMAIN, service, credentials.service());
            identity.grantOnProject(user, serviceProject, role(roles, "service"));
            if (service.equals("nova")) {
                // Nova acts for users on ports and images that are not its own.
                identity.grantOnProject(user, serviceProject, admin);
            }
        }
    }

    /** What is served, and where. */
    public void catalog(CloudConfig config, Endpoints endpoints) {
        String region = config.identity().region();
        identity.ensureRegion(region);
        service(region, "identity", "keystone", endpoints.url("identity") + "/v3");
        service(region, "image", "glance", endpoints.url("image"));
        service(region, "compute", "nova", endpoints.url("compute") + "/v2.1");
        service(region, "placement", "placement", endpoints.url("placement"));
        service(region, "network", "neutron", endpoints.url("network"));
    }

    private void service(String region, String type, String name, String url) {
        String service = identity.ensureService(type, name, "");
        for (String kind : List.of("public", "internal", "admin")) {
            identity.ensureEndpoint(service, kind, region, url);
        }
    }

    private String project(String name, String description) {
        return identity.ensureProject(DOMAIN, name, description);
    }

    private static String role(Map<String, String> roles, String name) {
        return java.util.Objects.requireNonNull(roles.get(name));
    }
}
