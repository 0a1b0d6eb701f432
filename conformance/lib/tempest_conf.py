"""Prints a tempest.conf for the cloud of the OS_* variables: what it is asked for comes from the cloud itself wherever it can tell."""

import argparse
import configparser
import os
import sys
import urllib.parse

from openstack_api import Api, ApiError


def versions(api, service):
    """The lowest and the highest microversion, from the service's own list of versions."""
    parts = urllib.parse.urlsplit(api.endpoints[service])
    path = parts.path.split("/v2")[0].rstrip("/")
    answer = api.open_call(f"{parts.scheme}://{parts.netloc}{path}/")
    ranges = [(v.get("min_version"), v.get("max_version") or v.get("version")) for v in answer["versions"]]
    return next(((low, high) for low, high in ranges if low and high), (None, None))


def answers(api, service, path):
    try:
        api.call("GET", service, path)
        return True
    except ApiError:
        return False


def identity(api, conf, options):
    env = os.environ
    conf["auth"] = {
        "use_dynamic_credentials": "true", "create_isolated_networks": "true", "default_credentials_domain_name": "Default",
        "admin_username": env["OS_USERNAME"], "admin_password": env["OS_PASSWORD"], "admin_project_name": env["OS_PROJECT_NAME"],
        "admin_domain_name": "Default"}
    # With enforced scopes the administrator of a project is not the cloud's.
    enforce_scope = not answers(api, "identity", "/services")
    if enforce_scope:
        conf["auth"].update({"admin_system": "all", "admin_project_name": ""})
    conf["identity"] = {
        "auth_version": "v3", "uri_v3": env["OS_AUTH_URL"], "v3_endpoint_type": "public", "region": env.get("OS_REGION_NAME", "RegionOne"),
        "default_domain_id": "default", "user_lockout_failure_attempts": "2", "user_lockout_duration": "10",
        "user_unique_last_password_count": "2"}
    conf["identity-feature-enabled"] = {
        "api_v2": "false", "api_v2_admin": "false", "api_v3": "true", "trust": "true", "project_tags": "true",
        "application_credentials": "true", "access_rules": str(answers(api, "identity", f"/users/{api.user_id}/access_rules")).lower(),
        "security_compliance": str(options.own_cloud).lower(), "domain_specific_drivers": "true", "enforce_scope": str(enforce_scope).lower(),
        "federation": str(enforce_scope or answers(api, "identity", "/OS-FEDERATION/identity_providers")).lower(),
        "external_idp": str(bool(options.identity_provider)).lower()}
    federation(conf, options)


def federation(conf, options):
    """The scenarios of federation: a cloud that was not set up for them is told by a protocol that they do not know."""
    if not options.identity_provider:
        conf["fed_scenario"] = {"protocol_id": "none"}
        return
    address = urllib.parse.urlsplit(options.identity_provider).hostname
    conf["identity"]["uri_v3"] = f"http://{address}:5000/v3"
    conf["fed_scenario"] = {
        "protocol_id": "mapped", "idp_id": "tempest-idp", "idp_remote_ids": f"http://{address}/idp", "idp_username": "federated",
        "idp_password": "tempest", "idp_ecp_url": options.identity_provider + "/ecp", "mapping_remote_type": "uid",
        "mapping_user_name": "{0}", "mapping_group_name": "federated_users", "mapping_group_domain_name": "federated_domain",
        "enable_k2k_groups_mapping": "false"}


def compute(api, conf, options):
    low, high = versions(api, "compute")
    conf["compute"] = {
        "image_ref": options.image, "image_ref_alt": options.image_alt, "flavor_ref": options.flavor, "flavor_ref_alt": options.flavor_alt,
        "max_microversion": high, "fixed_network_name": "private", "build_interval": "1", "build_timeout": "300",
        "hypervisor_type": "fake" if options.driver == "fake" else "QEMU", "min_compute_nodes": "1", "volume_device_name": "vdb"}
    real = options.driver != "fake"
    conf["compute-feature-enabled"] = {
        "resize": "true", "cold_migration": "false", "live_migration": "false", "pause": "true", "suspend": "true", "shelve": "true",
        "rescue": "true", "snapshot": "true", "interface_attach": "true", "config_drive": "true", "metadata_service": "true",
        "console_output": "true", "change_password": "false", "vnc_console": "true", "spice_console": "false",
        "serial_console": "false", "personality": "true", "volume_multiattach": "false", "swap_volume": "false",
        "hostname_fqdn_sanitization": "true", "ide_bus": "true"}
    placement_low, placement_high = versions(api, "placement")
    conf["placement"] = {"min_microversion": placement_low, "max_microversion": placement_high}


def network(api, conf):
    external = next(n for n in api.call("GET", "network", "/networks?router:external=true")["networks"])
    aliases = sorted(e["alias"] for e in api.call("GET", "network", "/extensions")["extensions"])
    conf["network"] = {
        "public_network_id": external["id"], "floating_network_name": external["name"], "project_network_cidr": "10.100.0.0/16",
        "project_network_mask_bits": "28", "dns_servers": "192.0.2.53"}
    conf["network-feature-enabled"] = {
        "api_extensions": ",".join(aliases), "ipv6": "true", "ipv6_subnet_attributes": "true", "floating_ips": "true",
        "port_admin_state_change": "true", "port_security": str("port-security" in aliases).lower()}


def image(api, conf, options):
    conf["image"] = {"http_image": options.http_image, "container_formats": "bare,ami,ari,aki,ovf,ova",
                     "disk_formats": "qcow2,raw,iso,vmdk,vhd,vhdx,vdi,ami,ari,aki"}
    conf["image-feature-enabled"] = {
        "api_v2": "true", "api_v1": "false", "import_image": str(answers(api, "image", "/info/import")).lower(),
        "os_glance_reserved": "true"}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--image", "--image-alt", "--flavor", "--flavor-alt", "--driver", "--http-image", "--state", "--image-file"):
        parser.add_argument(name, required=True)
    parser.add_argument("--identity-provider", help="the address of one that lib/federation.sh started beside the cloud")
    parser.add_argument("--own-cloud", action="store_true", help="the cloud was made for these tests, with the settings they need")
    options = parser.parse_args()
    api = Api()
    api.log_in()
    conf = configparser.RawConfigParser()
    conf["DEFAULT"] = {"log_dir": options.state, "log_file": "tempest.log", "use_stderr": "false"}
    conf["oslo_concurrency"] = {"lock_path": options.state + "/lock"}
    identity(api, conf, options)
    compute(api, conf, options)
    network(api, conf)
    image(api, conf, options)
    real = options.driver != "fake"
    conf["validation"] = {
        "run_validation": str(real).lower(), "connect_method": "floating", "auth_method": "keypair", "network_for_ssh": "public",
        "image_ssh_user": "cirros", "image_ssh_password": "gocubsgo", "image_alt_ssh_user": "cirros", "image_alt_ssh_password": "gocubsgo",
        "ssh_timeout": "240", "ping_timeout": "240", "ssh_shell_prologue": "set -eu; PATH=$$PATH:/sbin:/usr/sbin;"}
    conf["scenario"] = {"img_file": options.image_file, "img_disk_format": "qcow2" if real else "raw", "dhcp_client": "udhcpc"}
    there = api.endpoints
    conf["service_available"] = {
        "nova": "true", "glance": "true", "neutron": "true", "cinder": str("volumev3" in there or "block-storage" in there).lower(),
        "swift": str("object-store" in there).lower(), "horizon": "false"}
    conf.write(sys.stdout)


main()
