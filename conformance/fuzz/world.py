"""What exists in the cloud under test: tokens of several callers, and ids by the collection that names them in paths.

Pools grow by what answers show. What was there before the fuzzer (users, the default domain, the host's resource provider, seeded
networks and flavors) is protected: it may be read, and is not what a deletion or a change is aimed at, so that the run cannot saw off
the branch it sits on.
"""

import json
import re
import threading
import uuid

from names import ALIASES, plural, pool_name
from wire import Broken, Connection

POOL_LIMIT = 150


class TokenRefused(Exception):
    """A caller that was there at the start can no longer log in."""


class World:
    """Shared by the workers; pools are guarded by a lock."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.pools = {}
        self.samples = {}
        self.protected = set()
        self.fixed = {}
        self.tokens = {}
        self.usable_images = []
        self.newest = False  # whether what is picked is the newest of its pool, so that seeds played in order fit together

    def log_in(self):
        """Tokens by the name of the caller's kind; the victim's is for others to look at and to revoke."""
        admin = {"name": "admin", "password": self.options.password, "domain": {"id": "default"}}
        demo = {**admin, "name": "demo"}
        other = {**admin, "name": "alt_demo"}
        self.tokens = {
            "admin": self.token(admin, {"project": {"name": "admin", "domain": {"id": "default"}}}),
            "demo": self.token(demo, {"project": {"name": "demo", "domain": {"id": "default"}}}),
            "alt_demo": self.token(other, {"project": {"name": "alt_demo", "domain": {"id": "default"}}}),
            "system": self.token(admin, {"system": {"all": True}}),
            "domain": self.token(admin, {"domain": {"id": "default"}}),
            "unscoped": self.token(demo, "unscoped"),
            "victim": self.token(other, {"project": {"name": "alt_demo", "domain": {"id": "default"}}}),
        }

    def token(self, user, scope):
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
        answer = self.send("identity", "POST", "/v3/auth/tokens", body)
        if answer.status != 201:
            raise TokenRefused(f"{user['name']}: {answer.status} {answer.body[:200]!r}")
        if user["name"] == "demo" and "project" in scope:
            shown = json.loads(answer.body)["token"]
            self.fixed.update({"self": shown["user"]["id"], "own": shown["project"]["id"]})
        return answer.header("X-Subject-Token")

    def send(self, service, method, path, body=None, token=None, headers=()):
        """A plain good request, on a connection of its own."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: fuzz", f"Content-Length: {len(data)}", "Connection: close"]
        if not any(name.lower() == "content-type" for name, _ in headers):
            lines.append("Content-Type: application/json")
        if token:
            lines.append(f"X-Auth-Token: {token}")
        lines += [f"{name}: {value}" for name, value in headers]
        connection = Connection((self.options.host, self.options.ports[service]), 60)
        try:
            return connection.exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + data, method == "HEAD")
        finally:
            connection.close()

    def harvest(self, collection, body):
        """Learns the ids that an answer shows."""
        try:
            document = json.loads(body)
        except ValueError:
            return
        with self.lock:
            self._harvest(collection, document, 0)

    def _harvest(self, name, value, depth):
        if depth > 4:
            return
        if isinstance(value, list):
            for each in value[:100]:
                if isinstance(each, dict):
                    self._learn(name, each)
                self._harvest(name, each, depth + 1)
        elif isinstance(value, dict):
            for key, each in value.items():
                if isinstance(each, dict):
                    self._learn(plural(key), each)
                if isinstance(each, (dict, list)):
                    self._harvest(pool_name(key), each, depth + 1)
            if depth == 0:
                self._learn(name, value)

    def _learn(self, name, thing):
        identity = thing.get("id", thing.get("uuid", thing.get("name")))
        if not isinstance(identity, (str, int)):
            return
        pool = self.pools.setdefault(name, [])
        if str(identity) not in pool:
            pool.append(str(identity))
            if len(pool) > POOL_LIMIT:
                pool.pop(0)
        if len(thing) > 2:
            kept = self.samples.setdefault(name, [])
            kept.append(thing)
            if len(kept) > 20:
                kept.pop(0)

    def forget(self, name, identity):
        with self.lock:
            if identity in self.pools.get(name, ()):
                self.pools[name].remove(identity)

    def protect(self):
        """What is known now may not be changed from here on."""
        for pool in self.pools.values():
            self.protected |= {i for i in pool if len(i) > 8}
        self.protected |= {"default", "admin", "demo", "RegionOne"}

    def pick(self, random, name, changing=False):
        """An id of this pool; None if there is none that may be used so."""
        with self.lock:
            pool = list(self.pools.get(name, ()))
        if changing:
            pool = [i for i in pool if i not in self.protected]
        if not pool:
            return None
        return pool[-1] if self.newest else random.choice(pool)

    def for_property(self, random):
        """The ids by name of a property, for generated bodies."""
        def ids(name):
            lowered = name.lower()
            if lowered == "imageref":
                return random.choice(self.usable_images) if self.usable_images else None
            if lowered == "flavorref":
                return self.fixed.get("small_flavor")
            if lowered in ALIASES:
                return self.pick(random, ALIASES[lowered])
            if lowered == "uuid":
                return self.pick(random, "networks")
            if lowered.endswith("_id"):
                return self.pick(random, plural(lowered[:-3]))
            return None
        return ids

    def resolve(self, random, value):
        """A seed's body with its $words replaced."""
        if isinstance(value, dict):
            return {self._word(random, k): self.resolve(random, v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolve(random, v) for v in value]
        return self._word(random, value) if isinstance(value, str) else value

    def _word(self, random, text):
        if not text.startswith("$") or text.startswith("$("):
            return re.sub(r"\$n\b", str(random.randrange(1, 250)), text)
        word = text[1:]
        if word == "name":
            return f"fuzz-{random.getrandbits(40):x}"
        if word == "n":
            return random.randrange(250)
        if word == "small":
            return random.randrange(4)
        if word == "uuid":
            return str(uuid.UUID(int=random.getrandbits(128), version=4))
        if word == "usable_image":
            return random.choice(self.usable_images) if self.usable_images else text
        if word == "password":
            return self.options.password
        if word == "token":
            return self.tokens["demo"]
        if word in self.fixed:
            return self.fixed[word]
        return self.pick(random, word, changing=True) or self.pick(random, word) or str(uuid.UUID(int=random.getrandbits(128), version=4))

    def prepare(self, table, random):
        """Finds what is there, then makes some of everything by playing the seeds; the seeds that were refused every time."""
        self._list_all(table)
        self.protect()
        named = {}
        for path, key, name in (("/v2.0/networks", "public", "public"), ("/v2.0/networks", "private", "private")):
            for network in json.loads(self.send("network", "GET", path, token=self.tokens["admin"]).body)["networks"]:
                if network["name"] == name:
                    named[key] = network["id"]
        flavors = json.loads(self.send("compute", "GET", "/v2.1/flavors/detail", token=self.tokens["admin"]).body)["flavors"]
        named["small_flavor"] = min(flavors, key=lambda f: (f["ram"], f["disk"]))["id"]
        self.fixed.update(named)
        for caller in ("demo", "admin"):
            made = self.send("image", "POST", "/v2/images", {"name": f"for {caller}", "disk_format": "raw", "container_format": "bare"}, self.tokens[caller])
            image = json.loads(made.body)["id"]
            self.send("image", "PUT", f"/v2/images/{image}/file", b"x" * 2048, self.tokens[caller], [("Content-Type", "application/octet-stream")])
            self.usable_images.append(image)
            self.protected.add(image)
        refused = {}
        self.newest = True
        for caller in ("admin", "demo"):
            for number, (route, template, body) in enumerate(table.seeds()):
                request = table.plain(self, random, route, template, self.resolve(random, body), caller)
                request.newest_version()
                answer = request.exchange_once(self.options)
                if answer.status < 400:
                    self.harvest(route.collection(template), answer.body)
                    refused.pop(number, None)
                elif caller == "admin":
                    refused[number] = f"{request.title()}: {answer.status} {answer.body[:160].decode(errors='replace')}"
        self.newest = False
        return list(refused.values())

    def _list_all(self, table):
        for route in table.routes:
            if route.method == "GET" and "{" not in route.paths[0] and not route.open:
                try:
                    answer = self.send(route.service, "GET", route.paths[0], token=self.tokens["admin"])
                except Broken:
                    continue
                if answer.status == 200:
                    self.harvest(route.collection(route.paths[0]), answer.body)
