"""Logs in as keystoneauth's SAML plugins do, and asks for a token of a project; or has another program look at what the cloud signs:
saml_plugins.py IDENTITY PROVIDER password|k2k|signature PASSWORD"""

import sys

import keystoneauth1.extras._saml2
import keystoneauth1.identity.v3
import keystoneauth1.session
import lxml.etree
import xmlsec


def verify(session, plugin):
    """By the certificate of the cloud's metadata, in libxmlsec's eyes."""
    metadata = lxml.etree.fromstring(session.get(identity + "/OS-FEDERATION/saml2/metadata", authenticated=False).content)
    certificate = metadata.findtext(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": plugin.get_token(session)}},
                     "scope": {"service_provider": {"id": "itself"}}}}
    answer = session.post(identity + "/auth/OS-FEDERATION/saml2/ecp", json=body, authenticated=False)
    assertion = lxml.etree.fromstring(answer.content).find(".//{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n", xmlsec.KeyFormat.CERT_PEM)
    context.register_id(assertion, "ID")
    context.verify(assertion.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))


identity, provider, how, password = sys.argv[1:]
if how == "password":
    scope = {"project_name": "federated", "project_domain_name": "federated_domain"}
    plugin = keystoneauth1.extras._saml2.V3Saml2Password(
        auth_url=identity, identity_provider="tempest-idp", protocol="saml2", identity_provider_url=provider, username="federated",
        password=password, **scope)
    name = "federated"
else:
    local = keystoneauth1.identity.v3.Password(
        auth_url=identity, username="admin", password=password, user_domain_id="default", project_name="admin", project_domain_id="default")
    if how == "signature":
        verify(keystoneauth1.session.Session(), local)
        sys.exit()
    plugin = keystoneauth1.identity.v3.Keystone2Keystone(
        local, "itself", project_name="federated", project_domain_name="federated_domain")
    name = "admin"
access = plugin.get_access(keystoneauth1.session.Session(auth=plugin))
assert access.username == name and access.project_name == "federated" and access.is_federated, access
assert access.user_domain_name != "Default", "a user of our own"
print(access.user_id)
