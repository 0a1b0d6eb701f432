# An identity provider beside a cloud of one's own, and the cloud as one for itself: what Keystone's federation tests need. Sourced,
# after lib/cloud.sh.
# shellcheck shell=bash

# federation_settings ADDRESS   what local.conf needs for it
federation_settings() {
    # The tests make the cloud's name from the address that they log in at, and that is identity's own port: they look for
    # Apache's SAML module at its root.
    echo "KEYSTONE_SAML_IDP_ENTITY_ID=http://$1:5000/v3/OS-FEDERATION/saml2/idp"
}

# federate ADDRESS   starts the identity provider and makes the cloud know it; sets $identity_provider, the process, and
# $identity_provider_port
federate() {
    local identity=http://$1:5000 settings=$DATA_DIR/etc/keystone directory=$scratch/idp
    mkdir -p "$directory" "$settings"
    # Not by in_cloud: the process to be stopped would be a child of the one whose number is known here.
    ip netns exec "$namespace" /usr/bin/python3 -u "$home/conformance/lib/saml_idp.py" --address "$1" --directory "$directory" \
        --entity-id "http://$1/idp" --user federated --password tempest --audience "$identity/Shibboleth.sso/Metadata" \
        --consumer "$identity/Shibboleth.sso/SAML2/ECP" >"$scratch/idp.out" 2>&1 &
    identity_provider=$!
    eventually 20 grep -q 'listening on' "$scratch/idp.out" || { cat "$scratch/idp.out"; return 1; }
    identity_provider_port=$(sed -n 's/^listening on //p' "$scratch/idp.out")
    cp "$directory/idp.xml" "$settings/"
    in_cloud curl -fsS -o "$settings/itself.xml" "$identity/v3/OS-FEDERATION/saml2/metadata" || return 1
    cat >"$settings/federation.yaml" <<EOF
service_provider:
  addresses: ['$identity']
providers:
  tempest-idp: {saml_metadata: idp.xml}
  keystone: {saml_metadata: itself.xml, keystone: true}
EOF
    # The provider's users get a role by a group.
    local project
    openstack domain create federated_domain >/dev/null &&
        openstack group create --domain federated_domain federated_users >/dev/null &&
        project=$(openstack project create --domain federated_domain federated -f value -c id) &&
        openstack role add --group federated_users --group-domain federated_domain --project "$project" member
}
