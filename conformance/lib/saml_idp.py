"""A small SAML identity provider for tests: one user, whom it vouches for to programs (the ECP profile, with HTTP's basic authentication).

Makes a key of its own in --directory, writes its metadata there as idp.xml, then prints "listening on PORT" and serves until it is ended.
"""

import argparse
import base64
import datetime
import http.server
import pathlib
import secrets
import subprocess
import xml.sax.saxutils

import lxml.etree
import xmlsec

NAMESPACES = {
    "S": "http://schemas.xmlsoap.org/soap/envelope/", "ecp": "urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol", "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#", "md": "urn:oasis:names:tc:SAML:2.0:metadata"}
PARSER = lxml.etree.XMLParser(resolve_entities=False, no_network=True)

METADATA = """<md:EntityDescriptor xmlns:md="{md}" xmlns:ds="{ds}" entityID="{issuer}">
<md:IDPSSODescriptor protocolSupportEnumeration="{samlp}">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="{location}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>
"""

ANSWER = """<S:Envelope xmlns:S="{S}"><S:Header><ecp:Response xmlns:ecp="{ecp}" S:mustUnderstand="1"
 S:actor="http://schemas.xmlsoap.org/soap/actor/next" AssertionConsumerServiceURL="{consumer}"/></S:Header><S:Body>
<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="_{response}" Version="2.0" IssueInstant="{now}" Destination="{consumer}"
 InResponseTo="{request}"><saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_{assertion}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">_{name}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData InResponseTo="{request}" NotOnOrAfter="{end}" Recipient="{consumer}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{now}" NotOnOrAfter="{end}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_{name}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="urn:oid:0.9.2342.19200300.100.1.1" FriendlyName="uid"
 NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>{user}</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response></S:Body></S:Envelope>
"""


def time(later=0):
    return (datetime.datetime.utcnow() + datetime.timedelta(seconds=later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def filled(template, **values):
    return template.format(**NAMESPACES, **{name: xml.sax.saxutils.escape(value, {'"': "&quot;"}) for name, value in values.items()})


class Provider:
    def __init__(self, options):
        self.options = options
        self.directory = pathlib.Path(options.directory)
        self.key = self.directory / "idp.key"
        self.certificate = self.directory / "idp.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=idp", "-days", "2", "-keyout", self.key, "-out", self.certificate],
            check=True, capture_output=True)

    def write_metadata(self, location):
        certificate = "".join(line for line in self.certificate.read_text().splitlines() if not line.startswith("-----"))
        (self.directory / "idp.xml").write_text(
            filled(METADATA, issuer=self.options.entity_id, certificate=certificate, location=location))

    def knows(self, authorization):
        pair = f"{self.options.user}:{self.options.password}"
        return secrets.compare_digest(authorization, "Basic " + base64.b64encode(pair.encode()).decode())

    def answer(self, envelope):
        """None if this is no request of the service provider that it knows."""
        requests = lxml.etree.fromstring(envelope, PARSER).xpath("/S:Envelope/S:Body/samlp:AuthnRequest", namespaces=NAMESPACES)
        if len(requests) != 1:
            return None
        request = requests[0]
        consumer = request.get("AssertionConsumerServiceURL", "")
        if request.findtext("saml:Issuer", namespaces=NAMESPACES) != self.options.audience or consumer not in self.options.consumer:
            return None
        document = lxml.etree.fromstring(filled(
            ANSWER, consumer=consumer, request=request.get("ID"), issuer=self.options.entity_id, audience=self.options.audience,
            user=self.options.user, now=time(), end=time(300), response=secrets.token_hex(16), assertion=secrets.token_hex(16),
            name=secrets.token_hex(16)))
        self.sign(document.xpath("//saml:Assertion", namespaces=NAMESPACES)[0])
        return lxml.etree.tostring(document)

    def sign(self, assertion):
        signature = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds")
        assertion.insert(1, signature)
        reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="#" + assertion.get("ID"))
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(str(self.key), xmlsec.KeyFormat.PEM)
        context.register_id(assertion, "ID")
        context.sign(signature)


def handler(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if not provider.knows(self.headers.get("Authorization", "")):
                self.reply(401, b"", ("WWW-Authenticate", 'Basic realm="idp"'))
                return
            try:
                answer = provider.answer(content)
            except lxml.etree.XMLSyntaxError:
                answer = None
            self.reply(200 if answer else 400, answer or b"", ("Content-Type", "text/xml"))

        def reply(self, status, content, header):
            self.send_response(status)
            self.send_header(*header)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def main():
    parser = argparse.ArgumentParser()
    for name in ("--address", "--directory", "--entity-id", "--user", "--password"):
        parser.add_argument(name, required=True)
    parser.add_argument("--audience", required=True, help="the service provider's entity ID")
    parser.add_argument("--consumer", required=True, action="append", help="where it takes assertions; may be repeated")
    options = parser.parse_args()
    provider = Provider(options)
    server = http.server.ThreadingHTTPServer((options.address, 0), handler(provider))
    port = server.server_address[1]
    provider.write_metadata(f"http://{options.address}:{port}/ecp")
    print("listening on", port, flush=True)
    server.serve_forever()


main()
