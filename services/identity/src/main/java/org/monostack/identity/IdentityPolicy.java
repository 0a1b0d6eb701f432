package org.monostack.identity;

import org.monostack.platform.policy.Policy;

/**
 * The default rules: Keystone's names and meaning, with the roles admin, manager (of a domain),
 * member and reader.
 */
final class IdentityPolicy {

    private static final String ADMIN = "rule:admin_required";
    private static final String SYSTEM_READER = "(role:reader and system_scope:all)";
    private static final String ADMIN_OR_SYSTEM_READER = ADMIN + " or " + SYSTEM_READER;
    private static final String OWN_DOMAIN_OF_USER = "domain_id:%(target.user.domain_id)s";
    private static final String OWN_DOMAIN_OF_GROUP = "domain_id:%(target.group.domain_id)s";
    private static final String OWN_DOMAIN_OF_PROJECT =
            "domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s";
    private static final String SELF = "user_id:%(target.user.id)s";

    private final Policy.Builder rules = new Policy.Builder();

    private IdentityPolicy() {}

    static Policy defaults() {
        IdentityPolicy policy = new IdentityPolicy();
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
        policy.others();
        return policy.rules.build();
    }

    private void add(String check, String... names) {
        for (String name : names) {
            rules.rule("identity:" + name, check, describe(name));
        }
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
        String manager = ADMIN + " or (role:manager and " + OWN_DOMAIN_OF_USER + ")";
        add(
                ADMIN_OR_SYSTEM_READER + " or " + reader + " or " + SELF,
                "get_user",
                "list_user_projects");
        add(
                ADMIN_OR_SYSTEM_READER + " or (role:reader and domain_id:%(target.domain_id)s)",
                "list_users",
                "list_projects",
                "list_role_assignments",
                "list_role_assignments_for_tree");
        add(manager, "create_user", "update_user", "delete_user");
        add(
                ADMIN_OR_SYSTEM_READER + " or " + reader + " or user_id:%(user_id)s",
                "list_groups_for_user");
    }

    private void projects() {
        add(
                ADMIN_OR_SYSTEM_READER
                        + " or (role:reader and "
                        + OWN_DOMAIN_OF_PROJECT
                        + ") or project_id:%(target.project.id)s",
                "get_project",
                "list_project_tags",
                "get_project_tag");
        add(
                ADMIN + " or (role:manager and " + OWN_DOMAIN_OF_PROJECT + ")",
                "create_project",
                "update_project",
                "delete_project",
                "update_project_tags",
                "create_project_tag",
                "delete_project_tags",
                "delete_project_tag");
        add(
                ADMIN_OR_SYSTEM_READER
                        + " or token.domain.id:%(target.domain.id)s"
                        + " or token.project.domain.id:%(target.domain.id)s",
                "get_domain");
        add(
                ADMIN_OR_SYSTEM_READER + " or (role:reader and domain_id:%(target.domain.id)s)",
                "list_domains");
        add(ADMIN, "create_domain", "update_domain", "delete_domain");
    }

    private void groups() {
        add(
                ADMIN_OR_SYSTEM_READER + " or (role:reader and " + OWN_DOMAIN_OF_GROUP + ")",
                "get_group",
                "list_groups",
                "list_users_in_group");
        add(
                ADMIN + " or (role:manager and " + OWN_DOMAIN_OF_GROUP + ")",
                "create_group",
                "update_group",
                "delete_group");
        String both = OWN_DOMAIN_OF_GROUP + " and " + OWN_DOMAIN_OF_USER;
        add(
                ADMIN + " or (role:manager and " + both + ")",
                "add_user_to_group",
                "remove_user_from_group");
        add(ADMIN_OR_SYSTEM_READER + " or (role:reader and " + both + ")", "check_user_in_group");
    }

    private void roles() {
        add(
                ADMIN_OR_SYSTEM_READER + " or (role:manager and rule:domain_managed_target_role)",
                "get_role");
        add(ADMIN_OR_SYSTEM_READER + " or (role:manager and not domain_id:None)", "list_roles");
        add(
                ADMIN,
                "create_role",
                "update_role",
                "delete_role",
                "create_domain_role",
                "update_domain_role",
                "delete_domain_role",
                "create_implied_role",
                "delete_implied_role");
        add(
                ADMIN_OR_SYSTEM_READER,
                "get_domain_role",
                "list_domain_roles",
                "get_implied_role",
                "list_implied_roles",
                "list_role_inference_rules",
                "check_implied_role");
    }

    private void grants() {
        String ownRole = "(domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s)";
        add(
                ADMIN + " or (" + SYSTEM_READER + " or " + within("reader") + ") and " + ownRole,
                "check_grant");
        add(ADMIN_OR_SYSTEM_READER + " or " + within("reader"), "list_grants");
        add(
                ADMIN
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
                ADMIN_OR_SYSTEM_READER,
                "list_system_grants_for_user",
                "check_system_grant_for_user",
                "list_system_grants_for_group",
                "check_system_grant_for_group");
        add(
                ADMIN,
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
                ADMIN,
                "create_region",
                "update_region",
                "delete_region",
                "create_service",
                "update_service",
                "delete_service",
                "create_endpoint",
                "update_endpoint",
                "delete_endpoint");
        add(
                ADMIN_OR_SYSTEM_READER,
                "get_service",
                "list_services",
                "get_endpoint",
                "list_endpoints");
    }

    private void endpointFilter() {
        add(
                ADMIN,
                "create_endpoint_group",
                "update_endpoint_group",
                "delete_endpoint_group",
                "add_endpoint_group_to_project",
                "remove_endpoint_group_from_project",
                "add_endpoint_to_project",
                "remove_endpoint_from_project");
        add(
                ADMIN_OR_SYSTEM_READER,
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
        add(ADMIN_OR_SYSTEM_READER + " or rule:token_subject", "check_token");
        add(
                ADMIN_OR_SYSTEM_READER + " or rule:service_role or rule:token_subject",
                "validate_token");
        add(ADMIN + " or rule:token_subject", "revoke_token");
    }

    private void delegation() {
        String trustor = "user_id:%(target.trust.trustor_user_id)s";
        String trustee = "user_id:%(target.trust.trustee_user_id)s";
        add(trustor, "create_trust");
        add(ADMIN_OR_SYSTEM_READER, "list_trusts");
        add(ADMIN_OR_SYSTEM_READER + " or " + trustor, "list_trusts_for_trustor");
        add(ADMIN_OR_SYSTEM_READER + " or " + trustee, "list_trusts_for_trustee");
        add(
                ADMIN_OR_SYSTEM_READER + " or " + trustor + " or " + trustee,
                "get_trust",
                "list_roles_for_trust",
                "get_role_for_trust");
        add(ADMIN + " or " + trustor, "delete_trust");
        add(
                ADMIN_OR_SYSTEM_READER + " or rule:owner",
                "get_application_credential",
                "list_application_credentials");
        add("user_id:%(user_id)s", "create_application_credential");
        add("rule:admin_or_owner", "delete_application_credential");
    }

    private void others() {
        String owner = "user_id:%(target.credential.user_id)s";
        add(ADMIN_OR_SYSTEM_READER + " or " + owner, "get_credential", "list_credentials");
        add(ADMIN + " or " + owner, "create_credential", "update_credential", "delete_credential");
        add(ADMIN_OR_SYSTEM_READER + " or rule:owner", "ec2_list_credentials");
        add(ADMIN_OR_SYSTEM_READER + " or " + owner, "ec2_get_credential");
        add(
                ADMIN + " or (role:member and " + owner + ")",
                "ec2_create_credential",
                "ec2_delete_credential");
        add(ADMIN, "create_policy", "update_policy", "delete_policy");
        add(ADMIN_OR_SYSTEM_READER, "get_policy", "list_policies");
    }
}
