package org.monostack.image.api;

import org.monostack.platform.policy.Policy;

/** The image service's rules with OpenStack's names and defaults. */
public final class ImagePolicy {
    private static final String ADMIN = "rule:context_is_admin";
    private static final String MEMBER = "(role:member and project_id:%(project_id)s)";
    private static final String READER = "(role:reader and project_id:%(project_id)s)";
    private static final String WIDE =
            "project_id:%(project_id)s or project_id:%(member_id)s or"
                    + " 'community':%(visibility)s or 'public':%(visibility)s or"
                    + " 'shared':%(visibility)s";
    private static final String ADMIN_OR_MEMBER = ADMIN + " or " + MEMBER;
    private static final String ADMIN_OR_READER = ADMIN + " or " + READER;
    private static final String ADMIN_OR_READER_OR_OFFERED =
            ADMIN
                    + " or role:reader and (project_id:%(project_id)s or"
                    + " project_id:%(member_id)s)";

    private ImagePolicy() {}

    public static Policy defaults() {
        Policy.Builder rules = Policy.builder();
        addMetadefs(rules);
        return rules.rule("default", "")
                .rule("context_is_admin", "role:admin")
                .rule("service_api", "role:service or role:admin")
                .rule(
                        "add_image",
                        ADMIN
                                + " or (role:member and project_id:%(project_id)s and"
                                + " project_id:%(owner)s)",
                        "Create an image.")
                .rule("delete_image", ADMIN_OR_MEMBER, "Delete an image.")
                .rule("get_image", ADMIN + " or (role:reader and (" + WIDE + "))", "Show an image.")
                .rule("get_images", ADMIN_OR_READER, "List images.")
                .rule("modify_image", ADMIN_OR_MEMBER, "Change an image.")
                .rule("publicize_image", ADMIN, "Make an image public.")
                .rule("communitize_image", ADMIN_OR_MEMBER, "Make an image a community image.")
                .rule(
                        "download_image",
                        ADMIN + " or (role:member and (" + WIDE + "))",
                        "Download an image's content.")
                .rule("upload_image", ADMIN_OR_MEMBER, "Upload an image's content.")
                .rule("add_member", ADMIN_OR_MEMBER, "Share an image with a project.")
                .rule("delete_member", ADMIN_OR_MEMBER, "Stop sharing an image with a project.")
                .rule(
                        "get_member",
                        ADMIN_OR_READER_OR_OFFERED,
                        "Show whom an image is shared with.")
                .rule(
                        "get_members",
                        ADMIN_OR_READER_OR_OFFERED,
                        "List whom an image is shared with.")
                .rule(
                        "modify_member",
                        ADMIN + " or (role:member and project_id:%(member_id)s)",
                        "Accept or reject an image that is shared.")
                .rule("deactivate", ADMIN_OR_MEMBER, "Withhold an image's content.")
                .rule("reactivate", ADMIN_OR_MEMBER, "Give an image's content out again.")
                .rule("get_task", "rule:default", "Show a task.")
                .rule("get_tasks", "rule:default", "List tasks.")
                .rule("tasks_api_access", ADMIN, "Use the tasks API.")
                .rule("stores_info_detail", ADMIN, "List stores with their details.")
                .build();
    }

    private static void addMetadefs(Policy.Builder rules) {
        rules.rule("metadef_default", "").rule("metadef_admin", ADMIN);
        String readable =
                ADMIN
                        + " or (role:reader and (project_id:%(project_id)s or"
                        + " 'public':%(visibility)s))";
        rules.rule("get_metadef_namespaces", ADMIN_OR_READER, "List namespaces.");
        for (String rule :
                new String[] {
                    "get_metadef_namespace",
                    "get_metadef_object",
                    "get_metadef_objects",
                    "list_metadef_resource_types",
                    "get_metadef_resource_type",
                    "get_metadef_property",
                    "get_metadef_properties",
                    "get_metadef_tag",
                    "get_metadef_tags"
                }) {
            rules.rule(rule, readable, "Read metadata definitions.");
        }
        for (String rule :
                new String[] {
                    "modify_metadef_namespace",
                    "add_metadef_namespace",
                    "delete_metadef_namespace",
                    "modify_metadef_object",
                    "add_metadef_object",
                    "delete_metadef_object",
                    "add_metadef_resource_type_association",
                    "remove_metadef_resource_type_association",
                    "modify_metadef_property",
                    "add_metadef_property",
                    "remove_metadef_property",
                    "modify_metadef_tag",
                    "add_metadef_tag",
                    "add_metadef_tags",
                    "delete_metadef_tag",
                    "delete_metadef_tags"
                }) {
            rules.rule(rule, "rule:metadef_admin", "Change metadata definitions.");
        }
    }
}
