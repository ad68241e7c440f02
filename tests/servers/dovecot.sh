#!/bin/sh
# A private Dovecot on loopback: dovecot.sh DIR PLAIN-PORT TLS-PORT makes its configuration and
# certificates in DIR and runs it in the foreground.  One user, "ann", password "secret", whose
# maildrop is DIR/mail/Maildir; she may also come with the certificate DIR/client.pem (its key is in
# it) or the OAuth token DIR/token; where DELE_KEYTAB names a keytab of the service "pop", also with
# a Kerberos ticket.
set -eu
dir=$1 plain=$2 tls=$3
mkdir -p "$dir/mail" "$dir/run"
chmod 755 "$dir"
uid=$(id -u) gid=$(id -g)
if [ "$uid" = 0 ]; then # Dovecot does not open a maildrop as root
    uid=65534 gid=65534
    login="default_login_user = nobody
default_internal_user = nobody
default_internal_group = $(id -gn nobody)"
else
    me=$(id -un)
    login="default_login_user = $me
default_internal_user = $me
default_internal_group = $(id -gn)
service anvil {
  chroot =
}"
fi

if [ ! -e "$dir/server.pem" ]; then
    cd "$dir"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj "/CN=dele test CA" -keyout ca.key -out ca.pem 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
        -keyout server.key -out server.csr 2>/dev/null
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
        -extfile ext -out server.pem 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ann \
        -keyout client.key -out client.csr 2>/dev/null
    printf 'extendedKeyUsage=clientAuth\n' >ext
    openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
        -extfile ext -out client.pem 2>/dev/null
    cat client.key >>client.pem
fi

# A JSON web token (RFC 7519), signed with a key that both sides know.
key=0123456789abcdef0123456789abcdef
url64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
head=$(printf '{"alg":"HS256","typ":"JWT"}' | url64)
body=$(printf '{"sub":"ann","iat":1700000000,"exp":4100000000,"scope":"mail"}' | url64)
sign=$(printf %s "$head.$body" | openssl dgst -sha256 -hmac $key -binary | url64)
printf '%s\n' "$head.$body.$sign" >"$dir/token"
mkdir -p "$dir/jwt/default/HS256"
printf %s $key | openssl base64 -A >"$dir/jwt/default/HS256/default"
cat >"$dir/oauth2.conf" <<X
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dir/jwt/
username_attribute = sub
X

[ -e "$dir/users" ] || : >"$dir/users"
echo "ann:{PLAIN}secret:$uid:$gid::$dir/mail::userdb_mail=maildir:$dir/mail/Maildir" >>"$dir/users"
[ "$(id -u)" != 0 ] || chown -R "$uid:$gid" "$dir/mail"

gssapi= kerberos=
if [ -n "${DELE_KEYTAB:-}" ]; then
    gssapi=gssapi
    kerberos="auth_krb5_keytab = $DELE_KEYTAB
auth_gssapi_hostname = \"\$ALL\"
import_environment = TZ KRB5_CONFIG=$KRB5_CONFIG KRB5RCACHETYPE=none"
fi

cat >"$dir/dovecot.conf" <<X
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/log
protocols = pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <$dir/server.pem
ssl_key = <$dir/server.key
ssl_ca = <$dir/ca.pem
ssl_require_crl = no
ssl_verify_client_cert = yes
auth_ssl_username_from_cert = yes
disable_plaintext_auth = no
auth_mechanisms = plain login apop cram-md5 digest-md5 scram-sha-1 scram-sha-256 external \
    oauthbearer xoauth2 $gssapi
$kerberos
auth_failure_delay = 0
pop3_lock_session = yes
mail_max_userip_connections = 100
first_valid_uid = 1
$login
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = $dir/oauth2.conf
}
passdb {
  driver = passwd-file
  args = $dir/users
}
userdb {
  driver = passwd-file
  args = $dir/users
}
service anvil {
  client_limit = 1000
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service pop3-login {
  chroot =
  service_count = 0
  inet_listener pop3 {
    port = $plain
  }
  inet_listener pop3s {
    port = $tls
    ssl = yes
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
X
exec dovecot -F -c "$dir/dovecot.conf"
