"""What an answer must be, whatever was asked: no accident of ours, nothing of the inside, and the service's own envelope."""

import json
import re

INSIDE = re.compile(
    rb"(?:java|javax|sun|jdk|org|com|tools)\.[a-z]\w*(?:\.\w+)*\.[A-Z]\w*|\tat \w|\.java:\d|NullPointer|ClassCast|IllegalArgument|IllegalState|SQLException|SQLState"
    rb"|\(conn=\d|jooq|[Hh]ikari|MariaDB|lambda\$|Jetty|networknt|[Jj]ackson|BigInteger|JsonNode|StreamReadConstraints")
HTTP_OWN = (400, 404, 405, 408, 411, 413, 414, 415, 417, 426, 431, 501, 505)
SLOW_SECONDS = 20


def problems(request, answer, seconds, sent_well):
    """
    :param sent_well: whether the request is HTTP that reaches the service; what is not may be refused by the listener alone
    """
    found = []
    service = request.route.service
    if answer.status >= 500 and answer.status != 501:
        found.append(f"status {answer.status}")
    elif not 200 <= answer.status < 600:
        found.append(f"status {answer.status} is none")
    inside = INSIDE.search(answer.body) or INSIDE.search(b"\n".join(v.encode("latin-1", "replace") for _, v in answer.headers))
    if inside and inside.group(0) not in request.bytes():
        found.append(f"shows the inside: {inside.group(0)[:60].decode()}")
    if any(name.lower() == "x-injected" for name, _ in answer.headers):
        found.append("a header was injected")
    if seconds > SLOW_SECONDS:
        found.append(f"took longer than {SLOW_SECONDS} s")
    reached = bool(answer.header("X-OpenStack-Request-Id"))
    if not reached and sent_well:
        found.append(f"status {answer.status} without a request id")
    if request.method == "HEAD" or not answer.body:
        if answer.status >= 400 and reached and request.method != "HEAD" and service != "metadata":
            found.append(f"status {answer.status} without an envelope")
        return found
    if "json" in answer.header("Content-Type"):
        try:
            document = json.loads(answer.body)
        except ValueError as error:
            return found + [f"the answer is not JSON: {error}"]
        if answer.status >= 400 and reached:
            # The one address of identity that answers as RFC 6749 has it.
            oauth2 = service == "identity" and "/OS-OAUTH2/" in request.template and "error_description" in document
            wrong = None if oauth2 and isinstance(document["error"], str) else envelope(service, answer.status, document)
            if wrong:
                found.append(wrong)
    elif answer.status >= 400 and reached and service not in ("image", "metadata"):
        found.append(f"an error as {answer.header('Content-Type')}")
    return found


def envelope(service, status, document):
    """What is wrong with an error's form; None if nothing is."""
    if not isinstance(document, dict):
        return "an error that is no object"
    if service == "placement" and "errors" in document:
        each = document["errors"][0]
        fine = each.get("status") == status and each.get("title") and isinstance(each.get("detail"), str) and str(each.get("request_id", "")).startswith("req-")
        if status == 406 and "max_version" not in each:
            return "406 that names no versions"
    elif service == "network" and status != 401:
        each = document.get("NeutronError", {})
        fine = each.get("type") and isinstance(each.get("message"), str) and each.get("message") and "detail" in each
    elif service == "image":
        fine = str(document.get("code", "")).startswith(str(status)) and document.get("title") and "message" in document
    elif service in ("compute", "metadata") and status != 401:
        each = next(iter(document.values()))
        fine = len(document) == 1 and isinstance(each, dict) and each.get("code") == status and isinstance(each.get("message"), str)
    else:
        each = document.get("error")
        fine = isinstance(each, dict) and each.get("code") == status and each.get("title") and isinstance(each.get("message"), str)
    if not fine:
        return f"not the service's envelope: {json.dumps(document)[:120]}"
    text = json.dumps(document)
    return "an empty or null message" if '"message": ""' in text or '"message": null' in text or '"detail": null' in text else None
