package org.monostack.identity.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.monostack.platform.http.ApiException;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which options a domain may configure for itself, and their defaults, as Keystone has them. */
final class DomainOptions {

    private static final JsonNode DEFAULTS =
            Json.read(
                    """
                    {"identity": {"driver": "sql", "list_limit": null},
                     "ldap": {
                      "url": "ldap://localhost", "user": null, "suffix": "cn=example,cn=com",
                      "query_scope": "one", "page_size": 0, "alias_dereferencing": "default",
                      "debug_level": null, "chase_referrals": null, "user_tree_dn": null,
                      "user_filter": null, "user_objectclass": "inetOrgPerson",
                      "user_id_attribute": "cn", "user_name_attribute": "sn",
                      "user_mail_attribute": "mail", "user_description_attribute": "description",
                      "user_pass_attribute": "userPassword", "user_enabled_attribute": "enabled",
                      "user_enabled_invert": false, "user_enabled_mask": 0,
                      "user_enabled_default": "True",
                      "user_attribute_ignore": ["default_project_id"],
                      "user_default_project_id_attribute": null, "user_enabled_emulation": false,
                      "user_enabled_emulation_dn": null,
                      "user_enabled_emulation_use_group_config": false,
                      "user_additional_attribute_mapping": [], "group_tree_dn": null,
                      "group_filter": null, "group_objectclass": "groupOfNames",
                      "group_id_attribute": "cn", "group_name_attribute": "ou",
                      "group_members_are_ids": false, "group_member_attribute": "member",
                      "group_desc_attribute": "description", "group_attribute_ignore": [],
                      "group_additional_attribute_mapping": [], "tls_cacertfile": null,
                      "tls_cacertdir": null, "use_tls": false, "tls_req_cert": "demand",
                      "use_pool": true, "pool_size": 10, "pool_retry_max": 3,
                      "pool_retry_delay": 0.1, "pool_connection_timeout": -1,
                      "pool_connection_lifetime": 600, "use_auth_pool": true,
                      "auth_pool_size": 100, "auth_pool_connection_lifetime": 60}}
                    """);
    private static final Map<String, Set<String>> SECRETS = Map.of("ldap", Set.of("password"));

    /**
     * They say who somebody is or whom to trust, and are not followed here, so they may be set to
     * their defaults only. What merely tunes Keystone's own code (pools, list_limit, debug_level)
     * is kept and has no effect.
     */
    private static final Set<String> MUST_BE_DEFAULT =
            Set.of(
                    "chase_referrals",
                    "user_pass_attribute",
                    "user_attribute_ignore",
                    "user_enabled_emulation",
                    "user_enabled_emulation_dn",
                    "user_enabled_emulation_use_group_config",
                    "user_additional_attribute_mapping",
                    "group_attribute_ignore",
                    "group_additional_attribute_mapping",
                    "tls_cacertdir");

    private DomainOptions() {}

    static boolean isSecret(String group, String option) {
        return SECRETS.getOrDefault(group, Set.of()).contains(option);
    }

    /** 403 naming the group or option that no domain may configure. */
    static void require(String group, Optional<String> option) {
        if (!DEFAULTS.has(group)) {
            throw invalid(
                    "Group " + group + " is not supported for domain specific configurations");
        }
        if (option.isPresent()
                && !DEFAULTS.path(group).has(option.get())
                && !isSecret(group, option.get())) {
            throw invalid(
                    "Option "
                            + option.get()
                            + " in group "
                            + group
                            + " is not supported for domain specific configurations");
        }
    }

    /** The same; and 403 for a value that would not be followed. */
    static void requireEffective(String group, String option, JsonNode value) {
        require(group, Optional.of(option));
        if (MUST_BE_DEFAULT.contains(option)
                && !value.asString(value.toString())
                        .equals(DEFAULTS.path(group).path(option).asString(""))
                && !value.equals(DEFAULTS.path(group).path(option))) {
            throw invalid(
                    "Option " + option + " in group " + group + " has this cloud's value always");
        }
    }

    static ApiException invalid(String reason) {
        return ApiException.forbidden("Invalid domain specific configuration: " + reason + ".");
    }

    /** The defaults: all, of a group, or of one option. */
    static ObjectNode defaults(Optional<String> group, Optional<String> option) {
        if (group.isEmpty()) {
            return (ObjectNode) DEFAULTS.deepCopy();
        }
        require(group.get(), option);
        JsonNode found = DEFAULTS.path(group.get());
        if (option.isPresent()) {
            JsonNode value = found.get(option.get());
            if (value == null) {
                throw invalid(
                        "Reading the default for option "
                                + option.get()
                                + " in group "
                                + group.get()
                                + " is not supported");
            }
            ObjectNode node = Json.object();
            node.set(option.get(), value);
            return node;
        }
        ObjectNode node = Json.object();
        node.set(group.get(), found.deepCopy());
        return node;
    }
}
