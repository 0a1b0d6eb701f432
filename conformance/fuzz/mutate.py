"""Mutations: each changes one request in place and says what it did. All chance comes from the given generator."""

import copy
import json

ABSENT = "00000000-dead-4000-8000-00000000beef"
STRINGS = (
    "", " ", "\0", "a\0b", "\u202e", "\ud800", "x\udfff", "\U0001f4a9" * 70, "é" * 300, "a" * 255, "a" * 256, "a" * 70000, "-1", "0", "1e309", "NaN", "null", "None", "true", "%00",
    "%s%s%n", "'; drop table x; --", "\\", "\"", "../../../etc/passwd", "${jndi:x}", "<script>", "\r\nX-Injected: 1", "\n", "\t", "::1", "0.0.0.0/0", "256.1.1.1", "10.0.0.0/33", "fe80::%eth0",
    "2026-13-45T99:99:99Z", "0001-01-01", "99999999999", "*", "%", "_", "?", ":", ",", "/", "//", "a/b", "admin", ABSENT, ABSENT.upper(), ABSENT.replace("-", ""), "{}", "[]", "http://", "file:///etc/passwd",
    "\ufeffa", "İ", "ß", "\u2028", "x" * 64 + "=", "aGVsbG8", "sha512:x", "in:", "in:a,b", "gt:", "neq:1", "like:%", "\x7f", "\x1b[0m",
)
NUMBERS = (0, -1, 1, 2, 2**31 - 1, 2**31, -2**31 - 1, 2**32, 2**53 + 1, 2**63 - 1, 2**63, -2**63, 10**30, 1.5, -0.0, 1e308, 1e-320, 65535, 65536, 4095, 255, 0.1)
OTHERS = (None, True, False, [], {}, [[]], [None], {"": None}, {"id": None}, [1, "a", None], {"a": {"b": {"c": []}}})
PARAMETERS = (
    "limit", "marker", "sort_key", "sort_dir", "sort", "fields", "page_reverse", "name", "id", "status", "all_tenants", "changes-since", "changes-before", "deleted", "project_id", "tenant_id", "user_id",
    "flavor", "image", "host", "ip", "ip6", "reservation_id", "tags", "not-tags", "tags-any", "not-tags-any", "visibility", "owner", "size_min", "size_max", "created_at", "updated_at", "member_status",
    "protected", "tag", "os_hidden", "fixed_ips", "device_id", "device_owner", "network_id", "mac_address", "admin_state_up", "shared", "router:external", "resources", "required", "member_of", "in_tree",
    "group_policy", "resources1", "required1", "root_required", "domain_id", "enabled", "parent_id", "is_domain", "subtree_as_list", "parents_as_list", "scope.project.id", "role.id", "user.id", "group.id",
    "effective", "include_names", "include_subtree", "detailed", "start", "end", "is_public", "minRam", "minDisk", "type", "region_id", "service_id", "interface", "with_servers", "hypervisor_hostname_pattern",
    "name__contains", "password_expires_at", "usage", "consumer_type", "associated", "revision_number", "standard_attr_id", "locked", "unknown_parameter", "nocatalog", "allow_expired", "reverse", "network", "quota", "key",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "COPY", "BREW", "get", "PROPFIND", "M" * 300, "A-B", "_")
TYPES = (
    "", "text/plain", "application/xml", "application/json; charset=utf-16", "application/json;charset=bogus", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ";;;", "application/json, text/html",
    "application/octet-stream", "application/openstack-images-v2.1-json-patch", "application/openstack-images-v2.0-json-patch", "x" * 5000, "\u00e9", "*/*",
)
TOKENS = ("", " ", "x", "gAAAA", "gAAAAA" + "x" * 200, "gAAAAABm" + "A" * 4000, "é", "\x01", "null", "a b", "..", "eyJhbGciOiJub25lIn0.e30.", "%00")
VERSIONS = ("", "compute", "compute 2", "compute 2.1.1", "compute -1.0", "compute 99999999999999.1", "compute latest", "compute LATEST", "placement 1.39", "compute 2.999", "compute 2.1, compute 2.93", ",,,",
            "compute  2.90", "volume 3.1", "compute two.one", "é", "placement latest", "placement 1.", "compute 2.01", "identity 3.0")
HEADERS = (
    ("Accept", "text/html"), ("Accept", ""), ("Accept", "application/xml;q=x"), ("Accept-Language", "é"), ("Content-Encoding", "gzip"), ("Range", "bytes=-"), ("Range", "bytes=0-0,5-"), ("Range", "bytes=9999999999999999999-"),
    ("Content-Range", "bytes 5-1/3"), ("If-None-Match", "*"), ("If-Match", "revision_number=x"), ("If-Match", "revision_number=99999999999999999999"), ("If-Modified-Since", "yesterday"), ("X-Forwarded-For", "'"),
    ("X-Forwarded-Proto", "javascript"), ("X-OpenStack-Request-ID", "req-x"), ("X-OpenStack-Request-ID", "a" * 3000), ("X-Subject-Token", ""), ("X-Subject-Token", "gAAAAA"), ("X-Image-Meta-Size", "-5"), ("Cookie", "a=b; a"),
    ("Expect", "200-ok"), ("X-Auth-Token", "second"), ("X-Service-Token", "x"), ("OpenStack-System-Scope", "all"), ("X-Roles", "admin"), ("X-Project-Id", ABSENT), ("X-Identity-Status", "Confirmed"), ("X-Instance-ID", "x"),
    ("X-HTTP-Method-Override", "DELETE"), ("Connection", "close"), ("Connection", "X-Auth-Token"), ("TE", "trailers"), ("Forwarded", "for=\""), ("X-Tenant-ID", ABSENT), ("OpenStack-API-Maximum-Version", "9"), ("Pragma", "x"),
)
SEGMENTS = (
    b"%00", b"%2F", b"%2e%2e", b"..", b".", b"%2e", b"a%2fb", b"%c0%af", b"%ff%fe", b"%ED%A0%80", b"%E9", b"%25", b"%", b"%zz", b"%u0041", b";x=1", b"a;b", b"*", b"'", b"%22", b"%0d%0aX:1", b"+", b"%20", b"-", b"0", b"-1",
    b"99999999999999999999", b"x" * 300, b"y" * 6000, b"detail", b"NULL", b"undefined", b"%F0%9F%92%A9", ABSENT.encode(), ABSENT.upper().encode(), ABSENT.replace("-", "").encode(), b"@", b":", b"a,b", b"~", b"$", b"{id}", b"[]", b"|",
)


def mutate(request, world, random):
    """One to three mutations."""
    for _ in range(random.choices((1, 2, 3), (70, 22, 8))[0]):
        kinds = [path, query, headers]
        weights = [14, 16, 14]
        if request.body is not None and not isinstance(request.body, bytes):
            kinds += [tree, text, framing]
            weights += [60, 12, 4]
        elif request.body is not None:
            kinds += [framing]
            weights += [10]
        else:
            kinds += [stray_body]
            weights += [4]
        kinds.append(method)
        weights.append(2)
        kind = random.choices(kinds, weights)[0]
        request.mutations.append(f"{kind.__name__}: {kind(request, world, random)}")


def value(random, world):
    """Any value at all."""
    kind = random.randrange(10)
    if kind < 4:
        return random.choice(STRINGS)
    if kind < 6:
        return random.choice(NUMBERS)
    if kind < 8:
        return copy.deepcopy(random.choice(OTHERS))
    if kind == 8:
        return world.pick(random, random.choice(sorted(world.pools)))
    nested = "x"
    for _ in range(random.choice((5, 50, 200))):
        nested = [nested] if random.random() < 0.5 else {"a": nested}
    return nested


def places(node, found=None, parent=None, key=None):
    """Every place in a JSON value, as (container, key)."""
    found = [] if found is None else found
    if parent is not None:
        found.append((parent, key))
    if isinstance(node, dict):
        for k in list(node):
            places(node[k], found, node, k)
    elif isinstance(node, list):
        for i in range(min(len(node), 20)):
            places(node[i], found, node, i)
    return found


def tree(request, world, random):
    """Changes the JSON body somewhere."""
    request.body = copy.deepcopy(request.body)
    spots = places(request.body)
    if not spots or random.random() < 0.03:
        request.body = value(random, world)
        return "another body"
    container, key = random.choice(spots)
    kind = random.choices(("replace", "delete", "wrap", "add", "grow", "rename", "copy", "damage"), (45, 8, 6, 12, 5, 6, 8, 10))[0]
    old = container[key]
    if kind == "replace":
        container[key] = value(random, world)
    elif kind == "delete":
        del container[key]
    elif kind == "wrap":
        container[key] = random.choice(([old], {"x": old}, [old, old], str(old), {str(key): old}))
    elif kind == "add" and isinstance(old, dict):
        names = [k for sample in world.samples.values() for k in sample[-1]]
        old[random.choice(names or ["x"])] = value(random, world)
    elif kind == "grow":
        container[key] = [copy.deepcopy(old) for _ in range(random.choice((2, 50, 3000)))]
    elif kind == "rename" and isinstance(container, dict):
        container[random.choice((str(key) + "s", str(key).upper(), "", " " + str(key), "\ud800", "k" * 5000))] = container.pop(key)
    elif kind == "copy":
        other, there = random.choice(spots)
        if isinstance(other, dict) and there in other or isinstance(other, list) and there < len(other):
            container[key] = copy.deepcopy(other[there])
    elif isinstance(old, str) and old:
        at = random.randrange(len(old))
        container[key] = old[:at] + random.choice(STRINGS)[:300] + old[at + random.randrange(2):]
    elif isinstance(old, (int, float)) and not isinstance(old, bool):
        container[key] = random.choice((-old, old + 1, old * 10**9, str(old), old + 0.5))
    return f"{kind} at {key!r}"[:80]


def text(request, world, random):
    """Spoils the JSON text."""
    content = request.content()
    at = random.randrange(len(content) + 1)
    kind = random.choice(("cut", "insert", "flip", "tail", "utf16", "bom", "twice", "nan", "huge", "deep", "escape", "empty", "giant", "comment"))
    if kind == "cut":
        content = content[:at]
    elif kind == "insert":
        content = content[:at] + random.choice((b"\xff", b"\0", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x01", b"\xe9", b'"', b"}", b",")) + content[at:]
    elif kind == "flip":
        content = content[:at] + bytes([random.randrange(256)]) + content[at + 1:]
    elif kind == "tail":
        content += random.choice((b"x", b"{}", b"\0\0", b"]", b" " * 5000))
    elif kind == "utf16":
        content = content.decode("utf-8", "replace").encode("utf-16")
    elif kind == "bom":
        content = b"\xef\xbb\xbf" + content
    elif kind == "twice":
        content = content.replace(b"{", b'{"name": 1, "name": {}, "id": 0, "id": [], ', 2)
    elif kind in ("nan", "huge", "escape", "deep"):
        odd = {"nan": random.choice((b"NaN", b"Infinity", b"-Infinity", b"nan", b"+1", b"01", b".5", b"0x1")), "escape": random.choice((b'"\\ud800"', b'"\\u0000"', b'"\\x41"', b'"\\udc00\\ud800"')),
               "huge": random.choice((b"9" * 500, b"1e400", b"-1e400", b"1e-400", b"1" + b"0" * 90, b"0." + b"1" * 2000, b"1e2147483648", b"1e999999999")), "deep": random.choice((b"[" * 100000, b'{"a":' * 5000, b"[" * 90 + b"]" * 90))}[kind]
        colon = content.find(b":", at)
        content = content[:colon + 1] + odd + content[colon + 1:] if kind == "deep" else replaced(content, colon, odd)
    elif kind == "empty":
        content = random.choice((b"", b" ", b"null", b"[]", b'""', b"0", b"true", b"{}"))
    elif kind == "giant":
        content = b'{"a": "' + b"x" * random.choice((1 << 20, 3 << 20)) + b'"}'
    else:
        content = content[:at] + b"/* x */" + content[at:]
    request.body = content
    return kind


def replaced(content, colon, odd):
    """The value behind a colon replaced, roughly."""
    end = min([i for i in (content.find(b",", colon), content.find(b"}", colon)) if i > 0] or [len(content)])
    return content[:colon + 1] + odd + content[end:]


def path(request, world, random):
    segments = request.path.split(b"/")
    parameters = [i for i, s in enumerate(request.template.split("/")) if s.startswith("{") and i < len(segments)]
    kind = random.choices(("parameter", "foreign", "insert", "tail", "double", "any"), (40, 25, 10, 10, 5, 10))[0]
    if kind in ("parameter", "foreign") and parameters:
        at = random.choice(parameters)
        odd = random.choice(SEGMENTS)
        if kind == "foreign":
            odd = (world.pick(random, random.choice(sorted(world.pools)), request.method not in ("GET", "HEAD")) or ABSENT).encode("utf-8", "replace").replace(b" ", b"%20").replace(b"/", b"%2F")
        segments[at] = odd
    elif kind == "insert":
        segments.insert(random.randrange(1, len(segments) + 1), random.choice(SEGMENTS))
    elif kind == "double":
        segments.insert(random.randrange(1, len(segments) + 1), b"")
    elif kind == "tail":
        segments.append(random.choice((b"", b"..", b"detail", b"%2F", b"action", b"x", b".json")))
    else:
        segments[random.randrange(1, len(segments))] = random.choice(SEGMENTS)
    request.path = b"/".join(segments)
    if not request.path.startswith(b"/"):
        request.path = b"/" + request.path
    # What would end the request line, or the path, is left to the raw attacks.
    request.path = b"".join(b"%%%02X" % c if c <= 32 or c in b"?#" or c > 126 else bytes([c]) for c in request.path)
    return kind


def query(request, world, random):
    shown = world.samples.get(request.route.collection(request.template))
    for _ in range(random.choice((1, 1, 2, 4, 40))):
        names = PARAMETERS
        if shown and random.random() < 0.4:
            names = sorted(shown[-1])
        name = random.choice(names)
        chance = random.random()
        if chance < 0.6:
            odd = random.choice(STRINGS)[:3000]
        elif chance < 0.75:
            odd = str(random.choice(NUMBERS))
        elif chance < 0.85:
            odd = world.pick(random, random.choice(sorted(world.pools))) or ""
        elif chance < 0.95:
            odd = random.choice(("asc", "desc", "name", "id", "name:asc,id:desc", "created_at", "VCPU:1", "VCPU:-1", "VCPU:99999999999", "!CUSTOM_X", "in:a,b", "True", "1", "ACTIVE", "2026-01-01T00:00:00Z", "gte:2020-01-01T00:00:00Z"))
        else:
            odd = None
        name = name if random.random() < 0.95 else random.choice(STRINGS)[:200]
        request.query.append((quoted(name), None if odd is None else quoted(odd)))
    if random.random() < 0.05:
        request.query.append((random.choice((b"%", b"%zz", b"%ff", b"=", b"&&", b"a=b=c", b"limit", b"x" * 7000)), None))
    return str(request.query)[:80]


def quoted(text):
    raw = text.encode("utf-8", "surrogatepass")
    return b"".join(bytes([c]) if chr(c).isalnum() and c < 128 or c in b"-._~:*,/!" else b"%%%02X" % c for c in raw)


def headers(request, world, random):
    kind = random.choices(("token", "other", "version", "type", "extra", "huge", "twice", "caller"), (12, 10, 15, 14, 25, 4, 8, 12))[0]
    if kind == "token":
        request.header("X-Auth-Token", random.choice(TOKENS))
    elif kind == "other":
        token = world.tokens["demo"]
        at = random.randrange(len(token))
        request.header("X-Auth-Token", token[:at] + random.choice(("A", "", "-", "=")) + token[at + 1:])
    elif kind == "version":
        name = random.choice(("OpenStack-API-Version", "X-OpenStack-Nova-API-Version", "OpenStack-API-Version"))
        request.headers.append((name, random.choice(VERSIONS)))
    elif kind == "type":
        request.header("Content-Type", random.choice(TYPES))
    elif kind == "extra":
        request.headers.append(random.choice(HEADERS))
    elif kind == "huge":
        request.headers.append(("X-Huge", "h" * random.choice((4000, 9000, 20000))))
    elif kind == "twice" and request.headers:
        request.headers.append(random.choice(request.headers))
    else:
        request.header("X-Auth-Token", random.choice(list(world.tokens.values())))
    return f"{kind} {request.headers[-1] if request.headers else ''}"[:80]


def stray_body(request, world, random):
    request.body = random.choice((b"{}", b"x" * 100, b"x" * 100000, {"a": 1}))
    request.header("Content-Type", "application/json")
    return "a body where none belongs"


def framing(request, world, random):
    if random.random() < 0.8:
        request.chunks = [random.choice((1, 2, 7, 100, 5000)) for _ in range(random.randrange(1, 20))]
        return "chunked"
    request.declared = max(0, len(request.content()) - random.choice((1, 2, 10)))
    request.header("Connection", "close")
    return "a body longer than declared"


def method(request, world, random):
    request.method = random.choice(METHODS)
    return request.method[:20]


def shrunk(body):
    """A body as it is shown to people."""
    shown = body if isinstance(body, str) else json.dumps(body, default=repr)
    return shown if len(shown) < 300 else shown[:300] + f"... ({len(shown)} characters)"
