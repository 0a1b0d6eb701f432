"""Which pool of ids a property's name, or a segment of a path, asks for."""

ALIASES = {
    "imageref": "images", "flavorref": "flavors", "tenant": "projects", "tenant_id": "projects", "target_tenant": "projects", "net_id": "networks",
    "floating_network_id": "networks", "member": "projects", "server_uuid": "servers", "trustor_user_id": "users", "trustee_user_id": "users",
    "default_project_id": "projects", "default_domain_id": "domains", "parent_id": "projects", "key_name": "keypairs", "parent_provider_uuid": "resource_providers",
    "device_id": "servers", "remote_group_id": "security_groups", "object_id": "networks", "availability_zone": "zones", "host": "hosts",
}
PLURALS = {
    "consumer_uuids": "servers", "groups_ids": "groups", "os_keypairs": "keypairs", "os_aggregates": "aggregates", "os_server_groups": "server_groups",
    "os_quota_sets": "projects", "quotas": "projects", "os_hypervisors": "hypervisors", "os_services": "services_compute", "members": "projects",
    "os_interface": "ports", "implies": "roles", "allocations": "servers", "os_hosts": "hosts", "os_floating_ips": "floatingips",
    "os_security_groups": "security_groups", "os_simple_tenant_usage": "projects", "os_ec2": "credentials",
}


def pool_name(segment):
    name = segment.lower().replace("-", "_")
    return PLURALS.get(name, name)


def plural(word):
    name = word.lower().replace("-", "_")
    for prefix in ("os_", "prior_", "implied_"):
        name = name.removeprefix(prefix)
    if name.endswith("y") and name != "key":
        return name[:-1] + "ies"
    return PLURALS.get(name + "s", name if name.endswith("s") else name + "s")
