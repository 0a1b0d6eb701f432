"""The rounds of kill.sh: boots and deletes servers through the API, kills the service at random instants, restarts it, and
compares what the API says with what the engines say. Prints a line per check, beginning with "ok" or "FAILED".
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time

from leftovers import orphans
from openstack_api import Api, ApiError

SETTLE_SECONDS = 180


class Rounds:
    """State: the servers whose creation was acknowledged and whose deletion was not yet asked for; those being deleted."""

    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.api = Api()
        self.alive = set()
        self.failures = 0
        self.acknowledged = 0

    def run(self):
        self.api.log_in()
        self.image = self.api.call("GET", "image", "/images")["images"][0]["id"]
        self.flavor = min(self.api.call("GET", "compute", "/flavors/detail")["flavors"], key=lambda f: (f["ram"], f["disk"]))["id"]
        self.network = next(n["id"] for n in self.api.call("GET", "network", "/networks")["networks"] if n["name"] == "private")
        for number in range(1, self.options.rounds + 1):
            self.round(number)
        self.delete_all()
        self.report(self.acknowledged >= self.options.rounds, f"{self.acknowledged} requests were acknowledged in {self.options.rounds} rounds")
        print("all rounds done", flush=True)

    def report(self, fine, text):
        self.failures += not fine
        print(("ok      " if fine else "FAILED  ") + text, flush=True)

    def round(self, number):
        # Most kills hit the work that an answer promised; one in five may hit the requests themselves.
        after_answer = self.random.random() < 0.8
        instant = self.random.uniform(0, self.options.span)
        victims = self.random.sample(sorted(self.alive), 1) if self.alive else []
        acknowledged = {"created": [], "deleted": []}
        requests = threading.Thread(target=self.requests, args=(number, victims, acknowledged))
        requests.start()
        if after_answer:
            requests.join()
        time.sleep(instant)
        self.kill()
        requests.join()
        restarted = self.restart()
        settled = self.settle(acknowledged["deleted"])
        self.acknowledged += len(acknowledged["created"]) + len(acknowledged["deleted"])
        what = f"round {number}: killed {instant:.2f} s after the {'answers' if after_answer else 'requests were sent'}, {len(acknowledged['created'])} creation(s) and " \
               f"{len(acknowledged['deleted'])} deletion(s) acknowledged, up again in {restarted:.1f} s"
        problems = self.problems(acknowledged) if settled is not None else [f"not settled: {self.unsettled}"]
        if settled is not None:
            what += f", settled after {settled:.1f} s"
        self.report(not problems, what + "".join("; " + p for p in problems))

    def requests(self, number, victims, acknowledged):
        try:
            for server in victims:
                self.alive.discard(server)  # without an answer it may be there or not
                self.api.call("DELETE", "compute", f"/servers/{server}")
                acknowledged["deleted"].append(server)
            answer = self.api.call("POST", "compute", "/servers", {"server": {
                "name": f"kill-{number}", "imageRef": self.image, "flavorRef": self.flavor, "networks": [{"uuid": self.network}]}})
            acknowledged["created"].append(answer["server"]["id"])
            self.alive.add(answer["server"]["id"])
        except (OSError, ValueError, EOFError):
            pass  # no answer: the request may or may not have been accepted
        except Exception as error:  # a broken connection has many faces; a refusal is none of them
            if isinstance(error, ApiError):
                self.report(False, f"round {number}: refused: {error}")

    def kill(self):
        with open(self.options.pid_file) as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{pid}") and " Z " not in open(f"/proc/{pid}/stat").read():
            time.sleep(0.01)

    def restart(self):
        begun = time.monotonic()
        done = subprocess.run([self.options.restart], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            self.report(False, "the restart failed")
            sys.exit(1)
        return time.monotonic() - begun

    def settle(self, deleted):
        """Waits until no server is on its way; seconds it took, or None."""
        begun = time.monotonic()
        while time.monotonic() - begun < SETTLE_SECONDS:
            try:
                servers = self.servers()
                self.unsettled = [
                    f"{s['id']} {s['status']} {s['OS-EXT-STS:task_state']}" for s in servers
                    if s["status"] not in ("ACTIVE", "ERROR") or s["OS-EXT-STS:task_state"] or s["id"] in deleted]
                if not self.unsettled:
                    return time.monotonic() - begun
            except ApiError as error:
                if error.status != 401:
                    raise
                self.api.token = None
                self.api.log_in()
            time.sleep(0.2)
        return None

    def servers(self):
        return self.api.call("GET", "compute", "/servers/detail")["servers"]

    def problems(self, acknowledged):
        found = []
        servers = {s["id"]: s for s in self.servers()}
        for server in self.alive:
            if server not in servers:
                found.append(f"server {server} was acknowledged and is lost")
        for server in servers.values():
            if server["status"] == "ERROR" and not server.get("fault", {}).get("message"):
                found.append(f"server {server['id']} is in ERROR without a reason")
            self.alive.add(server["id"])  # also those whose acknowledgement was lost
        return found + orphans(self.api, self.options, servers)

    def delete_all(self):
        for server in self.servers():
            self.api.call("DELETE", "compute", f"/servers/{server['id']}")
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.servers() and time.monotonic() < deadline:
            time.sleep(0.2)
        left = self.servers()
        self.report(not left, "all servers can be deleted" + "".join(f"; {s['id']} {s['status']}" for s in left))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--span", type=float, required=True)
    for name in ("--pid-file", "--libvirt-socket", "--servers-directory", "--driver", "--restart"):
        parser.add_argument(name, required=True)
    rounds = Rounds(parser.parse_args())
    rounds.run()
    sys.exit(1 if rounds.failures else 0)


main()
