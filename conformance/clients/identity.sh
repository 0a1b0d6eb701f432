#!/usr/bin/env bash
# Every identity command of the stock client once, each with a look at what it printed:
#   conformance/clients/identity.sh
# against a cloud of its own (fake driver, network namespace, scratch directory). Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=../lib/cloud.sh
. lib/cloud.sh
# shellcheck source=../lib/check.sh
. lib/check.sh

export VIRT_DRIVER=fake
new_cloud mclient
trap remove_cloud EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$scratch"
printf '[[local|localrc]]\nHOST_IP=10.99.99.12\nADMIN_PASSWORD=secret\nSERVICE_PASSWORD=secret\nDATABASE_PASSWORD=secret\n' >"$scratch/local.conf"
export LOCAL_CONF=$scratch/local.conf
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_standalone_namespace 10.99.99.12 || exit 1
stack || exit 1
as admin admin

# gives PATTERN ARGUMENTS...   the client's output has a line that matches; nothing of "" is asked of a command that prints nothing
gives() {
    local pattern=$1 text
    shift
    check "$*" matches "$pattern" "$@"
}

matches() {
    local pattern=$1 text
    shift
    text=$(openstack "$@" 2>&1) || { echo "$text"; return 1; }
    [ -z "$pattern" ] || grep -qE -- "$pattern" <<<"$text" || { echo "no $pattern in: $text"; return 1; }
}

# id ARGUMENTS...   makes something and prints its id
id() {
    openstack "$@" -f value -c id
}

gives 'v3' versions show --service identity
gives '\| id +\| gAAAA' token issue
gives 'keystone' catalog list
gives 'identity' catalog show keystone

gives '\| name +\| d1 ' domain create d1
gives 'd1' domain list
gives '\| enabled +\| True' domain show d1
gives '' domain set --description other d1
gives 'other' domain show d1

gives '\| name +\| p1 ' project create --domain d1 --tag blue p1
gives '\| parent_id ' project create --domain d1 --parent p1 p2
gives 'p2' project list --domain d1 --long
gives 'p1' project list --tags blue
gives 'blue' project show --domain d1 p1
gives '' project set --domain d1 --description other --tag red p1
gives 'red' project show --domain d1 p1

gives '\| name +\| u1 ' user create --domain d1 --password secret --email u1@example.org u1
gives 'u1@example.org' user list --domain d1 --long
gives '\| enabled +\| True' user show --domain d1 u1
gives '' user set --domain d1 --description other --multi-factor-auth-rule password,totp --disable-multi-factor-auth u1
gives 'other' user show --domain d1 u1

gives '\| name +\| g1 ' group create --domain d1 g1
gives 'g1' group list --domain d1
gives 'g1' group show --domain d1 g1
gives '' group set --domain d1 --description other g1
gives '' group add user --group-domain d1 --user-domain d1 g1 u1
gives 'in group' group contains user --group-domain d1 --user-domain d1 g1 u1
gives 'u1' user list --group g1 --domain d1
gives '' group remove user --group-domain d1 --user-domain d1 g1 u1

gives '\| name +\| r1 ' role create r1
gives '\| domain_id +\| [0-9a-f]+' role create --domain d1 r2
gives 'r1' role list
gives 'r2' role list --domain d1
gives 'r1' role show r1
gives '' role set --name r3 r1
gives 'r3' role show r3
gives 'implies' implied role create r3 --implied-role reader
gives 'reader' implied role list
gives '' role add --project p1 --project-domain d1 --user u1 --user-domain d1 r3
gives 'r3.*u1@d1.*p1@d1' role assignment list --names
gives 'reader.*u1@d1.*p1@d1' role assignment list --names --effective --user u1 --user-domain d1
gives '' role remove --project p1 --project-domain d1 --user u1 --user-domain d1 r3
gives '' role add --system all --user u1 --user-domain d1 reader
gives 'all' role assignment list --system all --names
gives '' role remove --system all --user u1 --user-domain d1 reader
gives '' implied role delete r3 --implied-role reader

gives '\| region +\| east' region create east
gives '\| parent_region +\| east' region create --parent-region east east-1
gives 'east-1' region list
gives 'east-1' region show east-1
gives '' region set --description other east-1

gives '\| type +\| backup' service create --name s1 backup
gives 's1' service list --long
gives 'backup' service show s1
gives '' service set --description other s1
endpoint=$(id endpoint create --region east s1 public http://127.0.0.1/backup)
gives 'http://127.0.0.1/backup' endpoint list --service s1
gives 'public' endpoint show "$endpoint"
gives '' endpoint set --url http://127.0.0.1/other "$endpoint"
gives '' endpoint add project --project-domain d1 "$endpoint" p1
gives 'p1' endpoint list --endpoint "$endpoint"
gives '' endpoint remove project --project-domain d1 "$endpoint" p1
echo '{"interface": "public"}' >"$scratch/filters.json"
gives 'interface' endpoint group create eg1 "$scratch/filters.json"
gives 'eg1' endpoint group list
gives 'eg1' endpoint group show eg1
gives '' endpoint group set --description other eg1
gives '' endpoint group add project --project-domain d1 eg1 p1
gives '' endpoint group remove project --project-domain d1 eg1 p1
gives '' endpoint group delete eg1

gives '\| default_limit +\| 10' registered limit create --service s1 --default-limit 10 --region east disks
registered=$(openstack registered limit list -f value -c ID | head -n 1)
gives 'disks' registered limit list
gives 'disks' registered limit show "$registered"
gives '\| default_limit +\| 20' registered limit set --default-limit 20 "$registered"
limit=$(id limit create --project admin --service s1 --region east --resource-limit 5 disks)
gives 'disks' limit list
gives '\| resource_limit +\| 5' limit show "$limit"
gives '\| resource_limit +\| 6' limit set --resource-limit 6 "$limit"
gives '' limit delete "$limit"
gives '' registered limit delete "$registered"

echo 'text' >"$scratch/blob"
policy=$(id policy create "$scratch/blob")
gives "$policy" policy list
gives 'text' policy show "$policy"
gives '' policy set --type text/plain "$policy"
gives '' policy delete "$policy"

credential=$(id credential create --type cert --project admin admin "$scratch/blob")
gives "$credential" credential list
gives 'cert' credential show "$credential"
gives '' credential set --user admin --type other --data data --project admin "$credential"
gives '' credential delete "$credential"
gives '\| access ' ec2 credentials create
access=$(openstack ec2 credentials list -f value -c Access | head -n 1)
gives "$access" ec2 credentials show "$access"
gives '' ec2 credentials delete "$access"

gives '\| impersonation +\| True' trust create --project admin --role reader --impersonate admin demo
trust=$(openstack trust list -f value -c ID | head -n 1)
gives 'reader' trust show "$trust"
gives '' trust delete "$trust"

gives '\| secret +\| hidden' application credential create --secret hidden --role reader \
    --access-rules '[{"service": "image", "method": "GET", "path": "/v2/images"}]' ac1
gives 'ac1' application credential list
gives 'ac1' application credential show ac1
gives '' application credential delete ac1
rule=$(openstack access rule list -f value -c ID | head -n 1)
gives 'image' access rule show "$rule"
gives '' access rule delete "$rule"

consumer=$(id consumer create --description printer)
secret=$(openstack consumer create --description scanner -f value -c id -c secret | tr '\n' ' ')
gives 'printer' consumer list
gives 'printer' consumer show "$consumer"
gives '' consumer set --description other "$consumer"
gives '' consumer delete "$consumer"
read -r key secret <<<"$secret"
asked=$(openstack request token create --consumer-key "$key" --consumer-secret "$secret" --project admin -f value -c id -c key -c secret | tr '\n' ' ')
check "request token create" test -n "$asked"
read -r request_key request_secret _ <<<"$(tr ' ' '\n' <<<"$asked" | awk 'NF' | tail -n 2 | tr '\n' ' ')"
verifier=$(openstack request token authorize --request-key "$request_key" --role reader -f value -c oauth_verifier)
check "request token authorize" test -n "$verifier"
gives 'secret' access token create --consumer-key "$key" --consumer-secret "$secret" --request-key "$request_key" \
    --request-secret "$request_secret" --verifier "$verifier"

gives '\| id +\| idp1' identity provider create --remote-id https://idp.example.org idp1
gives 'idp1' identity provider list
gives 'idp.example.org' identity provider show idp1
gives '' identity provider set --description other idp1
echo '[{"local": [{"user": {"name": "{0}"}}], "remote": [{"type": "REMOTE_USER"}]}]' >"$scratch/rules.json"
gives 'REMOTE_USER' mapping create --rules "$scratch/rules.json" map1
gives 'map1' mapping list
gives 'REMOTE_USER' mapping show map1
gives '' mapping set --rules "$scratch/rules.json" map1
gives 'map1' federation protocol create --identity-provider idp1 --mapping map1 openid
gives 'openid' federation protocol list --identity-provider idp1
gives 'map1' federation protocol show --identity-provider idp1 openid
# The client itself takes what it prints here for a failure, so only what became of it is looked at.
openstack federation protocol set --identity-provider idp1 --mapping map1 openid >/dev/null 2>&1
gives 'map1' federation protocol show --identity-provider idp1 openid
gives '' federation protocol delete --identity-provider idp1 openid
gives '' mapping delete map1
gives '' identity provider delete idp1
gives 'sp1' service provider create --auth-url http://127.0.0.1/a --service-provider-url http://127.0.0.1/s sp1
gives 'sp1' service provider list
gives 'http://127.0.0.1/s' service provider show sp1
gives '' service provider set --description other sp1
gives '' service provider delete sp1
gives 'admin' federation project list
gives 'Default' federation domain list

token=$(openstack token issue -f value -c id)
gives '' token revoke "$token"
gives '' endpoint delete "$endpoint"
gives '' service delete s1
gives '' region delete east-1
gives '' role delete r3
gives '' group delete --domain d1 g1
gives '' project delete --domain d1 p2
gives '' user delete --domain d1 u1
gives '' domain set --disable d1
gives '' domain delete d1
as demo demo
gives '' user password set --original-password secret --password other

# The administrator's own command line, beside the running cloud.
as admin admin
monostack() {
    "$home/bin/monostack" identity "$@"
}
with_token() {
    in_cloud curl -fsS -o /dev/null -H "X-Auth-Token: $1" "$OS_AUTH_URL/auth/catalog"
}
reset_password() {
    monostack reset-password --user "$1" <<<"$2"
}
token=$(openstack token issue -f value -c id)
check "monostack identity rotate-token-keys" monostack rotate-token-keys
sleep 2 # the keys are looked at once a second
check "a token of before is still good" with_token "$token"
monostack rotate-token-keys && monostack rotate-token-keys && sleep 2
check "it ends with its key" fails with_token "$token"
check "a new one is good" with_token "$(openstack token issue -f value -c id)"
check "monostack identity rotate-credential-keys" monostack rotate-credential-keys
check "monostack identity reset-password" reset_password demo third
as demo demo
export OS_PASSWORD=third
gives 'gAAAA' token issue
as admin admin
gives '' role remove --project admin --user admin admin
check "without its role the administrator is locked out" fails openstack token issue
check "monostack identity bootstrap" monostack bootstrap
gives 'gAAAA' token issue

result
