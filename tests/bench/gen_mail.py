#!/usr/bin/env python3
"""Writes one large message or document, always the same for the same arguments.

gen_mail.py html  SIZE   a newsletter of about SIZE octets, as the big senders make them
gen_mail.py mail  SIZE   the same as the only part of a message, quoted-printable
gen_mail.py parts SIZE   a message of 200 parts: text, HTML, nested multiparts, attachments
"""
import base64
import quopri
import random
import sys

WORDS = """the of and to in your is for with on this offer save new order account free shipping today
more read our team product update week members only now available learn discover spring collection
price from until get Größe für schöne café naïve Привет новости скидки заказ""".split()
HOST = "https://click.news.example/"
PARTS = 200
HEAD = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1.0" /><title>News of the week</title>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<style type="text/css">
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; }
table { border-collapse: collapse; mso-table-lspace: 0; } a { color: #2a6ebb; }
@media only screen and (max-width: 620px) { .col { width: 100% !important; display: block !important; } }
</style></head>
<body style="margin:0;padding:0;background-color:#f4f4f4">
<div style="display:none;max-height:0;overflow:hidden">The best of this week&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;</div>
"""
TAIL = """<img src="https://click.news.example/open.gif?u=1234" width="1" height="1" border="0" alt="" />
</body></html>
"""
BLOCK = """<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%%" style="border-collapse:collapse;background-color:#ffffff;">
  <tr><td align="center" valign="top" style="padding:20px 0 20px 0;font-size:0">
    <table role="presentation" border="0" cellpadding="0" cellspacing="0" width="600" class="col" style="width:600px;max-width:600px">
      <tr><td style="padding:0 24px;font-family:Arial,Helvetica,sans-serif;font-size:22px;line-height:28px;color:#222222;"><h2 style="margin:0">%s</h2></td></tr>
      <tr><td style="padding:12px 24px;"><a href="%s" target="_blank" style="text-decoration:none;color:#2a6ebb;"><img src="https://images.news.example/%x.jpg" width="552" height="310" alt="%s" style="display:block;border:0;outline:none;" /></a></td></tr>
      <tr><td style="padding:0 24px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:22px;color:#444444;">
        <p style="margin:0 0 12px 0;">%s&hellip; <strong>%s</strong> &ndash; %s.</p>
        <ul style="padding-left:18px"><li>%s</li><li><span style="color:#c00;">%s</span></li></ul>
      </td></tr>
      <tr><td align="center" style="padding:12px 24px 24px 24px;"><!--[if mso]><v:roundrect href="%s" style="height:40px;v-text-anchor:middle;width:200px;"><center>Read</center></v:roundrect><![endif]--><a href="%s" style="background-color:#2a6ebb;border-radius:4px;color:#ffffff;display:inline-block;font-family:sans-serif;font-size:13px;font-weight:bold;line-height:40px;text-align:center;text-decoration:none;width:200px;-webkit-text-size-adjust:none;mso-hide:all;">Read&nbsp;more</a></td></tr>
    </table></td></tr>
</table>
"""


def some(rng, low, high):
    return " ".join(rng.choices(WORDS, k=rng.randint(low, high)))


def newsletter(rng, size):
    pieces, total = [HEAD], len(HEAD)
    while total < size:
        url = HOST + "%032x?u=%x" % (rng.getrandbits(128), rng.getrandbits(64))
        pieces.append(BLOCK % (some(rng, 3, 8), url, rng.getrandbits(40), some(rng, 2, 5), some(rng, 30, 90),
                               some(rng, 2, 6), some(rng, 20, 50), some(rng, 5, 20), some(rng, 5, 20), url, url))
        total += len(pieces[-1].encode())
    return "".join(pieces + [TAIL])


def header(content_type, encoding="7bit"):
    return ("Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (content_type, encoding)).encode()


def top(subject):
    return ("From: News <news@news.example>\r\nTo: ann@example.org\r\nSubject: %s\r\n"
            "Date: Sun, 22 Nov 2026 20:50:11 +0000\r\nMessage-ID: <bench@news.example>\r\n"
            "MIME-Version: 1.0\r\n" % subject).encode()


def crlf(octets):
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def html_part(rng, size):
    octets = quopri.encodestring(newsletter(rng, size).encode())
    return header("text/html; charset=utf-8", "quoted-printable") + crlf(octets)


def attachment(rng, size, n):
    octets = base64.encodebytes(rng.randbytes(size * 3 // 4))
    return header('application/octet-stream; name="file%d.bin"' % n, "base64") + crlf(octets)


def joined(parts, boundary, subtype):
    out = [header('multipart/%s; boundary="%s"' % (subtype, boundary))]
    for part in parts:
        out += [b"--", boundary.encode(), b"\r\n", part, b"\r\n"]
    return b"".join(out + [b"--", boundary.encode(), b"--\r\n"])


def parts(rng, size):
    made, each = [], size // PARTS
    for n in range(PARTS // 4):
        text = header("text/plain; charset=utf-8", "8bit") + crlf((some(rng, 200, 400) + "\n").encode())
        alternative = joined([text, html_part(rng, each)], "alt%d" % n, "alternative")
        made += [alternative, attachment(rng, 2 * each, n)]
    return joined(made, "mixed", "mixed")


def main():
    rng = random.Random(4711)
    kind, size = sys.argv[1], int(sys.argv[2])
    out = sys.stdout.buffer
    if kind == "html":
        out.write(newsletter(rng, size).encode())
    elif kind == "mail":
        out.write(top("A long newsletter") + html_part(rng, size))
    elif kind == "parts":
        out.write(top("200 parts") + parts(rng, size))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
