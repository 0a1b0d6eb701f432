#!/usr/bin/env bash
# Clients of OAuth 2.0 that show certificates, through a real proxy that ends TLS (nginx), against a cloud of its own (fake driver, network
# namespace, scratch directory):
#   conformance/clients/oauth2.sh
# KEEP_LOGS=1 keeps the logs. Ends with "N passed, N failed".
# shellcheck disable=SC2317,SC2329 # check and the trap call functions by name
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=../lib/cloud.sh
. lib/cloud.sh
# shellcheck source=../lib/check.sh
. lib/check.sh

address=10.99.99.14
# Where the proxy's connections come from; the clients' come from another address of the same machine.
proxy=127.0.0.9
export VIRT_DRIVER=fake
new_cloud moauth
finish() {
    [ ! -s "$scratch/nginx.pid" ] || kill "$(cat "$scratch/nginx.pid")" 2>/dev/null
    remove_cloud
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
printf 'nginx-light\nopenssl\ncurl\n' >"$scratch/packages.txt"
install_packages "$scratch/packages.txt" >"$scratch/packages.out" 2>&1 || { cat "$scratch/packages.out"; exit 1; }
cat >"$scratch/local.conf" <<EOF
[[local|localrc]]
HOST_IP=$address
ADMIN_PASSWORD=secret
SERVICE_PASSWORD=secret
DATABASE_PASSWORD=secret
KEYSTONE_OAUTH2_CERTIFICATE_HEADER=X-Client-Certificate
KEYSTONE_OAUTH2_CERTIFICATE_PROXIES=$proxy
EOF
export LOCAL_CONF=$scratch/local.conf
say "preparing in $scratch"
prepare_offline >"$scratch/prepare.out" 2>&1 || { cat "$scratch/prepare.out"; exit 1; }
new_standalone_namespace $address || exit 1

# authority NAME   makes a certificate authority
authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}

# certificate NAME AUTHORITY SUBJECT   makes a key and a certificate of that authority
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj "$3" -keyout "$scratch/$1.key" -out "$scratch/$1.csr" 2>/dev/null &&
        openssl x509 -req -days 2 -in "$scratch/$1.csr" -CA "$scratch/$2.pem" -CAkey "$scratch/$2.key" -CAcreateserial \
            -extfile <(echo "subjectAltName=IP:$address") -out "$scratch/$1.pem" 2>/dev/null
}

authority Example && authority Stranger && certificate server Example "/CN=$address" && certificate worker Example "/O=Example/CN=worker" &&
    certificate idle Example "/O=Example/CN=idle" && certificate forged Stranger "/O=Example/CN=worker" || exit 1

# forward PORT TO   a server of nginx's
forward() {
    cat <<EOF
    server {
        listen $address:$1 ssl;
        ssl_certificate $scratch/server.pem;
        ssl_certificate_key $scratch/server.key;
        ssl_client_certificate $scratch/Example.pem;
        ssl_verify_client optional;
        location / {
            proxy_pass http://$address:$2;
            proxy_bind $proxy;
            proxy_set_header X-Client-Certificate \$ssl_client_escaped_cert;
        }
    }
EOF
}

cat >"$scratch/nginx.conf" <<EOF
pid $scratch/nginx.pid;
error_log $scratch/nginx.log;
events { }
http {
    access_log off;
    client_body_temp_path $scratch/body;
    proxy_temp_path $scratch/proxy;
    fastcgi_temp_path $scratch/fastcgi;
    uwsgi_temp_path $scratch/uwsgi;
    scgi_temp_path $scratch/scgi;
$(forward 5443 5000)
$(forward 8443 8774)
}
EOF

check "stack.sh" stack || { result; exit 1; }
check "nginx" in_cloud nginx -c "$scratch/nginx.conf" || { result; exit 1; }
as admin admin
cat >"$scratch/rules.json" <<'EOF'
[{"local": [{"user": {"name": "{0}", "domain": {"name": "Default"}}}],
  "remote": [{"type": "SSL_CLIENT_SUBJECT_DN_CN"}, {"type": "SSL_CLIENT_SUBJECT_DN_O", "any_one_of": ["Example"]},
             {"type": "SSL_CLIENT_ISSUER_DN_CN", "any_one_of": ["Example"]}]}]
EOF
check "the mapping of certificates" openstack mapping create --rules "$scratch/rules.json" oauth2_mapping
check "a user" openstack user create --domain default --project demo --password secret worker -f value -c id
worker=$(tail -n 1 "$scratch/check.out")
check "another user" openstack user create --domain default --project demo --password secret idle
check "a role" openstack role add --project demo --user worker member

# request STATUS CURL-ARGUMENT...   the body is then in $scratch/answer
request() {
    local expected=$1 got
    shift
    got=$(in_cloud curl --silent --show-error --max-time 20 --cacert "$scratch/Example.pem" --output "$scratch/answer" --write-out '%{http_code}' "$@")
    [ "$got" = "$expected" ] || { echo "$got: $(head -c 300 "$scratch/answer")"; return 1; }
}

# with NAME   curl's arguments that show a certificate
with() {
    echo "--cert $scratch/$1.pem --key $scratch/$1.key"
}

identity=https://$address:5443/v3
compute=https://$address:8443/v2.1
form="--data grant_type=client_credentials --data client_id=$worker"
# shellcheck disable=SC2046,SC2086 # several arguments each
{
    check "a certificate gives a token" request 200 $(with worker) $form $identity/OS-OAUTH2/token
    token=$(sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' "$scratch/answer")
    check "it is a bearer's, and not to be kept" grep -q '"token_type" *: *"Bearer"' "$scratch/answer"
    check "another one's certificate gives none" request 401 $(with idle) $form $identity/OS-OAUTH2/token
    check "nor does none" request 401 $form $identity/OS-OAUTH2/token
    check "nor one of another authority" request 400 $(with forged) $form $identity/OS-OAUTH2/token
    escaped=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(open(sys.argv[1]).read()))' "$scratch/worker.pem")
    check "nor the header, sent past the proxy" request 401 -H "X-Client-Certificate: $escaped" $form "http://$address:5000/v3/OS-OAUTH2/token"
    check "nor the header, sent through the proxy" request 401 -H "X-Client-Certificate: $escaped" $form $identity/OS-OAUTH2/token
    check "the token is shown" request 200 -H "X-Auth-Token: $token" -H "X-Subject-Token: $token" "http://$address:5000/v3/auth/tokens"
    # As Keystone has it: of the text in PEM.
    thumbprint=$(openssl x509 -in "$scratch/worker.pem" | openssl dgst -sha256 -binary | basenc --base64url)
    check "with the certificate's thumbprint" grep -q "\"x5t#S256\" *: *\"$thumbprint\"" "$scratch/answer"
    check "and the user's project" grep -q '"name" *: *"demo"' "$scratch/answer"
    check "compute takes it with the certificate" request 200 $(with worker) -H "Authorization: Bearer $token" $compute/servers
    check "and not without" request 401 -H "Authorization: Bearer $token" $compute/servers
    check "and not with another one's" request 401 $(with idle) -H "Authorization: Bearer $token" $compute/servers
    check "as OpenStack's own header it is not bound" request 200 -H "X-Auth-Token: $token" $compute/servers
}
check "an application credential" openstack --os-username worker --os-password secret --os-project-name demo application credential create \
    --secret s3cret client -f value -c id
credential=$(tail -n 1 "$scratch/check.out")
check "which is a client by its secret" request 200 --user "$credential:s3cret" --data grant_type=client_credentials $identity/OS-OAUTH2/token
token=$(sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' "$scratch/answer")
check "whose token is bound to nothing" request 200 -H "Authorization: Bearer $token" $compute/servers
check "the user goes" openstack user delete worker
check "and the token with it" request 401 -H "Authorization: Bearer $token" $compute/servers

result
