#!/bin/sh
# A private Kerberos KDC on loopback: kdc.sh DIR PORT makes the realm DELE.TEST in DIR and runs it in
# the foreground.  One user, "ann", password "secret"; DIR/keytab is that of the service "pop" on
# localhost.  Clocks may differ by two seconds, so that a ticket's end can be waited for.
set -eu
dir=$1 port=$2
mkdir -p "$dir/kdc"
cat >"$dir/krb5.conf" <<X
[libdefaults]
 default_realm = DELE.TEST
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 clockskew = 2
 ignore_acceptor_hostname = true
[realms]
 DELE.TEST = {
  kdc = 127.0.0.1:$port
 }
[domain_realm]
 localhost = DELE.TEST
X
cat >"$dir/kdc.conf" <<X
[kdcdefaults]
 kdc_listen = 127.0.0.1:$port
 kdc_tcp_listen = 127.0.0.1:$port
[realms]
 DELE.TEST = {
  database_name = $dir/kdc/principal
  key_stash_file = $dir/kdc/stash
  acl_file = $dir/kdc/acl
  max_life = 10h
 }
[logging]
 kdc = FILE:$dir/kdc.log
X
export KRB5_CONFIG="$dir/krb5.conf" KRB5_KDC_PROFILE="$dir/kdc.conf"
kdb5_util create -s -P masterkey -r DELE.TEST
kadmin.local -q "addprinc -pw secret ann"
kadmin.local -q "addprinc -randkey pop/localhost"
kadmin.local -q "ktadd -k $dir/keytab pop/localhost"
chmod 644 "$dir/keytab" "$dir/krb5.conf"
exec krb5kdc -n
