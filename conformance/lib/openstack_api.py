"""A small OpenStack client on plain HTTP: it knows exactly which requests were acknowledged, and depends on nothing."""

import json
import os
import urllib.error
import urllib.request


class Api:
    """A session as one user; knows the catalog. Raises OSError when no answer came, ApiError when one of refusal came."""

    def __init__(self):
        self.token = None
        self.user_id = None
        self.endpoints = {}

    def log_in(self):
        env = os.environ
        body = {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": env["OS_USERNAME"], "password": env["OS_PASSWORD"], "domain": {"id": "default"}}}},
            "scope": {"project": {"name": env["OS_PROJECT_NAME"], "domain": {"id": "default"}}}}}
        answer, headers = self._send("POST", env["OS_AUTH_URL"] + "/auth/tokens", body)
        self.token = headers["X-Subject-Token"]
        self.user_id = answer["token"]["user"]["id"]
        for service in answer["token"]["catalog"]:
            for endpoint in service["endpoints"]:
                if endpoint["interface"] == "public":
                    self.endpoints[service["type"]] = endpoint["url"].rstrip("/")

    def call(self, method, service, path, body=None):
        """Paths begin after the version: the catalog names it for some services and not for others."""
        url = self.endpoints[service]
        version = {"network": "/v2.0", "image": "/v2"}.get(service, "")
        if version and not url.endswith(version):
            url += version
        return self._send(method, url + path, body)[0]

    def upload(self, image, content):
        self._send("PUT", f"{self.endpoints['image'].removesuffix('/v2')}/v2/images/{image}/file", content)

    def download(self, image):
        return self._send("GET", f"{self.endpoints['image'].removesuffix('/v2')}/v2/images/{image}/file")[0]

    def open_call(self, url):
        """A document that needs no token, such as a list of versions."""
        return self._send("GET", url)[0]

    def _send(self, method, url, body=None):
        raw = isinstance(body, bytes)
        headers = {"Content-Type": "application/octet-stream" if raw else "application/json", "OpenStack-API-Version": "compute 2.67"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        request = urllib.request.Request(url, method=method, headers=headers, data=body if raw else json.dumps(body).encode() if body else None)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                content = response.read()
                if response.headers.get_content_type() == "application/octet-stream":
                    return content, response.headers
                return (json.loads(content) if content else None), response.headers
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace"), error.headers) from None


class ApiError(Exception):
    def __init__(self, status, text, headers):
        super().__init__(f"{status}: {text[:300]}")
        self.status = status
        self.headers = headers
