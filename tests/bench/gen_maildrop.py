#!/usr/bin/env python3
"""Makes a Maildir as a mail server would have filled it, always the same for the same arguments.

gen_maildrop.py --count 1000 --out DIR [--body 2048:61440]

Headers are 2 to 4 KB (Received, DKIM, ARC, List-*), subjects and senders are encoded words in
ten charsets, some of them broken; bodies are 2 to 60 KB, or --body LEAST:MOST octets.  X-Bench-Seq: says which message is
which.  The file names carry S= and W=, the sizes on disk and on the line, so that a LIST does not
read the bodies.
"""
import argparse
import base64
import math
import os
import random
import time

WORDS = """invoice meeting report update schedule project budget release server backup newsletter
order shipment confirm review contract security patch holiday travel question answer proposal
draft minutes agenda deadline status urgent reminder ticket build merge request account""".split()

SUBJECTS = [
    ("utf-8", "B", ["Résumé de la réunion – café à 15 h", "🎉 Party on Friday 🎂", "会议纪要：下周的安排与预算",
                    "Ερώτηση για το τιμολόγιο", "הזמנה לישיבה", "تقرير الشهر الماضي"]),
    ("utf-8", "Q", ["Votre facture n° 4711 est prête", "Zażółć gęślą jaźń – przypomnienie"]),
    ("iso-8859-1", "Q", ["Größere Änderungen am Zeitplan", "Réservation confirmée à l'hôtel"]),
    ("iso-8859-15", "Q", ["Rechnung über 129,00 € fällig", "Prix spécial : 49 € aujourd'hui"]),
    ("iso-2022-jp", "B", ["【重要】メンテナンスのお知らせ", "会議の議事録について"]),
    ("shift_jis", "B", ["お支払い方法のご案内", "新製品のご紹介"]),
    ("koi8-r", "B", ["Отчёт за прошлый месяц", "Напоминание о встрече"]),
    ("windows-1251", "B", ["Счёт на оплату № 1024", "Изменения в расписании"]),
    ("gb2312", "B", ["关于下周会议的通知", "您的订单已发货"]),
    ("euc-kr", "B", ["회의 일정 변경 안내", "주문 확인"]),
    ("big5", "B", ["會議通知與議程", "您的訂單已出貨"]),
]
BROKEN = ["=?utf-8?B?broken%d", "raw \u00e4\u00f6\u00fc 8-bit #%d", "=?x-unknown?Q?abc_%d?=", "%.0d"]
NAMES = ["Alice Carpenter", "Bob Ødegård", "Jürgen Müller", "Zoë Łukasz", "山田太郎", "Иван Петров",
         "Acme Billing", "Cron Daemon", "O'Brien, Pat", "김철수", "No Reply", "Newsletter Team"]
DOMAINS = ["example.org", "example.com", "example.net", "lists.example.org", "shop.example"]
ZONES = ["+0000", "+0100", "-0500", "+0530", "-0800", "+0900"]
HEX = "0123456789abcdef"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BASE64 = LETTERS + LETTERS.upper() + "0123456789+/"
START = 1420070400  # 2015


def some(rng, alphabet, count):
    return "".join(rng.choices(alphabet, k=count))


def encoded_word(text, charset, encoding):
    octets = text.encode(charset, "replace")
    if encoding == "B":
        body = base64.b64encode(octets).decode()
    else:
        body = "".join(chr(c) if chr(c).isascii() and chr(c).isalnum() else "=%02X" % c
                       for c in octets)
    return "=?%s?%s?%s?=" % (charset, encoding, body)


def encode(text, charset, encoding):
    """Encoded words of at most 75 characters, none of them ending inside a character."""
    words, current = [], ""
    for char in text:
        if len(encoded_word(current + char, charset, encoding)) > 75:
            words.append(encoded_word(current, charset, encoding))
            current = ""
        current += char
    words.append(encoded_word(current, charset, encoding))
    return "\n ".join(words)


def signature(rng):
    text = some(rng, BASE64, 340)
    return "\n\t".join(text[i:i + 70] for i in range(0, len(text), 70))


def subject(rng, number):
    kind = rng.random()
    if kind < .45:
        return " ".join(rng.choices(WORDS, k=rng.randint(2, 9))).capitalize() + " #%d" % number
    if kind < .995:
        charset, encoding, samples = rng.choice(SUBJECTS)
        return encode("%s #%d" % (rng.choice(samples), number), charset, encoding)
    return rng.choice(BROKEN) % number


def header(rng, number, when):
    domain, name = rng.choice(DOMAINS), rng.choice(NAMES)
    local = some(rng, LETTERS, rng.randint(4, 10))
    date = time.strftime("%a, %d %b %Y %H:%M:%S ", time.gmtime(when)) + rng.choice(ZONES)
    yield "Return-Path: <bounces+%d-%s@%s>" % (number, local, domain)
    for hop in range(rng.randint(3, 6)):
        yield ("Received: from mx%d.%s (mx%d.%s [192.0.2.%d])\n"
               "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
               "\t key-exchange X25519 server-signature RSA-PSS (2048 bits))\n"
               "\t(No client certificate requested)\n"
               "\tby mx.example.test (Postfix) with ESMTPS id %s\n\tfor <me@example.test>; %s"
               % (hop, domain, hop, domain, rng.randint(1, 254), some(rng, HEX, 11), date))
    yield ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=s%d;\n"
           "\th=from:to:subject:date:message-id:mime-version;\n\tbh=%s=;\n\tb=%s=="
           % (domain, rng.randint(1, 99), some(rng, BASE64, 43), signature(rng)))
    if rng.random() < .5:
        yield "ARC-Seal: i=1; a=rsa-sha256; d=example.test; s=arc;\n\tb=%s==" % signature(rng)
        yield ("ARC-Message-Signature: i=1; a=rsa-sha256; d=example.test; s=arc;\n\tb=%s=="
               % signature(rng))
    yield ("Authentication-Results: mx.example.test;\n\tdkim=pass header.d=%s;\n"
           "\tspf=pass smtp.mailfrom=%s; dmarc=pass (p=none) header.from=%s"
           % (domain, domain, domain))
    shown = '"%s"' % name if name.isascii() else encode(name, "utf-8", rng.choice("BQ"))
    yield "From: %s <%s@%s>" % (shown, local, domain)
    yield "To: Me <me@example.test>"
    yield "Subject: " + subject(rng, number)
    yield "Date: " + date
    yield "Message-ID: <%s.%d@%s>" % (some(rng, HEX, 24), number, domain)
    yield "X-Bench-Seq: %d" % number
    if rng.random() < .3:
        yield "In-Reply-To: <%s@%s>" % (some(rng, HEX, 24), domain)
    if rng.random() < .35:
        yield "List-Id: <dev.%s>" % domain
        yield "List-Unsubscribe: <https://%s/u/%s>" % (domain, some(rng, HEX, 32))
    yield "MIME-Version: 1.0"
    yield "Content-Type: text/plain; charset=utf-8"
    yield ("X-Spam-Status: No, score=%.1f required=5.0 tests=DKIM_SIGNED,DKIM_VALID,\n"
           "\tHTML_MESSAGE,SPF_PASS autolearn=ham version=4.0.0" % (rng.random() * 4 - 2))


def body(rng, least, most):
    low, high = math.log(least), math.log(most)
    wanted = math.exp(rng.uniform(low, high))
    line = " ".join(rng.choices(WORDS, k=10)) + "\n"
    size = 0
    while size < wanted:
        text = ".a line for byte-stuffing\n" if rng.random() < .02 else line[rng.randrange(20):]
        size += len(text)
        yield text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--body", default="2048:61440")
    options = parser.parse_args()
    least, most = map(int, options.body.split(":"))
    for folder in "cur", "new", "tmp":
        os.makedirs(os.path.join(options.out, folder), exist_ok=True)
    for number in range(1, options.count + 1):
        rng = random.Random(number)
        when = START + number * 211
        text = "\n".join(header(rng, number, when)) + "\n\n" + "".join(body(rng, least, most))
        octets = text.encode()
        name = "%d.M%dP1.bench,S=%d,W=%d:2," % (when, number, len(octets),
                                                len(octets) + octets.count(b"\n"))
        with open(os.path.join(options.out, "cur", name), "wb") as file:
            file.write(octets)


main()
