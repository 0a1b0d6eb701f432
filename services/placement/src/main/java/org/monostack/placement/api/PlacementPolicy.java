package org.monostack.placement.api;

import org.monostack.platform.policy.Policy;

/** Placement's rules with OpenStack's names and defaults. */
public final class PlacementPolicy {
    private static final String ADMIN_OR_SERVICE = "rule:admin_or_service_api";

    private PlacementPolicy() {}

    public static Policy defaults() {
        Policy.Builder rules =
                Policy.builder()
                        .rule("admin_api", "role:admin")
                        .rule("service_api", "role:service")
                        .rule("admin_or_service_api", "role:admin or role:service")
                        .rule("project_reader_api", "role:reader and project_id:%(project_id)s")
                        .rule(
                                "admin_or_project_reader_or_service_api",
                                "role:admin or rule:project_reader_api or role:service");
        for (String[] rule :
                new String[][] {
                    {"resource_providers:list", "List resource providers."},
                    {"resource_providers:create", "Create a resource provider."},
                    {"resource_providers:show", "Show a resource provider."},
                    {"resource_providers:update", "Update a resource provider."},
                    {"resource_providers:delete", "Delete a resource provider."},
                    {"resource_classes:list", "List resource classes."},
                    {"resource_classes:create", "Create a resource class."},
                    {"resource_classes:show", "Show a resource class."},
                    {"resource_classes:update", "Update a resource class."},
                    {"resource_classes:delete", "Delete a resource class."},
                    {"resource_providers:inventories:list", "List a provider's inventories."},
                    {"resource_providers:inventories:create", "Create one inventory."},
                    {"resource_providers:inventories:show", "Show one inventory."},
                    {"resource_providers:inventories:update", "Update inventories."},
                    {"resource_providers:inventories:delete", "Delete inventories."},
                    {"resource_providers:aggregates:list", "List a provider's aggregates."},
                    {"resource_providers:aggregates:update", "Update a provider's aggregates."},
                    {"resource_providers:usages", "List a provider's usages."},
                    {"resource_providers:traits:list", "List a provider's traits."},
                    {"resource_providers:traits:update", "Update a provider's traits."},
                    {"resource_providers:traits:delete", "Delete a provider's traits."},
                    {"resource_providers:allocations:list", "List a provider's allocations."},
                    {"traits:list", "List traits."},
                    {"traits:show", "Show a trait."},
                    {"traits:update", "Create a trait."},
                    {"traits:delete", "Delete a trait."},
                    {"allocations:manage", "Manage allocations of several consumers."},
                    {"allocations:list", "List a consumer's allocations."},
                    {"allocations:update", "Set a consumer's allocations."},
                    {"allocations:delete", "Delete a consumer's allocations."},
                    {"allocation_candidates:list", "List allocation candidates."},
                    {"reshaper:reshape", "Move inventory and allocations between providers."}
                }) {
            rules.rule("placement:" + rule[0], ADMIN_OR_SERVICE, rule[1]);
        }
        return rules.rule(
                        "placement:usages",
                        "rule:admin_or_project_reader_or_service_api",
                        "List a project's usages.")
                .build();
    }
}
