"""Logs in as keystoneauth's SAML plugins do, and asks for a token of a project: saml_plugins.py IDENTITY PROVIDER password|k2k PASSWORD"""

import sys

import keystoneauth1.extras._saml2
import keystoneauth1.identity.v3
import keystoneauth1.session

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
    plugin = keystoneauth1.identity.v3.Keystone2Keystone(
        local, "itself", project_name="federated", project_domain_name="federated_domain")
    name = "admin"
access = plugin.get_access(keystoneauth1.session.Session(auth=plugin))
assert access.username == name and access.project_name == "federated" and access.is_federated, access
assert access.user_domain_name != "Default", "a user of our own"
print(access.user_id)
