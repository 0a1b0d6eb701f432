"""What services and engines hold for servers that are not there, and what servers lack; shared by the kill runs."""

import os
import subprocess


def orphans(api, options, servers):
    """What the services and engines hold for servers that are not there, and what servers lack."""
    found = []
    running = {i for i, s in servers.items() if s["status"] == "ACTIVE"}
    ports = [p for p in api.call("GET", "network", "/ports")["ports"] if p["device_owner"].startswith("compute:")]
    found += [f"port {p['id']} of no server ({p['device_id']})" for p in ports if p["device_id"] not in servers]
    owners = [p["device_id"] for p in ports]
    found += [f"server {i} has {owners.count(i)} ports" for i in running if owners.count(i) != 1]
    consumers = set()
    for provider in api.call("GET", "placement", "/resource_providers")["resource_providers"]:
        consumers |= set(api.call("GET", "placement", f"/resource_providers/{provider['uuid']}/allocations")["allocations"])
    found += [f"allocation of no server ({c})" for c in consumers - set(servers)]
    found += [f"server {i} has no allocation" for i in running - consumers]
    limits = api.call("GET", "compute", "/limits")["limits"]["absolute"]
    if limits["totalInstancesUsed"] != len(servers):
        found.append(f"quota counts {limits['totalInstancesUsed']} servers, there are {len(servers)}")
    if options.driver != "fake":
        found += engine_orphans(options, servers, running)
    return found


def engine_orphans(options, servers, running):
    uri = "qemu:///system?socket=" + options.libvirt_socket
    listed = subprocess.run(["virsh", "--quiet", "--connect", uri, "list", "--uuid"], capture_output=True, text=True, check=True)
    every = subprocess.run(["virsh", "--quiet", "--connect", uri, "list", "--all", "--uuid"], capture_output=True, text=True, check=True)
    domains = set(every.stdout.split())
    found = [f"domain {d} of no server" for d in domains - set(servers)]
    found += [f"server {i} is ACTIVE without a running domain" for i in running - set(listed.stdout.split())]
    for root, directories, _ in os.walk(options.servers_directory):
        for name in directories:
            if len(name) == 36 and name.count("-") == 4 and name not in servers:
                found.append(f"directory {os.path.join(root, name)} of no server")
    return found
