"""Clients of the kill runs: each works on its own things and remembers exactly what was acknowledged to it.

A thing is present from the answer to its creation until its deletion is asked for, gone from the answer to its deletion, and unknown while
an answer is missing. What is present must be there, what is gone must not come back.
"""

import hashlib
import random
import threading

from openstack_api import Api, ApiError

NO_ANSWER = (OSError, EOFError, ValueError)
PATHS = {"server": ("compute", "/servers"), "image": ("image", "/images"), "router": ("network", "/routers"), "floating IP": ("network", "/floatingips")}


class Ledger:
    """What all clients were told. Guarded by a lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.present = {}
        self.gone = {}
        self.acknowledged = 0
        self.unavailable = 0
        self.unanswered = 0
        self.failures = []

    def made(self, kind, identity, what=None):
        with self.lock:
            self.acknowledged += 1
            self.present[(kind, identity)] = what

    def asked_to_delete(self, kind, identity):
        with self.lock:
            self.present.pop((kind, identity), None)

    def deleted(self, kind, identity):
        with self.lock:
            self.acknowledged += 1
            self.gone[(kind, identity)] = True

    def failed(self, text):
        with self.lock:
            self.failures.append(text)

    def take_failures(self):
        with self.lock:
            taken, self.failures = self.failures, []
        return taken


class Client(threading.Thread):
    """Repeats `step` until stopped; waits while paused. `monostack_away` tells whether an answer may be missing."""

    def __init__(self, name, seed, ledger, world):
        super().__init__(name=name, daemon=True)
        self.random = random.Random(f"{seed}/{name}")
        self.ledger = ledger
        self.world = world
        self.api = Api()
        self.stopped = threading.Event()
        self.resumed = threading.Event()
        self.idle = threading.Event()
        self.own = []

    def run(self):
        while not self.stopped.is_set():
            if not self.resumed.is_set():
                self.idle.set()
                self.resumed.wait(0.2)
                continue
            self.idle.clear()
            self.guarded(self.step)
            self.stopped.wait(self.random.uniform(0.1, 1.0))
        self.idle.set()

    def guarded(self, work):
        """Classifies what happens: a missing answer and 503 with Retry-After are fair while something is away, nothing else is."""
        try:
            if self.api.token is None:
                self.api.log_in()
            work()
        except ApiError as error:
            if error.status == 401:
                self.api.token = None
            elif error.status == 503:
                self.ledger.unavailable += 1
                if not error.headers.get("Retry-After"):
                    self.ledger.failed(f"{self.name}: 503 without Retry-After: {error}")
                self.stopped.wait(0.5)
            elif error.status >= 500:
                self.ledger.failed(f"{self.name}: {error}")
        except NO_ANSWER as error:
            self.unanswered(error)

    def unanswered(self, error):
        self.ledger.unanswered += 1
        if not self.world.answers_may_be_missing():
            self.ledger.failed(f"{self.name}: no answer: {type(error).__name__} {error}")
        self.stopped.wait(0.5)

    def create(self, kind, body, what=None):
        service, path = PATHS[kind]
        answer = self.api.call("POST", service, path, body)
        identity = answer["id"] if kind == "image" else next(iter(answer.values()))["id"]
        self.ledger.made(kind, identity, what)
        self.own.append(identity)
        return identity

    def delete(self, kind, identity):
        service, path = PATHS[kind]
        self.own.remove(identity)
        self.ledger.asked_to_delete(kind, identity)
        try:
            self.api.call("DELETE", service, f"{path}/{identity}")
        except ApiError as error:
            # Refused, so it is still there: somebody uses it.
            if error.status == 409:
                self.own.append(identity)
            raise
        self.ledger.deleted(kind, identity)


class ServerClient(Client):
    def step(self):
        if len(self.own) < 2 and self.random.random() < 0.7:
            self.create("server", {"server": {"name": self.name, "imageRef": self.world.image, "flavorRef": self.world.flavor, "networks": [{"uuid": self.world.network}]}})
            self.stopped.wait(self.random.uniform(0, 4))
        elif self.own:
            self.delete("server", self.random.choice(self.own))
            self.stopped.wait(self.random.uniform(0, 2))


class ImageClient(Client):
    def step(self):
        if len(self.own) < 3:
            content = self.random.randbytes(self.random.randrange(1, 1 << 20))
            made = self.api.call("POST", "image", "/images", {"name": self.name, "disk_format": "raw", "container_format": "bare"})["id"]
            self.ledger.made("image", made)
            self.own.append(made)
            self.api.upload(made, content)
            self.ledger.made("image", made, hashlib.sha256(content).hexdigest())
        else:
            image = self.random.choice(self.own)
            self.world.check_image(self.api, image)
            self.delete("image", image)


class NetworkClient(Client):
    """Routers come and go between the public network and a network of the client's own."""

    subnet = None

    def step(self):
        if self.subnet is None:
            network = self.api.call("POST", "network", "/networks", {"network": {"name": self.name}})["network"]["id"]
            subnet = {"network_id": network, "cidr": "10.199.0.0/24", "ip_version": 4}
            self.subnet = self.api.call("POST", "network", "/subnets", {"subnet": subnet})["subnet"]["id"]
        if not self.own:
            router = self.create("router", {"router": {"name": self.name, "external_gateway_info": {"network_id": self.world.public}}})
            self.api.call("PUT", "network", f"/routers/{router}/add_router_interface", {"subnet_id": self.subnet})
            return
        router = self.own[0]
        kind = self.random.randrange(3)
        if kind == 0:
            gateway = {"network_id": self.world.public} if self.random.random() < 0.5 else None
            self.api.call("PUT", "network", f"/routers/{router}", {"router": {"external_gateway_info": gateway}})
        elif kind == 1:
            try:
                self.api.call("PUT", "network", f"/routers/{router}/remove_router_interface", {"subnet_id": self.subnet})
            except ApiError as error:
                if error.status != 404:
                    raise
            self.delete("router", router)
        else:
            self.api.call("PUT", "network", f"/routers/{router}", {"router": {"name": f"{self.name}-{self.random.randrange(9)}"}})


class FloatingClient(Client):
    def step(self):
        if len(self.own) < 2:
            self.create("floating IP", {"floatingip": {"floating_network_id": self.world.public}})
            return
        floating = self.random.choice(self.own)
        kind = self.random.randrange(3)
        if kind == 0:
            self.delete("floating IP", floating)
        else:
            ports = [p["id"] for p in self.api.call("GET", "network", f"/ports?network_id={self.world.network}")["ports"] if p["device_owner"].startswith("compute:")]
            port = self.random.choice(ports) if ports and kind == 1 else None
            self.api.call("PUT", "network", f"/floatingips/{floating}", {"floatingip": {"port_id": port}})


class Observer(Client):
    """Asks for lists five times a second, so that every moment of an absence is seen."""

    REQUESTS = (("compute", "/servers/detail"), ("network", "/ports"), ("image", "/images"), ("placement", "/resource_providers"))

    def step(self):
        for service, path in self.REQUESTS:
            self.guarded(lambda service=service, path=path: self.api.call("GET", service, path))
            self.stopped.wait(0.05)
