"""The fuzzer of fuzz.sh: requests of every route, made well and then spoilt; attacks below HTTP beside them. Prints "ok" and "FAILED" lines.

Case N of seed S makes the same choices in every run; what ids it finds depends on what earlier cases made.
"""

import argparse
import collections
import itertools
import json
import os
import random
import sys
import threading
import time
import traceback

import attacks
import mutate
import oracle
from routes import Table
from watch import Holdings, Log, Watcher
from wire import Broken, Connection
from world import World

WORKERS = 3
UNTOUCHED = 0.15


class Fuzzer:
    """Counts are guarded by a lock; a failure is told once per kind and kept as a file."""

    def __init__(self, options):
        self.options = options
        with open(options.routes) as rows, open(os.path.join(os.path.dirname(__file__), "seeds.json")) as seeds:
            self.table = Table(json.load(rows), json.load(seeds))
        self.routes = [route for route in self.table.routes if options.service in (None, route.service)]
        self.world = World(options)
        self.lock = threading.Lock()
        self.numbers = itertools.count(options.case or 0)
        self.statuses = collections.Counter()
        self.accepted = set()
        self.gone = set()
        self.kinds = {}
        self.failures = 0

    def report(self, fine, text):
        self.failures += not fine
        print(("ok      " if fine else "FAILED  ") + text, flush=True)

    def run(self):
        self.world.log_in()
        refused = self.world.prepare(self.table, random.Random(self.options.seed))
        self.report(not self.table.unknown_seeds, f"{len(self.table.seeds())} seeds are of routes that exist" + "".join(f"; {s}" for s in self.table.unknown_seeds))
        seeds = len(self.table.seeds())
        self.report(len(refused) * 3 <= seeds, f"{seeds - len(refused)} of {seeds} seeds are accepted")
        for each in refused:
            print(f"        not accepted: {each}")
        if self.options.case is not None:
            self.case(self.options.case, {})
            return
        watcher = Watcher(self.world, self.world.token({"name": "alt_demo", "password": self.options.password, "domain": {"id": "default"}}, {"project": {"name": "alt_demo", "domain": {"id": "default"}}}))
        before = Holdings(self.options.pid)
        log = Log(self.options.log)
        watcher.start()
        self.deadline = time.monotonic() + self.options.seconds
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(WORKERS)] + [threading.Thread(target=self.attack, daemon=True)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        watcher.stop()
        self.conclude(watcher, before, log)

    def work(self):
        connections = {}
        while True:
            number = next(self.numbers)
            if time.monotonic() > self.deadline and number >= max(len(self.routes), self.options.requests):
                break
            try:
                self.case(number, connections)
            except Exception:  # else the rest would go untried, and nobody would hear of it
                self.report(False, f"the fuzzer itself failed at case {number}: {traceback.format_exc(limit=-2)}")
        for connection in connections.values():
            connection.close()

    def case(self, number, connections):
        chance = random.Random(f"{self.options.seed}/{number}")
        # Every route in turn, in an order of this seed, so that a short run leaves none out.
        turn, at = divmod(number, len(self.routes))
        order = list(range(len(self.routes)))
        random.Random(f"{self.options.seed}/order/{turn}").shuffle(order)
        route = self.routes[order[at]]
        if id(route) in self.gone and chance.random() < 0.9:
            return  # answers 410 whatever one asks; the time is better spent elsewhere
        request = self.table.valid(self.world, chance, route)
        if chance.random() > UNTOUCHED:
            mutate.mutate(request, self.world, chance)
        connection = connections.get(request.route.service)
        if connection is None:
            connection = connections[request.route.service] = Connection((self.options.host, self.options.ports[request.route.service]), oracle.SLOW_SECONDS + 30)
        data = request.bytes()
        began = time.monotonic()
        try:
            if chance.random() < 0.01 and len(data) > 20:
                connection.send(data[:chance.randrange(len(data))])
                connection.abort()
                return
            answer = connection.exchange(data, request.method == "HEAD")
            if request.declared is not None:
                connection.close()
        except (Broken, OSError) as error:
            connection.close()
            if self.speaks_http(request, data):
                self.fail(number, request, [f"no answer: {error}"], b"")
            return
        problems = oracle.problems(request, answer, time.monotonic() - began, self.speaks_http(request, data))
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.status == 410:
                self.gone.add(id(route))
            if answer.status < 400:
                self.accepted.add(id(request.route))
        if problems:
            self.fail(number, request, problems, answer.body)
        if answer.status < 300 and request.method != "HEAD":
            if request.method == "DELETE":
                self.world.forget(request.route.collection(request.template), request.path.rsplit(b"/", 1)[-1].decode("latin-1"))
            elif "json" in answer.header("Content-Type"):
                self.world.harvest(request.route.collection(request.template), answer.body)

    @staticmethod
    def speaks_http(request, data):
        """Whether the listener itself has no reason to refuse."""
        head = data.split(b"\r\n\r\n")[0]
        lines = head.split(b"\r\n")
        return (len(head) < 8000 and request.declared is None and all(b":" in line for line in lines[1:]) and not any(c < 32 and c not in (9, 10, 13) or c > 126 for c in head)
                and request.method.isalpha() and request.method.upper() != "TRACE" and b"Expect" not in head and b"%" not in request.path and b".." not in request.path)

    def fail(self, number, request, problems, body):
        kind = (request.route.service, request.method, request.template, problems[0][:60])
        with self.lock:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            if self.kinds[kind] > 1:
                return
        name = os.path.join(self.options.output, f"case-{number}.raw")
        with open(name, "wb") as file:
            file.write(request.bytes())
        self.report(False, f"{request.title()}: {'; '.join(problems)}\n"
                    f"        seed {self.options.seed}, case {number}, as {request.caller}: {request.method} {request.path[:200].decode('latin-1')} {mutate.shrunk(request.content().decode(errors='replace')) if request.body is not None else ''}\n"
                    f"        mutations: {' | '.join(request.mutations) or 'none'}\n        answer: {body[:300].decode(errors='replace')}\n"
                    f"        again: nc {self.options.host} {self.options.ports[request.route.service]} < {name}")

    def attack(self):
        """All attacks once, then again while there is time."""
        address = (self.options.host, self.options.ports["compute"])
        token = self.world.tokens["demo"].encode()
        good = lambda: self.world.send("compute", "GET", "/v2.1/flavors", token=self.world.tokens["demo"])
        told = set()
        while True:
            named = [(name, lambda data=data: attacks.send_malformed(address, data)) for name, data in attacks.malformed(token)]
            named += [
                ("1,000 idle connections", lambda: attacks.idle(address, token, 1000, good)), ("pipelining", lambda: attacks.pipelined(address, token)), ("a slow body", lambda: attacks.slow_body(address, token, 3)),
                ("aborted requests", lambda: attacks.aborted(address, token)), ("a half-closed connection", lambda: attacks.half_closed(address, token)),
                ("answers that nobody reads", lambda: attacks.unread(address, token)), ("a body of 200 MB", lambda: attacks.large_body(address, token)),
            ]
            for name, attempt in named:
                try:
                    problems = attempt()
                except (Broken, OSError) as error:
                    problems = [str(error)]
                if problems and name not in told:
                    told.add(name)
                    self.report(False, f"attack with {name}: {'; '.join(problems[:3])}")
            self.attacks = len(named)
            if time.monotonic() > self.deadline:
                break
        if not told:
            self.report(True, f"{self.attacks} attacks below HTTP are answered or cut off")

    def conclude(self, watcher, before, log):
        total = sum(self.statuses.values())
        shown = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        self.report(not self.kinds, f"{total} requests on {len(self.routes)} routes, {len(self.accepted)} of them also with success: {shown}")
        for kind, count in sorted(self.kinds.items()):
            if count > 1:
                print(f"        {count} times: {' '.join(kind)}")
        times = sorted(watcher.times) or [0]
        self.report(not watcher.failures, f"{len(times)} requests of others were served meanwhile, half of them within {times[len(times) // 2] * 1000:.0f} ms, the slowest in {times[-1] * 1000:.0f} ms"
                    + "".join(f"\n        {f}" for f in watcher.failures[:5]))
        after = Holdings(self.options.pid)
        for _ in range(20):
            if not after.leaks(before):
                break
            time.sleep(1)
            after = Holdings(self.options.pid)
        self.report(not after.leaks(before), f"nothing leaks: {before} before, {after} after" + "".join(f"; {leak}" for leak in after.leaks(before)))
        accidents = log.accidents()
        self.report(not accidents, "no error in the log" + "".join(f"\n        {a}" for a in accidents[:30]))
        self.afterwards()

    def afterwards(self):
        """A server still comes and goes."""
        self.world.log_in()
        admin = self.world.tokens["admin"]
        send = self.world.send
        for service in json.loads(send("compute", "GET", "/v2.1/os-services", token=admin).body)["services"]:
            send("compute", "PUT", "/v2.1/os-services/enable", {"host": service["host"], "binary": service["binary"]}, admin)
            send("compute", "PUT", f"/v2.1/os-services/{service['id']}", {"status": "enabled", "forced_down": False}, admin, [("OpenStack-API-Version", "compute 2.93")])
        project = json.loads(send("identity", "POST", "/v3/projects", {"project": {"name": f"after-{self.options.seed}"}}, admin).body)["project"]["id"]
        roles = {r["name"]: r["id"] for r in json.loads(send("identity", "GET", "/v3/roles", token=admin).body)["roles"]}
        user = json.loads(send("identity", "POST", "/v3/users", {"user": {"name": f"after-{self.options.seed}", "password": "after"}}, admin).body)["user"]["id"]
        send("identity", "PUT", f"/v3/projects/{project}/users/{user}/roles/{roles['member']}", token=admin)
        token = self.world.token({"id": user, "name": "after", "password": "after"}, {"project": {"id": project}})
        network = json.loads(send("network", "POST", "/v2.0/networks", {"network": {"name": "after"}}, token).body)["network"]["id"]
        send("network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "cidr": "10.77.0.0/24", "ip_version": 4}}, token)
        flavor = json.loads(send("compute", "POST", "/v2.1/flavors", {"flavor": {"name": f"after-{self.options.seed}", "ram": 64, "vcpus": 1, "disk": 1}}, admin).body)["flavor"]["id"]
        image = json.loads(send("image", "POST", "/v2/images", {"name": "after", "disk_format": "raw", "container_format": "bare"}, token).body)["id"]
        send("image", "PUT", f"/v2/images/{image}/file", b"x" * 2048, token, [("Content-Type", "application/octet-stream")])
        made = send("compute", "POST", "/v2.1/servers", {"server": {"name": "after", "imageRef": image, "flavorRef": flavor, "networks": [{"uuid": network}]}}, token)
        status = f"{made.status} {made.body[:300]!r}"
        if made.status == 202:
            server = json.loads(made.body)["server"]["id"]
            status = self.wait(token, server, ("ACTIVE", "ERROR"))
        self.report(status == "ACTIVE", f"afterwards a server boots: {status}")
        if made.status == 202:
            send("compute", "DELETE", f"/v2.1/servers/{server}", token=token)
            status = self.wait(token, server, ("gone",))
            self.report(status == "gone", f"and is deleted: {status}")

    def wait(self, token, server, wanted):
        deadline = time.monotonic() + 60
        status = "unknown"
        while status not in wanted and time.monotonic() < deadline:
            answer = self.world.send("compute", "GET", f"/v2.1/servers/{server}", token=token)
            status = "gone" if answer.status == 404 else json.loads(answer.body)["server"]["status"]
            time.sleep(0.1)
        return status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--requests", type=int, default=0)
    parser.add_argument("--service")
    parser.add_argument("--case", type=int)
    parser.add_argument("--pid", type=int, required=True)
    for name in ("--host", "--password", "--routes", "--output", "--log"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    options.ports = {"identity": 5000, "image": 9292, "placement": 8778, "network": 9696, "compute": 8774, "metadata": 8775}
    sys.setswitchinterval(0.001)
    Fuzzer(options).run()


main()
