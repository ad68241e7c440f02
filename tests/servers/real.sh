#!/bin/sh
# Other real servers on loopback, each in a mount and process namespace of its own, so that their
# packages need not be installed (they conflict with each other): unpacked, they are laid over /usr,
# /etc and /var there.  Needs root, unshare and overlayfs; Debian.
#   real.sh fetch PACKAGES              downloads and unpacks into the folder PACKAGES
#   real.sh run NAME DIR PORT TLS-PORT BACKEND-PORT
#                                       runs popa3d, solid-pop3d, mailutils, courier, cyrus, or the
#                                       proxies perdition and nginx in front of mailutils, or one of
#                                       peer.py's, in the foreground; PACKAGES is in the environment, and in IDLE the
#                                       seconds after which solid-pop3d ends a session
# Users: ann with 12 messages, bob with none, carol with 300; the password of all is "secret".
set -eu

# Unpacked, not installed: each folder holds these packages, and all that they need and is not
# installed here.
unpacked='popa3d solid-pop3d courier-pop cyrus perdition nginx'
contents() {
    case $1 in
    cyrus) echo cyrus-common cyrus-pop3d cyrus-imapd sasl2-bin libsasl2-modules ;;
    nginx) echo nginx-core libnginx-mod-mail ;;
    *) echo "$1" ;;
    esac
}

fetch_one() {
    rm -rf "$1.new"
    mkdir "$1.new"
    chown _apt "$1.new" 2>/dev/null || :
    # shellcheck disable=SC2046
    names=$(apt-get -qq -s --no-install-recommends install $(contents "$1") |
        sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    # shellcheck disable=SC2086
    (cd "$1.new" && apt-get -qq download ${names:-$(contents "$1")})
    for file in "$1.new"/*.deb; do
        dpkg -x "$file" "$1.new"
    done
    rm -f "$1.new"/*.deb
    if [ -d "$1.new/lib" ]; then cp -a "$1.new/lib" "$1.new/usr/"; fi
    mv "$1.new" "$1"
}

fetch() {
    mkdir -p "$1"
    cd "$1"
    for folder in $unpacked; do
        [ -d "$folder" ] || fetch_one "$folder"
    done
}

users() { # private passwd, shadow and group with the three users
    mkdir -p "$dir/etc/pam.d" "$dir/home"
    cp /etc/passwd /etc/group /etc/shadow "$dir/etc/"
    hash=$(openssl passwd -6 secret)
    uid=20001
    for who in ann bob carol; do
        echo "$who:x:$uid:20000:$who:$dir/home/$who:/bin/sh" >>"$dir/etc/passwd"
        echo "$who:$hash:19000:0:99999:7:::" >>"$dir/etc/shadow"
        mkdir -p "$dir/home/$who"
        uid=$((uid + 1))
    done
    chmod 640 "$dir/etc/shadow"
    for service in popa3d solid-pop3d pop3d mu-pop3d mailutils; do
        printf 'auth required pam_unix.so\naccount required pam_unix.so\n' \
            >"$dir/etc/pam.d/$service"
    done
}

seed() { # seed mbox|maildir|imap
    python3 - "$1" "$dir" "$backend" <<'E'
import imaplib, os, sys, time
kind, top, port = sys.argv[1:]
BODIES = {1: "Hello.\n", 2: ".\n..\n.x\nend\n", 3: "x" * 100000 + "\n", 4: "a\x00b\n"}
def message(who, n):
    head = ("From: Sender %d <sender%d@example.org>\nSubject: %s %d\n"
            "Message-ID: <%s%d@example.org>\n\n" % (n, n, who, n, who, n))
    return (head + BODIES.get(n, "Body %d.\n" % n)).encode()
for uid, (who, count) in enumerate((("ann", 12), ("bob", 0), ("carol", 300)), 20001):
    texts = [message(who, n) for n in range(1, count + 1)]
    if kind == "imap":
        for i in range(100):
            try:
                admin = imaplib.IMAP4("127.0.0.1", int(port))
                break
            except OSError:
                time.sleep(0.1)
        admin.login("admin", "secret")
        admin.create("user/" + who)
        admin.logout()
        box = imaplib.IMAP4("127.0.0.1", int(port))
        box.login(who, "secret")
        for text in texts: # it takes no NUL
            text = text.replace(b"\0", b"?").replace(b"\n", b"\r\n")
            box.append("INBOX", None, None, text)
        box.logout()
        continue
    if kind == "mbox":
        path = os.path.join(top, "mail", who)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            for text in texts:
                out.write(b"From sender@example.org Mon Jan  5 10:00:00 2026\n" + text + b"\n")
        os.chown(path, uid, 8)
        os.chmod(path, 0o660)
        continue
    box = os.path.join(top, "home", who, "Maildir")
    for folder in "cur", "new", "tmp":
        os.makedirs(os.path.join(box, folder))
    for n, text in enumerate(texts, 1):
        with open(os.path.join(box, "new", "17675%05d.M%dP1.localhost" % (n, n)), "wb") as out:
            out.write(text)
    for where, folders, files in os.walk(os.path.join(top, "home", who)):
        for name in [where] + [os.path.join(where, f) for f in files]:
            os.chown(name, uid, 20000)
E
    [ "$1" != mbox ] || chmod 1777 "$dir/mail"
}

certificate() {
    cd "$dir"
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=dele test CA" -keyout ca.key \
        -out ca.pem 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr \
        2>/dev/null
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
        -extfile ext -out server.crt 2>/dev/null
    cat server.key server.crt >server.pem
    chmod 600 server.key
    chmod 644 server.pem # courier reads it as another user
}

inside() { # inside FOLDER COMMANDS: runs them in the namespace, the folder laid over the system
    folder=$1
    cat >"$dir/inside.sh" <<E
set -e
mount --make-rprivate /
mount -t proc proc /proc
mkdir -p $dir/over
mount -t tmpfs tmpfs $dir/over
for part in usr etc var; do
    mkdir $dir/over/\$part $dir/over/\$part.work
    lower=/\$part
    [ ! -d "$PACKAGES/$folder/\$part" ] || lower=$PACKAGES/$folder/\$part:/\$part
    mount -t overlay over -o \
        "lowerdir=\$lower,upperdir=$dir/over/\$part,workdir=$dir/over/\$part.work" /\$part
done
mount -t tmpfs tmpfs /run
cp -a $dir/etc/. /etc/
[ ! -d $dir/mail ] || mount --bind $dir/mail /var/mail
$2
E
    exec unshare -m -p -f --kill-child sh "$dir/inside.sh"
}

courier_config() {
    mkdir -p "$dir/etc/courier"
    cp "$PACKAGES"/courier-pop/etc/courier/pop3d "$PACKAGES"/courier-pop/etc/courier/pop3d-ssl \
        "$dir/etc/courier/"
    printf 'PORT=%s\nADDRESS=127.0.0.1\nMAXPERIP=40\nPOP3AUTH="PLAIN LOGIN CRAM-MD5"\n' "$port" \
        >>"$dir/etc/courier/pop3d"
    echo 'POP3AUTH_TLS="PLAIN LOGIN CRAM-MD5"' >>"$dir/etc/courier/pop3d"
    printf 'SSLPORT=%s\nSSLADDRESS=127.0.0.1\nTLS_CERTFILE=/etc/courier/pop3d.pem\n' "$tls" \
        >>"$dir/etc/courier/pop3d-ssl"
    echo TLS_CACHEFILE= >>"$dir/etc/courier/pop3d-ssl"
    printf 'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=3\n' \
        >"$dir/etc/courier/authdaemonrc"
    printf 'authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\nDEFAULTOPTIONS=""\nLOGGEROPTS=""\n' \
        >>"$dir/etc/courier/authdaemonrc"
    cp "$dir/server.pem" "$dir/etc/courier/pop3d.pem"
    uid=20001
    for who in ann bob carol; do
        digest=$(printf 'secret\nsecret\n' | userdbpw -hmac-md5)
        printf '%s\tuid=%s|gid=20000|home=%s|shell=/bin/sh|systempw=%s|hmac-md5pw=%s\n' "$who" \
            "$uid" "$dir/home/$who" "$(openssl passwd -6 secret)" "$digest"
        uid=$((uid + 1))
    done >"$dir/etc/courier/userdb"
    chmod 600 "$dir/etc/courier/userdb"
}

cyrus_config() {
    mkdir -p "$dir/var/conf" "$dir/var/spool"
    echo "cyrus:x:20010:8::$dir/var:/bin/sh" >>"$dir/etc/passwd"
    cat >"$dir/etc/imapd.conf" <<E
configdirectory: $dir/var/conf
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
defaultpartition: default
partition-default: $dir/var/spool
altnamespace: no
unixhierarchysep: yes
admins: admin
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $dir/var/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
allowapop: yes
servername: localhost
tls_server_cert: $dir/var/server.crt
tls_server_key: $dir/var/server.key
autocreate_quota: -1
hashimapspool: no
E
    cat >"$dir/etc/cyrus.conf" <<E
START { recover cmd="ctl_cyrusdb -r" }
SERVICES {
  imap cmd="imapd -U 30" listen="127.0.0.1:$backend" prefork=0
  pop3 cmd="pop3d -U 30" listen="127.0.0.1:$port" prefork=0 maxchild=60
  pop3s cmd="pop3d -s -U 30" listen="127.0.0.1:$tls" prefork=0 maxchild=60
}
EVENTS { checkpoint cmd="ctl_cyrusdb -c" period=30 }
E
    cp "$dir/server.crt" "$dir/server.key" "$dir/var/"
}

mailutils="/usr/sbin/pop3d --no-config --foreground"
mailutils_config() { # mailutils_config PORT TLS-PORT; 0: no TLS
    cat >"$dir/pop3d.conf" <<E
mode daemon;
foreground yes;
logging { syslog no; };
mailbox { mail-spool "/var/mail"; };
auth { authentication "generic:system:pam"; authorization "system"; };
E
    if [ "$2" = 0 ]; then
        echo "server 127.0.0.1:$1 { };" >>"$dir/pop3d.conf"
        return
    fi
    cat >>"$dir/pop3d.conf" <<E
tls { ssl-certificate-file $dir/server.crt; ssl-key-file $dir/server.key; };
tls-file-checks { key-file none; cert-file none; ca-file none; };
server 127.0.0.1:$1 { tls-mode ondemand; };
server 127.0.0.1:$2 { tls-mode connection; };
E
}

nginx_config() { # and what nginx asks whether a login is good
    cat >"$dir/auth.py" <<E
import http.server, hashlib, hmac
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        get = self.headers.get
        salt = get("Auth-Salt", "").encode()
        proof = {"plain": "secret", "apop": hashlib.md5(salt + b"secret").hexdigest(),
                 "cram-md5": hmac.new(b"secret", salt, hashlib.md5).hexdigest()}
        good = get("Auth-Pass") == proof.get(get("Auth-Method"), "")
        answer = {"Auth-Status": "Invalid login or password", "Auth-Wait": "1"}
        if good and get("Auth-User") in ("ann", "bob", "carol"):
            answer = {"Auth-Status": "OK", "Auth-Server": "127.0.0.1", "Auth-Port": "$backend",
                      "Auth-Pass": "secret"}
        self.send_response(200)
        for item in answer.items():
            self.send_header(*item)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("$dir/auth.port", "w").write(str(server.server_address[1]))
server.serve_forever()
E
    cat >"$dir/nginx.conf" <<E
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
user root; worker_processes 1; daemon off; pid $dir/nginx.pid; error_log $dir/error.log info;
events { worker_connections 200; }
mail {
  server_name localhost; auth_http 127.0.0.1:AUTHPORT/; proxy_pass_error_message on;
  pop3_auth plain apop cram-md5; pop3_capabilities TOP USER UIDL PIPELINING;
  ssl_certificate $dir/server.crt; ssl_certificate_key $dir/server.key;
  server { listen 127.0.0.1:$port; protocol pop3; starttls on; }
  server { listen 127.0.0.1:$tls ssl; protocol pop3; }
}
E
}

run() {
    name=$1 dir=$2 port=$3 tls=$4 backend=$5
    mkdir -p "$dir"
    chmod 755 "$dir"
    users
    case $name in
    popa3d)
        seed mbox
        inside popa3d "echo popa3d:x:20009:20009::/var/empty:/bin/false >>/etc/passwd
echo popa3d:x:20009: >>/etc/group
mkdir -p /var/lib/popa3d
exec tcpserver -HRl0 -c 50 127.0.0.1 $port /usr/sbin/popa3d"
        ;;
    solid-pop3d)
        seed mbox
        printf '<Global>\nMailDropName "/var/mail/%%s"\nMailDropType mailbox\nChangeGID no\n%s\n</Global>\n' \
            "${IDLE:+AutoLogoutTime $IDLE}" >"$dir/etc/spop3d.conf"
        inside solid-pop3d "echo spop3d:x:20008:20008::/var/empty:/bin/false >>/etc/passwd
echo spop3d:x:20008: >>/etc/group
exec tcpserver -HRl0 -c 50 127.0.0.1 $port /usr/sbin/solid-pop3d"
        ;;
    mailutils)
        seed mbox
        certificate
        mailutils_config "$port" "$tls"
        inside none "exec $mailutils --config-file=$dir/pop3d.conf"
        ;;
    courier)
        seed maildir
        certificate
        courier_config
        inside courier-pop "mkdir -p /run/courier/authdaemon
chmod 755 /run/courier /run/courier/authdaemon
makeuserdb
authdaemond start
/usr/lib/courier/pop3d start
/usr/lib/courier/pop3d-ssl start
exec sleep infinity"
        ;;
    cyrus)
        certificate
        cyrus_config
        inside cyrus "cd $dir
for who in ann bob carol admin; do
    echo secret | saslpasswd2 -p -c -f $dir/var/sasldb2 -u localhost \$who
done
chown -R 20010:8 $dir/var
mkdir -p /run/cyrus/proc /run/cyrus/lock
chown -R 20010:8 /run/cyrus
chmod 1777 /run
/usr/lib/cyrus/bin/master -C /etc/imapd.conf -M /etc/cyrus.conf -D &
sh $script seed_cyrus $dir $backend
wait"
        ;;
    perdition)
        seed mbox
        certificate
        mailutils_config "$backend" 0
        common="-f '' --no_daemon --no_lookup --map_library '' -b 127.0.0.1 -F + \
--outgoing_server 127.0.0.1:$backend --ssl_cert_file $dir/server.crt --ssl_key_file $dir/server.key \
--ssl_no_cert_verify --ssl_no_cn_verify --ssl_no_client_cert_verify"
        inside perdition "$mailutils --config-file=$dir/pop3d.conf &
until python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", $backend))'; do sleep 0.1; done
perdition.pop3 --protocol POP3 -l $port --ssl_mode tls_listen $common --pid_file $dir/1.pid &
exec perdition.pop3 --protocol POP3S -l $tls --ssl_mode ssl_listen $common --pid_file $dir/2.pid"
        ;;
    nginx)
        seed mbox
        certificate
        mailutils_config "$backend" 0
        nginx_config
        inside nginx "$mailutils --config-file=$dir/pop3d.conf &
until python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", $backend))'; do sleep 0.1; done
python3 $dir/auth.py &
until [ -s $dir/auth.port ]; do sleep 0.1; done
sed -i s/AUTHPORT/\$(cat $dir/auth.port)/ $dir/nginx.conf
exec /usr/sbin/nginx -c $dir/nginx.conf"
        ;;
    poor | sdps) exec python3 "${script%/*}/peer.py" "$name" "$port" ;;
    *)
        echo "real.sh: no such server: $name" >&2
        exit 64
        ;;
    esac
}

seed_cyrus() { # seed_cyrus DIR IMAP-PORT; the file tells that it is done
    dir=$1 backend=$2
    seed imap
    touch "$dir/seeded"
}

script=$(realpath "$0")
what=$1
shift
"$what" "$@"
