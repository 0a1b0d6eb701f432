"""The route table that the program prints (`monostack routes`), and requests made from it."""

import json
import re
import urllib.parse

from generate import Generator
from names import plural, pool_name
from wire import Connection

BODY_METHODS = ("POST", "PUT", "PATCH")
PATCH_TYPE = "application/openstack-images-v2.1-json-patch"


class Request:
    """A request in parts, so that mutations can aim; `bytes` puts it on the wire."""

    def __init__(self, route, template, method, path, body, caller):
        self.route = route
        self.template = template
        self.method = method
        self.path = path  # bytes, percent-encoded
        self.query = []
        self.headers = []
        self.body = body  # a JSON value, or bytes, or None
        self.caller = caller
        self.chunks = None  # sizes, when sent chunked
        self.declared = None  # a Content-Length that may lie
        self.mutations = []

    def header(self, name, value):
        self.headers = [(k, v) for k, v in self.headers if k.lower() != name.lower()]
        self.headers.append((name, value))

    def version(self, version):
        self.header("OpenStack-API-Version", f"{self.route.microversions['type']} {version[0]}.{version[1]}")

    def newest_version(self):
        if self.route.microversions:
            self.version(self.route.versions()[1])

    def title(self):
        return f"{self.route.service} {self.route.method} {self.template}"

    def content(self):
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode("utf-8", "surrogatepass")

    def bytes(self):
        content = self.content()
        path = self.path
        if self.query:
            path += b"?" + b"&".join(k + b"=" + v if v is not None else k for k, v in self.query)
        lines = [encoded(self.method) + b" " + path + b" HTTP/1.1", b"Host: fuzz"]
        lines += [encoded(name) + b": " + encoded(value) for name, value in self.headers]
        if self.chunks:
            lines.append(b"Transfer-Encoding: chunked")
            parts = []
            at = 0
            for size in self.chunks:
                part = content[at:at + size]
                at += size
                if part:
                    parts.append(b"%x\r\n%s\r\n" % (len(part), part))
            if content[at:]:
                parts.append(b"%x\r\n%s\r\n" % (len(content) - at, content[at:]))
            content = b"".join(parts) + b"0\r\n\r\n"
        elif content or self.method in BODY_METHODS:
            lines.append(b"Content-Length: %d" % (len(content) if self.declared is None else self.declared))
        return b"\r\n".join(lines) + b"\r\n\r\n" + content

    def exchange_once(self, options):
        connection = Connection((options.host, options.ports[self.route.service]), 60)
        try:
            return connection.exchange(self.bytes(), self.method == "HEAD")
        finally:
            connection.close()


def encoded(value):
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


class Route:
    """One line of the table."""

    def __init__(self, row):
        self.service = row["service"]
        self.method = row["method"]
        self.paths = row["paths"]
        self.open = row["open"]
        self.raw_body = row["raw_body"]
        self.schemas = row["schemas"]
        self.actions = row["actions"]
        self.microversions = row.get("microversions")
        self.since = row.get("since")
        self.until = row.get("until")

    def collection(self, template):
        """The pool that a template's last collection belongs to."""
        literals = [s for s in template.split("/") if s and not s.startswith("{") and s not in ("detail", "action", "defaults")]
        return pool_name(literals[-1]) if literals else ""

    def versions(self):
        low = number(self.since or self.microversions["min"])
        high = number(self.until or self.microversions["max"])
        return low, high


class Table:
    """All routes with their seeds, and valid requests of them."""

    def __init__(self, rows, seeds):
        self.routes = [Route(row) for row in rows if row["service"] != "metadata" or row["method"] == "GET"]
        self.unknown_seeds = []
        self._seeds = []
        by_title = {f"{r.method} {r.service} {path}": (r, path) for r in self.routes for path in r.paths}
        for title, body in seeds:
            if title in by_title:
                self._seeds.append((*by_title[title], body))
            else:
                self.unknown_seeds.append(title)
        self._by_route = {}
        for route, _, body in self._seeds:
            self._by_route.setdefault(id(route), []).append(body)

    def seeds(self):
        return self._seeds

    def valid(self, world, random, route):
        """A request of this route that ought to be well-formed."""
        template = random.choice(route.paths)
        body = self.body(world, random, route, template) if route.method in BODY_METHODS else None
        caller = random.choices(("admin", "demo", "alt_demo", "system", "domain", "unscoped"), (55, 22, 10, 5, 4, 4))[0]
        return self.plain(world, random, route, template, body, caller)

    def plain(self, world, random, route, template, body, caller):
        changing = route.method not in ("GET", "HEAD")
        path = fill(world, random, template, changing)
        request = Request(route, template, route.method, path, body, caller)
        if caller in world.tokens:
            request.header("X-Auth-Token", world.tokens[caller])
            if "/auth/tokens" in template:
                request.header("X-Subject-Token", world.tokens["victim"])
        if body is not None:
            request.header("Content-Type", "application/octet-stream" if route.raw_body else PATCH_TYPE if isinstance(body, list) else "application/json")
        request.header("Accept", "application/json")
        if route.microversions:
            low, high = route.versions()
            request.version(high if low[0] != high[0] or random.random() < 0.4 else (high[0], random.randint(low[1], high[1])))
        return request

    def body(self, world, random, route, template):
        if route.raw_body:
            return random.randbytes(random.choice((0, 1, 100, 5000, 70000)))
        generator = Generator(random, world.for_property(random))
        seeds = self._by_route.get(id(route), [])
        ways = (["seed"] * 3 if seeds else []) + (["schema"] * 3 if route.schemas else []) + (["action"] * 3 if route.actions else []) + ["view"]
        way = random.choice(ways)
        if way == "seed":
            return world.resolve(random, random.choice(seeds))
        if way == "schema":
            return generator.body(random.choice(route.schemas)["schema"])
        if way == "action":
            action = random.choice(route.actions)
            if not action["schemas"]:
                return {action["key"]: random.choice((None, {}, {"a": "b"}))}
            return generator.body(random.choice(action["schemas"])["schema"])
        return view_body(world, random, route.collection(template))


def view_body(world, random, collection):
    """A body made of what the collection's views show."""
    seen = world.samples.get(collection)
    singular = collection[:-3] + "y" if collection.endswith("ies") else collection.removesuffix("s")
    if not seen:
        return {singular: {"name": "fuzz", "description": "made up"}}
    shown = random.choice(seen)
    keys = random.sample(sorted(shown), random.randint(1, min(5, len(shown))))
    inner = {key: shown[key] for key in keys}
    return {singular: inner} if random.random() < 0.85 else inner


def fill(world, random, template, changing):
    """The path with real ids of what its segments name."""
    segments = template.split("/")
    filled = []
    for i, segment in enumerate(segments):
        if not segment.startswith("{"):
            filled.append(segment)
            continue
        name = segment.strip("{}").rstrip("*")
        value = None
        if i > 0 and not segments[i - 1].startswith("{"):
            value = world.pick(random, pool_name(segments[i - 1]), changing)
        if name == "project_id" and i == 2:
            value = world.fixed["own"]
        if value is None and name.endswith(("_id", "_uuid")):
            value = world.pick(random, plural(re.sub("_(uu)?id$", "", name)), changing and i > 2)
        if value is None:
            value = random.choice(("a-name", "x", "1", "CUSTOM_FUZZ", "VCPU", "fd6d1f1c-0000-4000-8000-00000000000%d" % random.randrange(10)))
        filled.append(urllib.parse.quote(value, safe=""))
    return "/".join(filled).encode()


def number(version):
    major, minor = version.split(".")
    return int(major), int(minor)
