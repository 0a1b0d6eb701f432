"""What is measured while the fuzzer works: whether others are served, and what the process holds."""

import os
import re
import subprocess
import threading
import time

from wire import Broken


class Watcher(threading.Thread):
    """Makes a good request every 100 ms, of each service in turn, with a user's own token; `failures` tells what went wrong."""

    REQUESTS = (
        ("identity", "/v3/auth/catalog", b'"catalog"'), ("image", "/v2/images?limit=1", b'"images"'), ("network", "/v2.0/networks?name=public", b'"public"'),
        ("compute", "/v2.1/flavors", b'"flavors"'), ("placement", "/", b'"versions"'), ("compute", "/v2.1/limits", b'"limits"'), ("identity", "/v3", b'"version"'),
    )
    TOO_LONG_SECONDS = 10

    def __init__(self, world, token):
        super().__init__(daemon=True)
        self.world = world
        self.token = token
        self.ended = threading.Event()
        self.failures = []
        self.times = []

    def run(self):
        number = 0
        while not self.ended.wait(0.1):
            service, path, wanted = self.REQUESTS[number % len(self.REQUESTS)]
            number += 1
            began = time.monotonic()
            try:
                answer = self.world.send(service, "GET", path, token=self.token)
                if answer.status != 200 or wanted not in answer.body:
                    self.failures.append(f"{service} {path}: {answer.status} {answer.body[:100]!r}")
            except (Broken, OSError) as error:
                self.failures.append(f"{service} {path}: {error}")
            self.times.append(time.monotonic() - began)
            if self.times[-1] > self.TOO_LONG_SECONDS:
                self.failures.append(f"{service} {path} took {self.times[-1]:.1f} s")

    def stop(self):
        self.ended.set()
        self.join(30)


class Holdings:
    """What the process holds at an instant."""

    def __init__(self, pid):
        # Two pools grow with the load and are bounded: the listener's, and that which carries virtual threads.
        self.threads = sum(not name.startswith(("http-", "ForkJoinPool")) for name in self._thread_names(pid))
        self.files = len(os.listdir(f"/proc/{pid}/fd"))
        subprocess.run(["jcmd", str(pid), "GC.run"], capture_output=True, check=False)
        histogram = subprocess.run(["jcmd", str(pid), "GC.class_histogram"], capture_output=True, text=True, check=False).stdout
        self.virtual_threads = self._instances(histogram, r"java\.lang\.(?:ThreadBuilders\$BoundVirtualThread|VirtualThread)")
        self.endpoints = self._instances(histogram, r"org\.eclipse\.jetty\.io\.SocketChannelEndPoint")
        self.heap_mb = int((re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.M) or [0, 0])[1]) >> 20

    @staticmethod
    def _thread_names(pid):
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{task}/comm") as name:
                    yield name.read()
            except OSError:
                pass  # it ended meanwhile

    @staticmethod
    def _instances(histogram, name):
        return sum(int(count) for count in re.findall(r"^\s*\d+:\s+(\d+)\s+\d+\s+" + name + r"\b", histogram, re.M))

    def __str__(self):
        return f"{self.threads} threads, {self.virtual_threads} virtual threads, {self.files} files, {self.endpoints} connections, {self.heap_mb} MB of live heap"

    def leaks(self, before):
        """What grew more than pools and caches explain."""
        bounds = (("threads", 16), ("virtual_threads", 20), ("files", 40), ("endpoints", 20), ("heap_mb", 96))
        return [f"{name} grew from {getattr(before, name)} to {getattr(self, name)}" for name, bound in bounds if getattr(self, name) > getattr(before, name) + bound]


class Log:
    """The server's log from here on."""

    def __init__(self, path):
        self.path = path
        self.at = os.path.getsize(path)

    def accidents(self):
        """The first line of each kind of error, with the number of times and the place it came from."""
        found = {}
        with open(self.path, errors="replace") as file:
            file.seek(self.at)
            lines = file.read().splitlines()
        for i, line in enumerate(lines):
            if " ERROR " in line or re.match(r"Exception in thread|java\.lang\.\w*Error", line):
                shape = re.sub(r"req-[0-9a-f-]+|[0-9a-f]{32}|[0-9a-f-]{36}|\d+", "#", line[24:])[:120]
                cause = next((each for each in lines[i + 1:i + 4] if re.match(r"[\w.$]+(?:Exception|Error)", each)), "")
                frame = next((each.strip() for each in lines[i + 1:i + 60] if "at org.monostack." in each and "platform" not in each), "")
                kept = found.setdefault((cause[:120] or shape, frame), [0, line[:300]])
                kept[0] += 1
        return [f"{count} times: {line} | {cause[:300]} | {frame}" for (cause, frame), (count, line) in found.items()]
