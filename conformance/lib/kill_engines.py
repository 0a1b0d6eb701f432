"""The rounds of kill.sh with engines: several clients boot, delete, upload, route, while at random one thing of the cloud is killed, paused, or
out of disk. After each blow the clients rest, and what was acknowledged is compared with what is there. Prints "ok" and "FAILED" lines.
"""

import argparse
import collections
import glob
import hashlib
import os
import random
import signal
import subprocess
import sys
import time

from doctor import findings
from kill_clients import NO_ANSWER, FloatingClient, ImageClient, Ledger, NetworkClient, Observer, PATHS, ServerClient
from leftovers import orphans
from openstack_api import Api, ApiError

SETTLE_SECONDS = 180
RECOVER_SECONDS = 90
NOTICE_SECONDS = 20
DAEMONS = {
    "monostack": "run/monostack.pid", "mariadbd": "mariadb/mariadbd.pid", "ovn-northd": "ovn/central/ovn-northd.pid", "ovsdb-server": "ovn/*/ovsdb-server-*.pid",
    "ovs-vswitchd": "ovn/chassis/ovs-vswitchd.pid", "ovn-controller": "ovn/chassis/ovn-controller.pid", "libvirtd": "compute/libvirt/pid/libvirtd.pid",
}
FAKE = ("monostack", "mariadbd")
KINDS = (*DAEMONS, "qemu", "disk", "pause")


class Chaos:
    """Drives the clients and strikes the blows; one thread."""

    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.api = Api()
        self.ledger = Ledger()
        self.failures = 0
        self.recoveries = collections.defaultdict(list)
        self.away = False

    def answers_may_be_missing(self):
        return self.away

    def report(self, fine, text):
        self.failures += not fine
        print(("ok      " if fine else "FAILED  ") + text, flush=True)

    def run(self):
        self.api.log_in()
        self.image = next(i["id"] for i in self.api.call("GET", "image", "/images")["images"] if i["status"] == "active")
        self.flavor = min(self.api.call("GET", "compute", "/flavors/detail")["flavors"], key=lambda f: (f["ram"], f["disk"]))["id"]
        networks = {n["name"]: n["id"] for n in self.api.call("GET", "network", "/networks")["networks"]}
        self.network, self.public = networks["private"], networks["public"]
        self.clients = [kind(name, self.options.seed, self.ledger, self) for kind, name in (
            (ServerClient, "servers-1"), (ServerClient, "servers-2"), (ImageClient, "images"), (NetworkClient, "routers"), (FloatingClient, "floating"), (Observer, "observer"))]
        for client in self.clients:
            client.start()
        kinds = [k for k in (self.options.engines.split(",") if self.options.engines else KINDS) if self.options.driver != "fake" or k in (*FAKE, "pause", "disk")]
        deadline = time.monotonic() + self.options.seconds if self.options.seconds else None
        number = 0
        while number < self.options.rounds if deadline is None else time.monotonic() < deadline:
            if number % len(kinds) == 0:
                self.random.shuffle(kinds)
            self.round(number + 1, kinds[number % len(kinds)])
            number += 1
        for client in self.clients:
            client.stopped.set()
        for client in self.clients:
            client.join(60)
        self.delete_all()
        self.tell(number)
        print("all rounds done", flush=True)

    def round(self, number, kind):
        for client in self.clients:
            client.resumed.set()
        time.sleep(self.random.uniform(1.5, 6))
        before = self.ledger.acknowledged, self.ledger.unavailable
        try:
            what, took = self.strike(kind)
        except TimeoutError as error:
            what, took = str(error), None
        time.sleep(self.random.uniform(0, 2))
        for client in self.clients:
            client.resumed.clear()
        busy = [c.name for c in self.clients if not c.idle.wait(60)]
        problems = [f"still waiting for an answer: {busy}"] if busy else []
        settled = self.settle()
        problems += self.ledger.take_failures()
        if took is None:
            problems.append(f"not recovered within {RECOVER_SECONDS} s")
        else:
            self.recoveries[what.split(" for ")[0]].append(took)
        problems += self.lasting_problems() if settled is not None else [f"not settled: {self.unsettled}"]
        text = f"round {number}: {what}" + (f", recovered after {took:.1f} s" if took is not None else "") + (f", settled after {settled:.1f} s" if settled is not None else "")
        text += f"; {self.ledger.acknowledged - before[0]} acknowledged, {self.ledger.unavailable - before[1]} answered 503"
        self.report(not problems, text + "".join(f"\n          {p}" for p in problems[:12]))

    # --- blows

    def pids(self, daemon):
        """The processes of a daemon that run now."""
        found = []
        for path in glob.glob(os.path.join(self.options.data, DAEMONS[daemon])):
            try:
                with open(path) as file:
                    pid = int(file.read().split()[0])
                with open(f"/proc/{pid}/cmdline") as file:
                    if self.options.data in file.read():
                        found.append(pid)
            except (OSError, ValueError, IndexError):
                pass  # being written, or gone
        return found

    def strike(self, kind):
        """Does the damage and waits until all is well again: what was done, and the seconds from the damage (or its end) on."""
        if kind == "qemu":
            return self.kill_guest()
        if kind == "disk":
            return self.fill_disk()
        if kind == "pause":
            return self.pause(self.random.choice([d for d in DAEMONS if self.options.driver != "fake" or d in FAKE]))
        pid = self.random.choice(self.await_pids(kind))
        self.away = kind == "monostack"
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        if kind == "monostack":
            while os.path.exists(f"/proc/{pid}") and " Z " not in open(f"/proc/{pid}/stat").read():
                time.sleep(0.01)
            self.restart()
        took = self.recovered(kind, began)
        self.away = False
        return f"killed {kind}", took

    def await_pids(self, daemon):
        deadline = time.monotonic() + RECOVER_SECONDS
        while time.monotonic() < deadline:
            pids = self.pids(daemon)
            if pids:
                return pids
            time.sleep(0.2)
        raise TimeoutError(f"{daemon} does not run")

    def restart(self):
        done = subprocess.run([self.options.restart], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            self.report(False, "the restart failed")
            sys.exit(1)

    def pause(self, daemon):
        seconds = self.random.uniform(1, 12)
        pid = self.random.choice(self.await_pids(daemon))
        self.away = daemon == "monostack"
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        began = time.monotonic()
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass  # replaced meanwhile
        took = self.recovered(daemon, began)
        self.away = False
        return f"paused {daemon} for {seconds:.0f} s", took

    def kill_guest(self):
        for _ in range(60):
            guests = []
            for process in glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    with open(process) as file:
                        words = file.read().split("\0")
                except OSError:
                    continue
                if words[0].endswith("qemu-system-x86_64") and "-uuid" in words and any(self.options.data in word for word in words):
                    guests.append((int(process.split("/")[2]), words[words.index("-uuid") + 1]))
            if guests:
                break
            time.sleep(0.5)
        else:
            raise TimeoutError("no guest to kill")
        pid, server = self.random.choice(guests)
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        while time.monotonic() - began < RECOVER_SECONDS:
            try:
                status = self.api.call("GET", "compute", f"/servers/{server}")["server"]["status"]
            except ApiError as error:
                status = "gone" if error.status == 404 else "unknown"
            running = server in self.virsh("list", "--uuid").split()
            if (status == "ACTIVE") == running and status not in ("BUILD", "unknown"):
                return "killed qemu", time.monotonic() - began
            time.sleep(0.2)
        return "killed qemu", None

    def fill_disk(self):
        path = os.path.join(self.options.data, "images" if self.options.driver == "fake" else self.random.choice(("images", "compute/servers")))
        filler = os.path.join(path, "filler")
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(b"\0" * (1 << 20))
                    file.flush()
            except OSError:
                pass
        time.sleep(self.random.uniform(3, 8))
        os.unlink(filler)
        began = time.monotonic()
        return f"filled the disk of {path.removeprefix(self.options.data + '/')}", self.recovered("disk", began)

    # --- recovery

    def recovered(self, kind, began):
        while time.monotonic() - began < RECOVER_SECONDS:
            try:
                if self.well(kind):
                    return time.monotonic() - began
            except (ApiError, subprocess.SubprocessError, *NO_ANSWER):
                pass
            time.sleep(0.1)
        return None

    def well(self, kind):
        """Whether what was struck works, seen from where its users stand."""
        self.servers()
        self.api.call("GET", "network", "/networks")
        if kind in ("ovn-northd", "ovsdb-server", "ovs-vswitchd", "ovn-controller"):
            # Answers once the northbound state has gone through northd and the controller into the switch.
            subprocess.run(["ovn-nbctl", "--timeout=3", "--wait=hv", f"--db=unix:{self.options.data}/ovn/central/nb.sock", "sync"], check=True, capture_output=True)
        if kind == "libvirtd":
            self.virsh("list")
        return True

    def virsh(self, *words):
        command = ["virsh", "--quiet", "--connect", f"qemu:///system?socket={self.options.libvirt_socket}", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout

    def servers(self):
        try:
            return self.api.call("GET", "compute", "/servers/detail")["servers"]
        except ApiError as error:
            if error.status == 401:
                self.api.token = None
                self.api.log_in()
            raise

    def sql(self, statement):
        return subprocess.run([*self.options.sql.split(), statement], check=True, capture_output=True, text=True).stdout.split()

    def settle(self):
        """Waits until nothing is on its way; seconds it took, or None."""
        began = time.monotonic()
        self.unsettled = "no look succeeded"
        while time.monotonic() - began < SETTLE_SECONDS:
            try:
                on_their_way = [f"{s['id']} {s['status']} {s['OS-EXT-STS:task_state']}" for s in self.servers()
                                if s["status"] not in ("ACTIVE", "ERROR", "SHUTOFF") or s["OS-EXT-STS:task_state"] or ("server", s["id"]) in self.ledger.gone]
                operations = self.sql("select concat(kind, '/', id) from operation.durable_operation where unfinished")
                changes = self.sql("select count(*) from network.pending_change")
                self.unsettled = [*on_their_way, *operations] + [f"{n} pending changes of networks" for n in changes if n != "0"]
                if not self.unsettled:
                    return time.monotonic() - began
            except (ApiError, subprocess.SubprocessError, *NO_ANSWER) as error:
                self.unsettled = [str(error)]
            time.sleep(0.3)
        return None

    # --- what must hold

    def lasting_problems(self):
        """A guest that ends after its server was seen is noticed a moment later; what stays is a fault."""
        deadline = time.monotonic() + NOTICE_SECONDS
        while True:
            found = self.problems()
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.5)

    def problems(self):
        found = []
        for kind, (service, path) in PATHS.items():
            answer = self.api.call("GET", service, path + ("/detail" if kind == "server" else "") + ("?limit=500" if kind == "image" else ""))
            there = {thing["id"]: thing for thing in next(value for value in answer.values() if isinstance(value, list))}
            found += [f"{kind} {i} was acknowledged and is lost" for k, i in self.ledger.present if k == kind and i not in there]
            found += [f"{kind} {i} was deleted and is back" for k, i in self.ledger.gone if k == kind and i in there]
            found += [f"{kind} {i} is {t['status']}" for i, t in there.items() if kind == "image" and t["status"] not in ("active", "queued")]
        for (kind, image), digest in list(self.ledger.present.items()):
            if kind == "image" and digest:
                problem = self.check_image(self.api, image)
                found += [problem] if problem else []
        servers = {s["id"]: s for s in self.servers()}
        for server in servers.values():
            if server["status"] == "ERROR" and not server.get("fault", {}).get("message"):
                found.append(f"server {server['id']} is in ERROR without a reason")
        return found + orphans(self.api, self.options, servers) + findings(self.options.data)

    def check_image(self, api, image):
        """What is wrong with an uploaded image's content, if anything."""
        digest = self.ledger.present.get(("image", image))
        if digest:
            content = api.download(image) or b""
            if hashlib.sha256(content).hexdigest() != digest:
                problem = f"image {image} has other content than was uploaded ({len(content)} bytes)"
                self.ledger.failed(problem)
                return problem
        return None

    def delete_all(self):
        for floating in self.api.call("GET", "network", "/floatingips")["floatingips"]:
            self.api.call("DELETE", "network", f"/floatingips/{floating['id']}")
        for server in self.servers():
            self.api.call("DELETE", "compute", f"/servers/{server['id']}")
        routers = next(c for c in self.clients if isinstance(c, NetworkClient))
        for router in self.api.call("GET", "network", "/routers")["routers"]:
            if router["name"].startswith(routers.name):
                for port in self.api.call("GET", "network", f"/ports?device_id={router['id']}&device_owner=network:router_interface")["ports"]:
                    self.api.call("PUT", "network", f"/routers/{router['id']}/remove_router_interface", {"port_id": port["id"]})
                self.api.call("DELETE", "network", f"/routers/{router['id']}")
        for network in self.api.call("GET", "network", f"/networks?name={routers.name}")["networks"]:
            self.api.call("DELETE", "network", f"/networks/{network['id']}")
        for image in self.api.call("GET", "image", "/images?limit=500")["images"]:
            if image["name"] == "images":
                self.api.call("DELETE", "image", f"/images/{image['id']}")
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.servers() and time.monotonic() < deadline:
            time.sleep(0.2)
        left = self.servers()
        self.report(not left, "everything can be deleted" + "".join(f"; {s['id']} {s['status']}" for s in left))

    def tell(self, rounds):
        self.report(self.ledger.acknowledged >= rounds, f"{self.ledger.acknowledged} requests were acknowledged in {rounds} rounds, {self.ledger.unavailable} answered 503 with Retry-After, {self.ledger.unanswered} not answered")
        print("        recovery in seconds: what, times, median, longest")
        for what, times in sorted(self.recoveries.items()):
            print(f"          {what:36} {len(times):3} {sorted(times)[len(times) // 2]:6.1f} {max(times):6.1f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--engines", default="")
    for name in ("--data", "--libvirt-socket", "--servers-directory", "--driver", "--restart", "--sql"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    unknown = [kind for kind in options.engines.split(",") if kind and kind not in KINDS]
    if unknown:
        parser.error(f"no such engine: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    chaos = Chaos(options)
    chaos.run()
    sys.exit(1 if chaos.failures else 0)


main()
