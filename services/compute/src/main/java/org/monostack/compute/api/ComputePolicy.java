package org.monostack.compute.api;

import org.monostack.platform.policy.Policy;

/** Compute's default rules, under the names that operators know from Nova. */
public final class ComputePolicy {
    private static final String MEMBER = "rule:project_member_or_admin";
    private static final String READER = "rule:project_reader_or_admin";
    private static final String ADMIN = "rule:context_is_admin";
    private static final String ANYONE = "@";

    private ComputePolicy() {}

    public static Policy defaults() {
        Policy.Builder policy = Policy.builder();
        policy.rule("context_is_admin", "role:admin", "Whoever may do everything");
        policy.rule("admin_or_owner", "is_admin:True or project_id:%(project_id)s");
        policy.rule("admin_api", "is_admin:True");
        policy.rule("project_member_api", "role:member and project_id:%(project_id)s");
        policy.rule("project_reader_api", "role:reader and project_id:%(project_id)s");
        policy.rule("project_member_or_admin", "rule:project_member_api or rule:context_is_admin");
        policy.rule("project_reader_or_admin", "rule:project_reader_api or rule:context_is_admin");
        servers(policy);
        serverActions(policy);
        serverParts(policy);
        flavorsAndKeys(policy);
        administration(policy);
        return policy.build();
    }

    private static void servers(Policy.Builder policy) {
        reader(policy, "servers:index", "List servers");
        reader(policy, "servers:detail", "List servers in detail");
        admin(policy, "servers:index:get_all_tenants", "List servers of all projects");
        admin(policy, "servers:detail:get_all_tenants", "List servers of all projects in detail");
        admin(policy, "servers:allow_all_filters", "Use every filter in lists of servers");
        reader(policy, "servers:show", "Show a server");
        admin(policy, "servers:show:host_status", "Show the status of a server's host");
        admin(policy, "servers:show:host_status:unknown-only", "Show an unknown host's status");
        reader(policy, "servers:show:flavor-extra-specs", "Show a server's extra specs");
        member(policy, "servers:create", "Create a server");
        admin(policy, "servers:create:forced_host", "Create a server on a named host");
        admin(policy, "compute:servers:create:requested_destination", "Ask for a host");
        member(policy, "servers:create:attach_volume", "Create a server with a volume");
        member(policy, "servers:create:attach_network", "Create a server with networks");
        member(policy, "servers:create:trusted_certs", "Create a server with trusted certificates");
        admin(policy, "servers:create:zero_disk_flavor", "Use a flavor without a root disk");
        admin(policy, "network:attach_external_network", "Attach a server to an external network");
        member(policy, "servers:delete", "Delete a server");
        member(policy, "servers:update", "Update a server");
        member(policy, "servers:rebuild", "Rebuild a server");
        member(policy, "servers:rebuild:trusted_certs", "Rebuild with trusted certificates");
        reader(policy, "os-extended-server-attributes:own", "See the reserved attributes");
        admin(policy, "os-extended-server-attributes", "See host and name on the hypervisor");
    }

    private static void serverActions(Policy.Builder policy) {
        member(policy, "servers:start", "Start a server");
        member(policy, "servers:stop", "Stop a server");
        member(policy, "servers:reboot", "Reboot a server");
        member(policy, "servers:resize", "Resize a server");
        member(policy, "servers:confirm_resize", "Confirm a resize");
        member(policy, "servers:revert_resize", "Take a resize back");
        member(policy, "servers:create_image", "Make an image of a server");
        member(policy, "servers:create_image:allow_volume_backed", "Snapshot its volumes");
        member(policy, "servers:trigger_crash_dump", "Crash a server for a dump");
        member(policy, "os-pause-server:pause", "Pause a server");
        member(policy, "os-pause-server:unpause", "Unpause a server");
        member(policy, "os-suspend-server:suspend", "Suspend a server");
        member(policy, "os-suspend-server:resume", "Resume a server");
        member(policy, "os-lock-server:lock", "Lock a server");
        member(policy, "os-lock-server:unlock", "Unlock a server");
        admin(policy, "os-lock-server:unlock:unlock_override", "Unlock another's lock");
        member(policy, "os-console-output", "Read a server's console log");
        member(policy, "os-remote-consoles", "Open a server's console");
        admin(policy, "os-console-auth-tokens", "Look up a console's key");
        member(policy, "os-rescue", "Rescue a server");
        member(policy, "os-unrescue", "Unrescue a server");
        member(policy, "os-shelve:shelve", "Shelve a server");
        member(policy, "os-shelve:unshelve", "Unshelve a server");
        admin(policy, "os-shelve:unshelve_to_host", "Unshelve a server onto a host");
        admin(policy, "os-shelve:shelve_offload", "Offload a shelved server");
        member(policy, "os-deferred-delete:restore", "Restore a server");
        member(policy, "os-deferred-delete:force", "Delete a server by force");
        admin(policy, "os-admin-actions:reset_state", "Reset a server's state");
        admin(policy, "os-admin-actions:inject_network_info", "Inject network information");
        admin(policy, "os-admin-actions:reset_network", "Reset a server's network");
        admin(policy, "os-migrate-server:migrate", "Move a server cold");
        admin(policy, "os-migrate-server:migrate_live", "Move a server live");
        admin(policy, "os-evacuate", "Evacuate a server");
        member(policy, "os-create-backup", "Back a server up");
        member(policy, "os-admin-password", "Change a server's password");
        member(policy, "os-multinic", "Add or remove fixed addresses");
    }

    private static void serverParts(Policy.Builder policy) {
        reader(policy, "server-metadata:index", "List a server's metadata");
        reader(policy, "server-metadata:show", "Show an item of metadata");
        member(policy, "server-metadata:create", "Add metadata");
        member(policy, "server-metadata:update_all", "Replace metadata");
        member(policy, "server-metadata:update", "Change an item of metadata");
        member(policy, "server-metadata:delete", "Delete an item of metadata");
        reader(policy, "os-server-tags:index", "List a server's tags");
        reader(policy, "os-server-tags:show", "Look for a tag");
        member(policy, "os-server-tags:update", "Add a tag");
        member(policy, "os-server-tags:update_all", "Replace tags");
        member(policy, "os-server-tags:delete", "Delete a tag");
        member(policy, "os-server-tags:delete_all", "Delete all tags");
        reader(policy, "ips:index", "List a server's addresses");
        reader(policy, "ips:show", "Show a server's addresses on a network");
        reader(policy, "os-attach-interfaces:list", "List a server's ports");
        reader(policy, "os-attach-interfaces:show", "Show a server's port");
        member(policy, "os-attach-interfaces:create", "Attach a port");
        member(policy, "os-attach-interfaces:delete", "Detach a port");
        reader(policy, "os-instance-actions:list", "List what was done to a server");
        reader(policy, "os-instance-actions:show", "Show what was done to a server");
        admin(policy, "os-instance-actions:events", "See an action's events");
        admin(policy, "os-instance-actions:events:details", "See an event's details");
        admin(policy, "os-server-diagnostics", "See a server's diagnostics");
        reader(policy, "os-server-password:show", "Show a server's encrypted password");
        member(policy, "os-server-password:clear", "Forget a server's encrypted password");
        reader(policy, "os-volumes-attachments:index", "List a server's volumes");
        reader(policy, "os-volumes-attachments:show", "Show a server's volume");
        member(policy, "os-volumes-attachments:create", "Attach a volume");
        admin(policy, "os-volumes-attachments:swap", "Swap a volume");
        member(policy, "os-volumes-attachments:update", "Update a volume's attachment");
        member(policy, "os-volumes-attachments:delete", "Detach a volume");
        reader(policy, "os-security-groups:list", "List a server's security groups");
        member(policy, "os-security-groups:add", "Give a server a security group");
        member(policy, "os-security-groups:remove", "Take a security group from a server");
        reader(policy, "os-security-groups:get", "List security groups (proxy)");
        reader(policy, "os-security-groups:show", "Show a security group (proxy)");
        member(policy, "os-security-groups:create", "Create a security group (proxy)");
        member(policy, "os-security-groups:update", "Update a security group (proxy)");
        member(policy, "os-security-groups:delete", "Delete a security group (proxy)");
        member(policy, "os-security-groups:rule:create", "Create a rule (proxy)");
        member(policy, "os-security-groups:rule:delete", "Delete a rule (proxy)");
        reader(policy, "os-server-groups:index", "List server groups");
        admin(policy, "os-server-groups:index:all_projects", "List all server groups");
        reader(policy, "os-server-groups:show", "Show a server group");
        member(policy, "os-server-groups:create", "Create a server group");
        member(policy, "os-server-groups:delete", "Delete a server group");
        admin(policy, "servers:migrations:index", "List a server's migrations");
        admin(policy, "servers:migrations:show", "Show a server's migration");
        admin(policy, "servers:migrations:delete", "Abort a migration");
        admin(policy, "servers:migrations:force_complete", "Complete a migration");
        reader(policy, "server-topology:index", "See a server's topology");
        admin(policy, "server-topology:host:index", "See a server's topology on its host");
    }

    private static void flavorsAndKeys(Policy.Builder policy) {
        anyone(policy, "flavors", "List and show flavors");
        anyone(policy, "extensions", "List extensions");
        anyone(policy, "versions", "Discover versions");
        admin(policy, "os-flavor-manage:create", "Create a flavor");
        admin(policy, "os-flavor-manage:update", "Update a flavor");
        admin(policy, "os-flavor-manage:delete", "Delete a flavor");
        admin(policy, "os-flavor-access", "List who may use a flavor");
        admin(policy, "os-flavor-access:add_tenant_access", "Let a project use a flavor");
        admin(policy, "os-flavor-access:remove_tenant_access", "Take a flavor from a project");
        reader(policy, "os-flavor-extra-specs:index", "List a flavor's extra specs");
        reader(policy, "os-flavor-extra-specs:show", "Show a flavor's extra spec");
        admin(policy, "os-flavor-extra-specs:create", "Create extra specs");
        admin(policy, "os-flavor-extra-specs:update", "Update an extra spec");
        admin(policy, "os-flavor-extra-specs:delete", "Delete an extra spec");
        String owner = "(" + ADMIN + ") or user_id:%(user_id)s";
        for (String verb : new String[] {"index", "show", "create", "delete"}) {
            policy.rule(
                    "os_compute_api:os-keypairs:" + verb, owner, "Key pairs of a user: " + verb);
        }
        anyone(policy, "limits", "Show one's own limits");
        admin(policy, "limits:other_project", "Show another project's limits");
        reader(policy, "os-quota-sets:show", "Show quotas");
        anyone(policy, "os-quota-sets:defaults", "Show default quotas");
        reader(policy, "os-quota-sets:detail", "Show quotas and their use");
        admin(policy, "os-quota-sets:update", "Update quotas");
        admin(policy, "os-quota-sets:delete", "Reset quotas");
        admin(policy, "os-quota-class-sets:show", "Show a quota class");
        admin(policy, "os-quota-class-sets:update", "Update a quota class");
        reader(policy, "os-simple-tenant-usage:show", "Show a project's usage");
        admin(policy, "os-simple-tenant-usage:list", "List all projects' usage");
        anyone(policy, "os-availability-zone:list", "List availability zones");
        admin(policy, "os-availability-zone:detail", "List availability zones with hosts");
        reader(policy, "os-networks:list", "List networks (proxy)");
        reader(policy, "os-networks:show", "Show a network (proxy)");
        reader(policy, "os-tenant-networks:list", "List a project's networks (proxy)");
        reader(policy, "os-tenant-networks:show", "Show a project's network (proxy)");
        reader(policy, "os-floating-ip-pools", "List floating pools (proxy)");
        reader(policy, "os-floating-ips:list", "List floating addresses (proxy)");
        reader(policy, "os-floating-ips:show", "Show a floating address (proxy)");
        member(policy, "os-floating-ips:create", "Create a floating address (proxy)");
        member(policy, "os-floating-ips:delete", "Delete a floating address (proxy)");
        member(policy, "os-floating-ips:add", "Give a server a floating address (proxy)");
        member(policy, "os-floating-ips:remove", "Take a floating address (proxy)");
    }

    private static void administration(Policy.Builder policy) {
        for (String part :
                new String[] {
                    "os-hypervisors:list",
                    "os-hypervisors:list-detail",
                    "os-hypervisors:show",
                    "os-hypervisors:statistics",
                    "os-hypervisors:uptime",
                    "os-hypervisors:search",
                    "os-hypervisors:servers",
                    "os-services:list",
                    "os-services:update",
                    "os-services:delete",
                    "os-hosts:list",
                    "os-hosts:show",
                    "os-hosts:update",
                    "os-hosts:reboot",
                    "os-hosts:shutdown",
                    "os-hosts:start",
                    "os-aggregates:index",
                    "os-aggregates:show",
                    "os-aggregates:create",
                    "os-aggregates:update",
                    "os-aggregates:delete",
                    "os-aggregates:add_host",
                    "os-aggregates:remove_host",
                    "os-aggregates:set_metadata",
                    "os-migrations:index",
                    "os-instance-usage-audit-log:list",
                    "os-instance-usage-audit-log:show",
                    "os-server-external-events:create",
                    "os-assisted-volume-snapshots:create",
                    "os-assisted-volume-snapshots:delete",
                    "os-baremetal-nodes:list",
                    "os-baremetal-nodes:show",
                }) {
            admin(policy, part, "Administration: " + part.replace(':', ' '));
        }
        policy.rule("compute:aggregates:images", ADMIN, "Fetch images to a set of hosts early");
    }

    private static String name(String part) {
        return part.startsWith("compute:") || part.startsWith("network:")
                ? part
                : "os_compute_api:" + part;
    }

    private static void member(Policy.Builder policy, String part, String description) {
        policy.rule(name(part), MEMBER, description);
    }

    private static void reader(Policy.Builder policy, String part, String description) {
        policy.rule(name(part), READER, description);
    }

    private static void admin(Policy.Builder policy, String part, String description) {
        policy.rule(name(part), ADMIN, description);
    }

    private static void anyone(Policy.Builder policy, String part, String description) {
        policy.rule(name(part), ANYONE, description);
    }
}
