"""What "monostack doctor" finds: asked of the running process, or (as a program) read from its report, on standard input."""

import json
import os
import sys
import urllib.request


def findings(data):
    """What is wrong in the cloud of a data directory, a line each; see `lines`."""
    with open(os.path.join(data, "run/endpoints.properties")) as file:
        endpoints = dict(line.strip().split("=", 1) for line in file if "=" in line)
    with open(os.path.join(data, "private/operator.token")) as file:
        token = file.read().strip()
    request = urllib.request.Request(endpoints["operator"].replace("\\", "") + "/doctor", headers={"X-Auth-Token": token})
    with urllib.request.urlopen(request, timeout=60) as response:
        return lines(json.load(response))


def lines(report):
    """One per engine that does not run, check that could not be made, and finding that is left: the check, the resource, the words."""
    found = [f"engine {e['name']}: {e['state']}" for e in report.get("engines", []) if e["state"] != "running"]
    for check in report.get("checks", []):
        if "trouble" in check:
            found.append(f"{check['check']} not checked: {check['trouble']}")
        found += [f"{check['check']} {f['resource_id']}: {f['words']}" for f in check["findings"] if not f["repaired"]]
    return found + ([report["trouble"]] if "trouble" in report else [])


if __name__ == "__main__":
    print(*lines(json.load(sys.stdin)), sep="\n", end="")
