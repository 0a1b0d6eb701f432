#!/usr/bin/env bash
# keystoneauth's own SAML plugins against a cloud with an identity provider beside it, which is a service provider of itself, too:
#   conformance/clients/federation.sh
# against a cloud of its own (fake driver, network namespace, scratch directory). Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=../lib/cloud.sh
. lib/cloud.sh
# shellcheck source=../lib/check.sh
. lib/check.sh
# shellcheck source=../lib/federation.sh
. lib/federation.sh

address=10.99.99.13
export VIRT_DRIVER=fake
new_cloud msaml
trap '[ -z "${identity_provider:-}" ] || kill "$identity_provider" 2>/dev/null; remove_cloud' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$scratch"
install_packages packages.txt >"$scratch/packages.out" 2>&1 || { cat "$scratch/packages.out"; exit 1; }
printf '[[local|localrc]]\nHOST_IP=%s\nADMIN_PASSWORD=secret\nSERVICE_PASSWORD=secret\nDATABASE_PASSWORD=secret\n' $address >"$scratch/local.conf"
federation_settings $address >>"$scratch/local.conf"
export LOCAL_CONF=$scratch/local.conf
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_standalone_namespace $address || exit 1
stack || exit 1
as admin admin
federate $address || exit 1

rules() {
    echo "[{\"local\": [{\"user\": {\"name\": \"{0}\"}}, {\"group\": {\"name\": \"federated_users\", \"domain\": {\"name\": \"federated_domain\"}}}], \"remote\": [{\"type\": \"$1\"}]}]"
}

# provider ID REMOTE-ID ATTRIBUTE
provider() {
    rules "$3" >"$scratch/rules.json"
    openstack identity provider create --remote-id "$2" "$1" && openstack mapping create --rules "$scratch/rules.json" "$1" &&
        openstack federation protocol create --identity-provider "$1" --mapping "$1" saml2
}

identity=http://$address:5000
check "a provider that speaks SAML" provider tempest-idp "http://$address/idp" uid
check "the cloud as a provider" provider keystone "$identity/v3/OS-FEDERATION/saml2/idp" openstack_user
check "the cloud as a service provider" openstack service provider create --auth-url \
    "$identity/v3/OS-FEDERATION/identity_providers/keystone/protocols/saml2/auth" --service-provider-url "$identity/Shibboleth.sso/SAML2/ECP" itself

plugin() {
    in_cloud /usr/bin/python3 lib/saml_plugins.py "$identity/v3" "http://$address:$identity_provider_port/ecp" "$@"
}

check "keystoneauth's plugin for a provider's password" plugin password tempest
check "a wrong password gives no token" fails plugin password wrong
check "keystoneauth's plugin for the cloud's own users elsewhere" plugin k2k secret
check "libxmlsec verifies what the cloud signs" plugin signature secret

result
