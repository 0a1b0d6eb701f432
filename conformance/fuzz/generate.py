"""Valid bodies: from a route's JSON schema, with ids that exist where a name asks for one."""

import re
import string

WORDS = ("alpha", "beta", "gamma", "delta", "omega")
CANDIDATES = (
    "127.0.0.1", "10.3.0.5", "fd00::5", "/10.3.0.0", "CUSTOM_FUZZ", "VCPU", "HW_CPU_X86_AVX2", "2026-11-22T10:00:00Z", "1", "-1", "1.0",
    "a1b2", "https://example.org/x", "mail@example.org", "true", "name", "A", "00:11:22:33:44:55", "sha512", "in-use", "member", "public", "ssh-rsa AAAA x", "",
)


class Generator:
    """Makes values that hold to a schema; `ids` gives an id for a property's name, or None."""

    def __init__(self, random, ids):
        self.random = random
        self.ids = ids

    def body(self, schema):
        return self.value(schema, schema, "", 0)

    def value(self, schema, root, name, depth):
        r = self.random
        if schema is True or not isinstance(schema, dict):
            return self.text(name)
        if "$ref" in schema:
            target = root
            for part in schema["$ref"].lstrip("#/").split("/"):
                target = target.get(part, {})
            return self.value(target, root, name, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return r.choice(schema["enum"])
        for key in ("oneOf", "anyOf"):
            if key in schema:
                rest = {k: v for k, v in schema.items() if k != key}
                return self.value({**rest, **r.choice(schema[key])}, root, name, depth + 1)
        if "allOf" in schema:
            merged = {k: v for k, v in schema.items() if k != "allOf"}
            for part in schema["allOf"]:
                merged = {**part, **merged, "properties": {**part.get("properties", {}), **merged.get("properties", {})}}
            return self.value(merged, root, name, depth + 1)
        kind = schema.get("type") or ("object" if "properties" in schema or "patternProperties" in schema else "array" if "items" in schema else "string")
        if isinstance(kind, list):
            kind = r.choice(kind)
        return getattr(self, "_" + kind)(schema, root, name, depth)

    def _object(self, schema, root, name, depth):
        r = self.random
        made = {}
        required = schema.get("required", [])
        for key, part in schema.get("properties", {}).items():
            if key in required or depth < 6 and r.random() < 0.35:
                made[key] = self.value(part, root, key, depth + 1)
        for pattern, part in schema.get("patternProperties", {}).items():
            for _ in range(max(schema.get("minProperties", 0), r.randrange(3))):
                made[self.matching(pattern, name + "_key")] = self.value(part, root, name, depth + 1)
        if isinstance(schema.get("additionalProperties"), dict):
            for _ in range(max(schema.get("minProperties", 0), r.randrange(3))):
                made[self.text("key")] = self.value(schema["additionalProperties"], root, name, depth + 1)
        return made

    def _array(self, schema, root, name, depth):
        low = schema.get("minItems", 0)
        high = max(low, min(schema.get("maxItems", 3), 3))
        items = [self.value(schema.get("items", True), root, name, depth + 1) for _ in range(self.random.randint(low, high))]
        if schema.get("uniqueItems"):
            items = [item for i, item in enumerate(items) if item not in items[:i]]
        return items

    def _string(self, schema, root, name, depth):
        known = self.ids(name)
        if known is not None and self.random.random() < 0.9:
            return known
        if "pattern" in schema:
            return self.matching(schema["pattern"], name)
        low, high = schema.get("minLength", 0), schema.get("maxLength", 64)
        text = self.text(name)
        return (text + "x" * low)[:max(low, min(high, len(text)))]

    def _integer(self, schema, root, name, depth):
        low = int(schema.get("minimum", -1))
        high = int(schema.get("maximum", low + 100))
        return self.random.randint(low, max(low, min(high, low + 50)))

    def _number(self, schema, root, name, depth):
        return self._integer(schema, root, name, depth) + 0.5

    def _boolean(self, schema, root, name, depth):
        return self.random.random() < 0.5

    def _null(self, schema, root, name, depth):
        return None

    def text(self, name):
        return f"{self.random.choice(WORDS)}-{''.join(self.random.choices(string.ascii_lowercase, k=5))}"

    def matching(self, pattern, name):
        """A string that the pattern accepts, if one of the usual ones does."""
        if "{8}-" in pattern or "{8}" in pattern:
            return self.ids("uuid") or "%08x-0000-4000-8000-%012x" % (self.random.getrandbits(32), self.random.getrandbits(48))
        try:
            rule = re.compile(pattern.replace("\\p{Cc}", "\\x00-\\x1f\\x7f").replace("\\p{Cs}", "\\ud800-\\udfff"))
        except re.error:
            return self.text(name)
        if rule.search(self.text(name)):
            return self.text(name)
        fitting = [text for text in CANDIDATES if rule.search(text)]
        return self.random.choice(fitting) if fitting else self.text(name)
