package org.monostack.identity;

import java.util.List;
import org.monostack.platform.policy.Policy;

/**
 * The default rules: Keystone's names and meaning, with the roles admin, manager (of a domain),
 * member and reader.
 */
final class IdentityPolicy {

    private static final String SYSTEM_READER = "(role:reader and system_scope:all)";
    private static final String OWN_DOMAIN_OF_USER = "domain_id:%(target.user.domain_id)s";
    private static final String OWN_DOMAIN_OF_GROUP = "domain_id:%(target.group.domain_id)s";
    private static final String OWN_DOMAIN_OF_PROJECT =
            "domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s";
    private static final String SELF = "user_id:%(target.user.id)s";

    private static final String SYSTEM_ADMIN = "(role:admin and system_scope:all)";

    private final Policy.Builder rules = new Policy.Builder();
    private final boolean enforceScope;
    private final String admin;
    private final String adminOrSystemReader;

    private IdentityPolicy(boolean enforceScope) {
        this.enforceScope = enforceScope;
        admin = enforceScope ? SYSTEM_ADMIN : "rule:admin_required";
        adminOrSystemReader = admin + " or " + SYSTEM_READER;
    }

    /**
     * @param enforceScope whether only a token for the whole system makes an administrator of it;
     *     if not, the role admin does wherever it is held
     */
    static Policy defaults(boolean enforceScope) {
        IdentityPolicy policy = new IdentityPolicy(enforceScope);
        policy.blocks();
        policy.users();
        policy.projects();
        policy.groups();
        policy.roles();
        policy.grants();
        policy.catalog();
        policy.endpointFilter();
        policy.tokens();
        policy.delegation();
        policy.oauth();
        policy.configuration();
        policy.federation();
        policy.others();
        return policy.rules.build();
    }

    private void add(String check, String... names) {
        for (String name : names) {
            rules.rule("identity:" + name, check, describe(name));
        }
    }

    /** With enforced scopes, not with a token for a domain. */
    private void addNotForDomains(String check, String... names) {
        add(enforceScope ? "(" + check + ") and domain_id:None" : check, names);
    }

    /** With enforced scopes, neither with a token for a domain nor with one for the system. */
    private void addForProjects(String check, String... names) {
        add(
                enforceScope
                        ? "(" + check + ") and domain_id:None and not system_scope:all"
                        : check,
                names);
    }

    private static String describe(String name) {
        String words = name.replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    private void blocks() {
        rules.rule("admin_required", "role:admin or is_admin:1", "Who administers the cloud.");
        rules.rule("service_role", "role:service", "Who is a service of the cloud.");
        rules.rule("service_or_admin", "rule:admin_required or rule:service_role");
        rules.rule("owner", "user_id:%(user_id)s", "Who a request is about.");
        rules.rule("admin_or_owner", "rule:admin_required or rule:owner");
        rules.rule("token_subject", "user_id:%(target.token.user_id)s");
        rules.rule("admin_or_token_subject", "rule:admin_required or rule:token_subject");
        rules.rule("service_admin_or_token_subject", "rule:service_or_admin or rule:token_subject");
        rules.rule(
                "domain_managed_target_role",
                "'manager':%(target.role.name)s or 'member':%(target.role.name)s or"
                        + " 'reader':%(target.role.name)s",
                "The roles that a domain's manager may give and take.");
    }

    private void users() {
        String reader = "(role:reader and " + OWN_DOMAIN_OF_USER + ")";
        String manager = admin + " or (role:manager and " + OWN_DOMAIN_OF_USER + ")";
        add(
                adminOrSystemReader + " or " + reader + " or " + SELF,
                "get_user",
                "list_user_projects");
        add(
                adminOrSystemReader + " or (role:reader and domain_id:%(target.domain_id)s)",
                "list_users",
                "list_projects",
                "list_role_assignments");
        add(
                adminOrSystemReader
                        + " or (role:reader and domain_id:%(target.domain_id)s)"
                        + " or (role:reader and domain_id:%(target.project.domain_id)s)"
                        + " or (role:admin and project_id:%(target.project.id)s)",
                "list_role_assignments_for_tree");
        add(manager, "create_user", "update_user", "delete_user");
        add(
                adminOrSystemReader + " or " + reader + " or user_id:%(user_id)s",
                "list_groups_for_user");
    }

    private void projects() {
        add(
                adminOrSystemReader
                        + " or (role:reader and "
                        + OWN_DOMAIN_OF_PROJECT
                        + ") or project_id:%(target.project.id)s",
                "get_project",
                "list_project_tags",
                "get_project_tag");
        add(
                admin + " or (role:manager and " + OWN_DOMAIN_OF_PROJECT + ")",
                "create_project",
                "update_project",
                "delete_project");
        add(
                admin
                        + " or (role:manager and "
                        + OWN_DOMAIN_OF_PROJECT
                        + ") or (role:admin and project_id:%(target.project.id)s)",
                "update_project_tags",
                "create_project_tag",
                "delete_project_tags",
                "delete_project_tag");
        add(
                adminOrSystemReader
                        + " or token.domain.id:%(target.domain.id)s"
                        + " or token.project.domain.id:%(target.domain.id)s",
                "get_domain");
        add(
                adminOrSystemReader
                        + (enforceScope
                                ? ""
                                : " or (role:reader and domain_id:%(target.domain.id)s)"),
                "list_domains");
        add(admin, "create_domain", "update_domain", "delete_domain");
    }

    private void groups() {
        add(
                adminOrSystemReader + " or (role:reader and " + OWN_DOMAIN_OF_GROUP + ")",
                "get_group",
                "list_groups",
                "list_users_in_group");
        add(
                admin + " or (role:manager and " + OWN_DOMAIN_OF_GROUP + ")",
                "create_group",
                "update_group",
                "delete_group");
        String both = OWN_DOMAIN_OF_GROUP + " and " + OWN_DOMAIN_OF_USER;
        add(
                admin + " or (role:manager and " + both + ")",
                "add_user_to_group",
                "remove_user_from_group");
        add(adminOrSystemReader + " or (role:reader and " + both + ")", "check_user_in_group");
    }

    private void roles() {
        // With enforced scopes domains' managers are not told of roles.
        add(
                adminOrSystemReader
                        + (enforceScope
                                ? ""
                                : " or (role:manager and rule:domain_managed_target_role)"),
                "get_role");
        add(
                adminOrSystemReader
                        + (enforceScope ? "" : " or (role:manager and not domain_id:None)"),
                "list_roles");
        add(
                admin,
                "create_role",
                "update_role",
                "delete_role",
                "create_domain_role",
                "update_domain_role",
                "delete_domain_role",
                "create_implied_role",
                "delete_implied_role");
        add(
                adminOrSystemReader,
                "get_domain_role",
                "list_domain_roles",
                "get_implied_role",
                "list_implied_roles",
                "list_role_inference_rules",
                "check_implied_role");
    }

    private void grants() {
        String ownRole = "(domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)";
        add(adminOrSystemReader + " or " + within("reader") + " and " + ownRole, "check_grant");
        add(adminOrSystemReader + " or " + within("reader"), "list_grants");
        add(
                admin
                        + " or "
                        + within("admin")
                        + " and "
                        + ownRole
                        + " or "
                        + within("manager")
                        + " and rule:domain_managed_target_role",
                "create_grant",
                "revoke_grant");
        add(
                adminOrSystemReader,
                "list_system_grants_for_user",
                "check_system_grant_for_user",
                "list_system_grants_for_group",
                "check_system_grant_for_group");
        add(
                admin,
                "create_system_grant_for_user",
                "revoke_system_grant_for_user",
                "create_system_grant_for_group",
                "revoke_system_grant_for_group");
    }

    /** Somebody with this role on the domain that both sides of an assignment belong to. */
    private static String within(String role) {
        return "(role:"
                + role
                + " and ("
                + OWN_DOMAIN_OF_USER
                + " or "
                + OWN_DOMAIN_OF_GROUP
                + ") and (domain_id:%(target.project.domain_id)s or domain_id:%(target.domain.id)s))";
    }

    private void catalog() {
        add("", "get_region", "list_regions");
        add(
                admin,
                "create_region",
                "update_region",
                "delete_region",
                "create_service",
                "update_service",
                "delete_service",
                "create_endpoint",
                "update_endpoint",
                "delete_endpoint");
        add(adminOrSystemReader, "get_service", "list_services", "get_endpoint", "list_endpoints");
    }

    private void endpointFilter() {
        add(
                admin,
                "create_endpoint_group",
                "update_endpoint_group",
                "delete_endpoint_group",
                "add_endpoint_group_to_project",
                "remove_endpoint_group_from_project",
                "add_endpoint_to_project",
                "remove_endpoint_from_project");
        add(
                adminOrSystemReader,
                "list_endpoint_groups",
                "get_endpoint_group",
                "list_projects_associated_with_endpoint_group",
                "list_endpoints_associated_with_endpoint_group",
                "get_endpoint_group_in_project",
                "list_endpoint_groups_for_project",
                "list_projects_for_endpoint",
                "check_endpoint_in_project",
                "list_endpoints_for_project");
    }

    private void tokens() {
        add("", "get_auth_catalog", "get_auth_projects", "get_auth_domains", "get_auth_system");
        add(adminOrSystemReader + " or rule:token_subject", "check_token");
        add(adminOrSystemReader + " or rule:service_role or rule:token_subject", "validate_token");
        add(admin + " or rule:token_subject", "revoke_token");
    }

    private void delegation() {
        String trustor = "user_id:%(target.trust.trustor_user_id)s";
        String trustee = "user_id:%(target.trust.trustee_user_id)s";
        addForProjects(trustor, "create_trust");
        add(adminOrSystemReader, "list_trusts");
        addNotForDomains(adminOrSystemReader + " or " + trustor, "list_trusts_for_trustor");
        addNotForDomains(adminOrSystemReader + " or " + trustee, "list_trusts_for_trustee");
        addNotForDomains(
                adminOrSystemReader + " or " + trustor + " or " + trustee,
                "get_trust",
                "list_roles_for_trust",
                "get_role_for_trust");
        addNotForDomains(admin + " or " + trustor, "delete_trust");
        addNotForDomains(
                adminOrSystemReader + " or rule:owner",
                "get_application_credential",
                "list_application_credentials");
        addNotForDomains(SYSTEM_READER + " or " + SELF, "get_access_rule", "list_access_rules");
        addNotForDomains(SYSTEM_ADMIN + " or " + SELF, "delete_access_rule");
        addForProjects("user_id:%(user_id)s", "create_application_credential");
        addNotForDomains(admin + " or rule:owner", "delete_application_credential");
    }

    private void oauth() {
        add(adminOrSystemReader, "get_consumer", "list_consumers");
        add(admin, "create_consumer", "update_consumer", "delete_consumer");
        addForProjects(
                "rule:admin_required",
                "authorize_request_token",
                "get_access_token",
                "get_access_token_role",
                "list_access_tokens",
                "list_access_token_roles",
                "delete_access_token");
        add("rule:service_or_admin", "ec2tokens_validate", "s3tokens_validate");
    }

    /** Limits, domains' own options, and which policy is for what. */
    private void configuration() {
        add(
                "",
                "get_limit_model",
                "list_limits",
                "get_registered_limit",
                "list_registered_limits",
                "get_security_compliance_domain_config");
        add(
                adminOrSystemReader
                        + " or domain_id:%(target.limit.domain.id)s"
                        + " or domain_id:%(target.limit.project.domain_id)s"
                        + " or (project_id:%(target.limit.project_id)s"
                        + " and not None:%(target.limit.project_id)s)",
                "get_limit");
        add(
                admin,
                "create_limits",
                "update_limit",
                "delete_limit",
                "create_registered_limits",
                "update_registered_limit",
                "delete_registered_limit",
                "create_domain_config",
                "update_domain_config",
                "delete_domain_config");
        add(adminOrSystemReader, "get_domain_config", "get_domain_config_default");
        for (String place : List.of("endpoint", "service", "region_and_service")) {
            add(
                    admin,
                    "create_policy_association_for_" + place,
                    "delete_policy_association_for_" + place);
            add(adminOrSystemReader, "check_policy_association_for_" + place);
        }
        add(adminOrSystemReader, "list_endpoints_for_policy", "get_policy_for_endpoint");
    }

    private void federation() {
        for (String kind :
                List.of("identity_provider", "mapping", "protocol", "service_provider")) {
            add(admin, "create_" + kind, "update_" + kind, "delete_" + kind);
            add(adminOrSystemReader, "get_" + kind, "list_" + kind + "s");
        }
    }

    private void others() {
        String owner = "user_id:%(target.credential.user_id)s";
        addNotForDomains(
                adminOrSystemReader + " or " + owner, "get_credential", "list_credentials");
        addNotForDomains(
                admin + " or " + owner,
                "create_credential",
                "update_credential",
                "delete_credential");
        addNotForDomains(adminOrSystemReader + " or rule:owner", "ec2_list_credentials");
        addNotForDomains(adminOrSystemReader + " or " + owner, "ec2_get_credential");
        addNotForDomains(
                admin + " or " + (enforceScope ? owner : "(role:member and " + owner + ")"),
                "ec2_create_credential",
                "ec2_delete_credential");
        add("rule:service_or_admin", "list_revoke_events");
        add(admin, "create_policy", "update_policy", "delete_policy");
        add(adminOrSystemReader, "get_policy", "list_policies");
    }
}
