#!/bin/sh
# Other real servers on loopback, each in a mount and process namespace of its own, so that their
# packages need not be installed (they conflict with each other): unpacked, they are laid over /usr,
# /etc and /var there.  Needs root, unshare and overlayfs; Debian.
#   real.sh fetch PACKAGES              downloads and unpacks into the folder PACKAGES
#   real.sh run NAME DIR PORT TLS-PORT  runs popa3d, solid-pop3d, mailutils or courier in the
#                                       foreground; PACKAGES is in the environment
# Users: ann with 12 messages, bob with none, carol with 300; the password of all is "secret".
set -eu

# what is unpacked, not installed
unpacked='popa3d solid-pop3d courier-pop'

fetch() {
    mkdir -p "$1"
    cd "$1"
    chown _apt . 2>/dev/null || :
    for package in $unpacked; do
        [ ! -d "$package" ] || continue
        apt-get -qq download "$package"
        dpkg -x "$package"_*.deb ".$package"
        mv ".$package" "$package"
        rm -f "$package"_*.deb
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

seed() { # seed mbox|maildir
    python3 - "$1" "$dir" <<'E'
import os, sys
kind, top = sys.argv[1:]
BODIES = {1: "Hello.\n", 2: ".\n..\n.x\nend\n", 3: "x" * 100000 + "\n", 4: "a\x00b\n"}
def message(who, n):
    head = ("From: Sender %d <sender%d@example.org>\nSubject: %s %d\n"
            "Message-ID: <%s%d@example.org>\n\n" % (n, n, who, n, who, n))
    return (head + BODIES.get(n, "Body %d.\n" % n)).encode()
for uid, (who, count) in enumerate((("ann", 12), ("bob", 0), ("carol", 300)), 20001):
    texts = [message(who, n) for n in range(1, count + 1)]
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

inside() { # inside PACKAGE COMMANDS: runs them in the namespace, the package laid over the system
    package=$1
    cat >"$dir/inside.sh" <<E
set -e
mount --make-rprivate /
mount -t proc proc /proc
mkdir -p $dir/over
mount -t tmpfs tmpfs $dir/over
for part in usr etc var; do
    mkdir $dir/over/\$part $dir/over/\$part.work
    lower=/\$part
    [ ! -d "$PACKAGES/$package/\$part" ] || lower=$PACKAGES/$package/\$part:/\$part
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

run() {
    name=$1 dir=$2 port=$3 tls=$4
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
        printf '<Global>\nMailDropName "/var/mail/%%s"\nMailDropType mailbox\nChangeGID no\n</Global>\n' \
            >"$dir/etc/spop3d.conf"
        inside solid-pop3d "echo spop3d:x:20008:20008::/var/empty:/bin/false >>/etc/passwd
echo spop3d:x:20008: >>/etc/group
exec tcpserver -HRl0 -c 50 127.0.0.1 $port /usr/sbin/solid-pop3d"
        ;;
    mailutils)
        seed mbox
        certificate
        cat >"$dir/pop3d.conf" <<E
mode daemon;
foreground yes;
logging { syslog no; };
mailbox { mail-spool "/var/mail"; };
auth { authentication "generic:system:pam"; authorization "system"; };
tls { ssl-certificate-file $dir/server.crt; ssl-key-file $dir/server.key; };
tls-file-checks { key-file none; cert-file none; ca-file none; };
server 127.0.0.1:$port { tls-mode ondemand; };
server 127.0.0.1:$tls { tls-mode connection; };
E
        inside none "exec /usr/sbin/pop3d --no-config --config-file=$dir/pop3d.conf --foreground"
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
    *)
        echo "real.sh: no such server: $name" >&2
        exit 64
        ;;
    esac
}

what=$1
shift
"$what" "$@"
