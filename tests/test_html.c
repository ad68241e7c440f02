#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "mail/html.h"

#define B(text) text, sizeof text - 1
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MEGABYTES(n) ((n)*1000000u)

static void use_utf8(void)
{
    setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(html, .init = use_utf8, .timeout = 120);

/* ---- what text comes of it ------------------------------------------------------------------
 */

struct sample {
    const char *name;
    unsigned width;
    const char *html;
    size_t len;
    const char *want;
};

/* The first CUT bytes, and the rest PIECE bytes at a time. */
static struct html *convert(const char *text, size_t len, unsigned width, size_t cut,
                            size_t piece)
{
    struct html *h = html_new(width);
    char *copy = xmalloc(len); /* to the byte, so that ASan sees an overrun */
    memcpy(copy, text, len);
    html_feed(h, copy, cut);
    for (size_t at = cut; at < len; at += piece)
        html_feed(h, copy + at, len - at < piece ? len - at : piece);
    free(copy);
    html_end(h);
    return h;
}

static bool check_one(const struct sample *c, size_t cut, size_t piece)
{
    struct html *h = convert(c->html, c->len, c->width, cut, piece);
    bool same = !strcmp(html_text(h)->data, c->want);
    cr_expect(same, "%s, cut at %zu, then by %zu: got\n%s", c->name, cut, piece,
              html_text(h)->data);
    html_free(h);
    return same;
}

/* Whole, byte by byte, and split at every byte. */
static void check_all(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sample *c = &samples[i];
        bool same = check_one(c, c->len, 1) && check_one(c, 0, 1);
        for (size_t cut = 1; same && cut < c->len; cut++)
            same = check_one(c, cut, c->len);
    }
}

#define CHECK(samples) check_all(samples, COUNT(samples))

static const struct sample paragraphs[] = {
    {"nothing", 72, B(""), ""},
    {"blanks alone", 72, B(" \n\t <p> </p><div>&nbsp;</div><br>"), ""},
    {"plain text", 72, B("hello"), "hello\n"},
    {"blanks collapse, in ends too", 72, B("  a \r\n\t b  \n"), "a b\n"},
    {"blanks collapse over tags", 72, B("a <b> b</b> <i>c</i>d"), "a b cd\n"},
    {"paragraphs", 72, B("<p>one</p>\n<p>two</p>"), "one\n\ntwo\n"},
    {"paragraphs without ends", 72, B("<P>one<P>two"), "one\n\ntwo\n"},
    {"an end without a beginning", 72, B("one</p>two</div>three</b>"), "one\n\ntwothree\n"},
    {"divs are lines", 72, B("<div>one</div><div>two<div>three</div></div>four"),
     "one\ntwo\nthree\nfour\n"},
    {"empty blocks are nothing", 72, B("a<div></div><div><div></div></div>b"), "a\nb\n"},
    {"breaks", 72, B("a<br>b<br/>c<BR />d</br>e"), "a\nb\nc\nd\ne\n"},
    {"two breaks are a blank line, three too", 72, B("a<br><br>b<br> <br>\n<br>c"),
     "a\n\nb\n\nc\n"},
    {"a break at a block's end is none", 72, B("<div>a<br></div><div>b</div>"), "a\nb\n"},
    {"a break alone in a block is a blank line", 72,
     B("<div>a</div><div><br></div><div>b</div>"), "a\n\nb\n"},
    {"headings", 72, B("a<h1>b</h1>c<h2>d</h3>e"), "a\n\nb\n\nc\n\nd\n\ne\n"},
    {"a rule", 20, B("a<hr>b"), "a\n--------------------\nb\n"},
    {"a paragraph ends where a block begins", 72, B("<p>a<div>b</div>c"), "a\n\nb\nc\n"},
    {"head, title, script, style, comments", 72,
     B("<!DOCTYPE html><html><head><title>T</title><style>p{color:red}</style>"
       "<script>if (a<b) document.write('<p>x')</script></head><body>a<!-- no -->b"
       "<noscript>c</noscript><template>t</template><svg><text>s</text></svg></body></html>"),
     "abc\n"},
    {"conditional comments", 72,
     B("<!--[if mso]><p>outlook</p><![endif]--><!--[if !mso]><!-->all<!--<![endif]-->"
       "<![if !vml]> others<![endif]>"),
     "all others\n"},
    {"form fields", 72,
     B("<form>Name <input name=n> <input type=checkbox>x<input type=HIDDEN value=h>"
       "<textarea>old</textarea><select><option>one<option>two</select>"
       "<input type=submit value='Send it'><button>Go <b>on</b> </button></form>"),
     "Name [____] [_]x[____][____][button: Send it][button: Go on]\n"},
    {"pre", 20,
     B("a<pre>\nint  main(void)\r\n{\n\treturn 0; /* a long line is not cut */\n\n}\n</pre>b"),
     "a\n\nint  main(void)\n{\n\treturn 0; /* a long line is not cut */\n\n}\n\nb\n"},
    {"white-space: pre-wrap keeps lines and fills them", 12,
     B("<div style='white-space: pre-wrap'>one two three\n  four</div>"),
     "one two\nthree\n  four\n"},
    {"quotes", 72,
     B("Ann:<blockquote><p>one</p><p>two</p><blockquote>deep</blockquote></blockquote>end"),
     "Ann:\n\n> one\n>\n> two\n>\n> > deep\n\nend\n"},
    {"quotes are filled", 12, B("<blockquote>one two three four</blockquote>"),
     "> one two\n> three four\n"},
    {"a list", 72, B("a<ul><li>one</li><li>two</ul>b"), "a\n\n* one\n* two\n\nb\n"},
    {"numbers", 72, B("<ol start=9><li>nine<li>ten<li value=20>twenty</ol><ol><li>one</ol>"),
     "9. nine\n10. ten\n20. twenty\n\n1. one\n"},
    {"nested lists", 72, B("<ul><li>a<ol><li>b<li>c</ol></li><li>d<ul><li>e</ul></ul>"),
     "* a\n  1. b\n  2. c\n* d\n  * e\n"},
    {"lists in items without text", 72, B("<ul><li><ol><li>x</ol><li></ul>"), "* 1. x\n"},
    {"items are filled", 12, B("<ul><li>one two three</ul>"), "* one two\n  three\n"},
    {"an item of paragraphs", 72, B("<ul><li><p>a</p><p>b</p></li></ul>"), "* a\n\n  b\n"},
    {"a list in a quote", 72, B("<blockquote><ul><li>a<li>b</ul></blockquote>"),
     "> * a\n> * b\n"},
    {"items without a list", 72, B("<li>a<li>b"), "* a\n* b\n"},
    {"definitions", 72, B("<dl><dt>a<dd>b<dt>c<dd>d</dl>e"), "a\n    b\nc\n    d\n\ne\n"},
};

Test(html, lays_out_paragraphs)
{
    CHECK(paragraphs);
}

static const struct sample tables[] = {
    {"a layout table is a line a row", 72,
     B("<table><tr><td>a</td><td> </td><td>b</td></tr><tr><td>c</td></tr></table>d"),
     "a  b\nc\nd\n"},
    {"cells without ends", 72, B("<table><tr><td>a<td>b<tr><td>c<td>d</table>"),
     "a  b\nc  d\n"},
    {"a table of figures", 72,
     B("<table border=1><tr><td>a</td><td>b</td></tr><tr><td></td><td>d</td><td></td>"
       "<td>e</td></tr></table>f"),
     "a | b\n| d |  | e\n\nf\n"},
    {"heads make one", 72,
     B("x<table><thead><tr><th>Item<th>Price</thead><tbody><tr><td>Tea<td>1</table>"),
     "x\nItem | Price\nTea | 1\n"},
    {"paragraphs in cells stay beside each other", 72,
     B("<table border=1><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p></td>"
       "<td><div>d</div></td></tr></table>"),
     "a | b\nc | d\n"},
    {"cells of many lines do not", 72,
     B("<table><tr><td><div>a</div><div>b</div></td><td>c</td></tr></table>"), "a\nb\nc\n"},
    {"tables in cells", 72,
     B("<table><tr><td>a<table><tr><td>b<td>c</table></td><td>d</td></tr></table>e"),
     "a\nb  c\nd\ne\n"},
    {"a filled cell ends its line", 12,
     B("<table><tr><td>one two three</td><td>four</td></tr></table>"),
     "one two\nthree\nfour\n"},
    {"a style that is open in a cell ends with it", 72,
     B("<table><tr><td><font style='display:none'>x</td><td>seen</td></tr></table>"),
     "seen\n\n! 1 hidden character left out\n"},
    {"ends of inner blocks do not end the cell", 72,
     B("<table><tr><td>a</div></p></td><td>b</td></tr></table>"), "a  b\n"},
    {"cells without a table", 72, B("<td>a</td><td>b</td>"), "a b\n"},
};

Test(html, lays_out_tables)
{
    CHECK(tables);
}

static const struct sample characters[] = {
    {"references", 72,
     B("&lt;a&gt; &amp; &quot;&eacute;&quot; &#233;&#xe9;&#XE9; &hellip;&euro;"),
     "<a> & \"é\" ééé …€\n"},
    {"windows-1252 numbers", 72, B("&#128;&#147;x&#148;&#150;&#x99;"), "€“x”–™\n"},
    {"without semicolons", 72, B("&copy2026 &ampx &notit; &notin; &eacutes &AMP"),
     "©2026 &x ¬it; ∉ és &\n"},
    {"that are none", 72, B("&; & &x; &#; &#x; &#xg &bogus; &bull &hellip"),
     "&; & &x; &#; &#x; &#xg &bogus; &bull &hellip\n"},
    {"of what cannot be", 72, B("&#0;&#xD800;&#1114112;&#99999999999999999999;"),
     "\xEF\xBF\xBD"
     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n"},
    {"a blank as a reference", 72, B("a&#32;&#10; b"), "a b\n"},
    {"a tag as references is text", 72, B("&lt;script&gt;x&lt;/script&gt;"),
     "<script>x</script>\n"},
    {"signs alone", 72, B("a < b > c <= d <3 </ 4> <> &"), "a < b > c <= d <3 <> &\n"},
    {"no-break spaces stay", 8, B("a 10&nbsp;km&nbsp;b"), "a\n10 km b\n"},
    {"no-break spaces at the beginning", 72, B("<p>&nbsp;&nbsp;a&nbsp; b</p>"), "  a  b\n"},
    {"NULs are dropped", 72, B("a\0b<p\0>c<b\0r>d"), "abcd\n"},
    {"no UTF-8", 72, B("a\xFFz \xC3(\xE2\x82 \xF0\x9F<b>\xC3</b>\xA9"),
     "a\xEF\xBF\xBDz \xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD "
     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n"},
    {"soft hyphens are nothing", 72, B("Donau&shy;dampf"), "Donaudampf\n"},
    {"a joiner stays among letters that it shapes", 72, B("می\xE2\x80\x8Cخواهم"),
     "می\xE2\x80\x8Cخواهم\n"},
    {"line separators are blanks", 72, B("a\xE2\x80\xA8> b"), "a > b\n"},
    {"width counts, not bytes", 8, B("äöü äöü äöü"), "äöü äöü\näöü\n"},
    {"Chinese has no blanks", 8, B("<p>今天天气很好。</p>"), "今天天气\n很好。\n"},
    {"no line begins with a full stop", 6, B("天气很。好"), "天气\n很。好\n"},
    {"long words are not cut", 10, B("see https://example.org/long/path for more"),
     "see\nhttps://example.org/long/path\nfor more\n"},
    {"width 0 fills nothing", 0, B("<p>one two three four five six seven eight nine ten</p>a"),
     "one two three four five six seven eight nine ten\n\na\n"},
    {"filling to the very column", 7, B("abc def ghi"), "abc def\nghi\n"},
};

Test(html, reads_characters)
{
    CHECK(characters);
}

static const struct sample markup[] = {
    {"odd quotes", 72, B("<p title='a\">b' x=\"'>\" y=a'b>c</p>"), "c\n"},
    {"an attribute without a value, and one twice", 72,
     B("<a href='http://a.example/' href='http://b.example/' x>t</a>"),
     "t [1]\n\n[1] http://a.example/\n"},
    {"blanks around the equals sign", 72, B("<a href = \n 'http://a.example/'>t</a>"),
     "t [1]\n\n[1] http://a.example/\n"},
    {"a value without quotes", 72, B("<a href=http://a.example/?x=1&amp;y=2>t</a>"),
     "t [1]\n\n[1] http://a.example/?x=1&y=2\n"},
    {"ampersands in a URL", 72, B("<a href='http://a.example/?a=1&copy=2&lt=3&gt;&para'>t</a>"),
     "t [1]\n\n[1] http://a.example/?a=1&copy=2&lt=3>¶\n"},
    {"a tag cut off is nothing", 72, B("a<a href='http://x"), "a\n"},
    {"an open quote takes all", 72, B("a<p title='x>b</p>c"), "a\n"},
    {"an open comment takes all", 72, B("a<!-- b"), "a\n"},
    {"short comments", 72, B("a<!-->b<!--->c<!---->d<!-- -- > --!>e<!-- - ->-->f"), "abcdef\n"},
    {"declarations and instructions", 72, B("a<?xml version='1.0'?>b<![CDATA[x]]>c</ x>d<!->e"),
     "abcde\n"},
    {"CDATA ends with the first >", 72, B("<![CDATA[a>b]]>c"), "b]]>c\n"},
    {"a cut sign is text", 72, B("a <"), "a <\n"},
    {"a cut end too", 72, B("a </"), "a </\n"},
    {"a cut reference too", 72, B("a &copy"), "a ©\n"},
    {"script ends at its own end", 72, B("<script>'</p></scripty></SCRIPT >a"), "a\n"},
    {"an open script takes all", 72, B("a<script>b</p>"), "a\n"},
    {"unknown elements", 72, B("<o:p>a</o:p><custom-tag>b</custom-tag>"), "ab\n"},
    {"misnested styles", 72, B("<b>a<i>b</b>c</i>d"), "abcd\n"},
};

Test(html, reads_markup_as_browsers_do)
{
    CHECK(markup);
}

/* ---- what is hidden
 * --------------------------------------------------------------------------- */

static const struct {
    const char *name;
    const char *html; /* in which "hid" is hidden, and "seen" is not */
    size_t hidden;
} hidden[] = {
    {"nothing", "seen", 0},
    {"display", "<p style='display:none'>hid</p>seen", 3},
    {"in any case, with blanks", "<p STYLE=' DISPLAY : NONE ; '>hid</p>seen", 3},
    {"important", "<p style='display:none !important;display:block'>hid</p>seen", 3},
    {"the last counts", "<p style='display:none;display:block'>seen</p>", 0},
    {"with a comment", "<p style='color:red;/* x; */display:/**/none'>hid</p>seen", 3},
    {"behind a URL with a semicolon", "<p style=\"x:url('a;b(');display:none\">hid</p>seen", 3},
    {"and what is inside",
     "<div style='display:none'><p style='display:block'>hid<div>"
     "x</div></p></div>seen",
     4},
    {"visibility", "<p style='visibility:hidden'>hid</p>seen", 3},
    {"visible inside",
     "<p style='visibility:hidden'>hid<b style='visibility:visible'>seen</b>"
     "</p>",
     3},
    {"font-size 0", "<p style='font-size:0'>hid</p>seen", 3},
    {"font-size 1px", "<p style='font-size: 1px'>hid</p>seen", 3},
    {"font-size 0.5pt", "<p style='font-size:0.5pt'>hid</p>seen", 3},
    {"font-size 2px", "<p style='font-size:2px'>seen</p>", 0},
    {"font-size 1em", "<p style='font-size:1em'>seen</p>", 0},
    {"a size again inside", "<p style='font-size:0'>hid<b style='font-size:12px'>seen</b></p>",
     3},
    {"a multiple of nothing",
     "<p style='font-size:0'>hid<b style='font-size:2em'>x</b></p>seen", 4},
    {"opacity", "<p style='opacity:0'>hid</p>seen", 3},
    {"some opacity", "<p style='opacity:0.5'>seen</p>", 0},
    {"opacity and display", "<p style='opacity:0;display:block'>hid</p>seen", 3},
    {"max-height", "<p style='max-height:0px'>hid</p>seen", 3},
    {"height and overflow", "<p style='height:0;overflow:hidden'>hid</p>seen", 3},
    {"width and overflow", "<p style='overflow:hidden;width:0px'>hid</p>seen", 3},
    {"height alone", "<p style='height:0'>seen</p>", 0},
    {"overflow alone", "<p style='overflow:hidden'>seen</p>", 0},
    {"indent", "<p style='text-indent:-9999px'>hid</p>seen", 3},
    {"outside", "<p style='position:absolute;left:-5000px'>hid</p>seen", 3},
    {"the attribute", "<p hidden>hid</p>seen", 3},
    /* The button of nearly every newsletter says so to Outlook only. */
    {"not by mso-hide alone", "<a style='mso-hide:all'>seen</a>", 0},
    {"white on white", "<p style='color:#fff'>hid</p>seen", 3},
    {"nearly white", "<p style='color:#fefefe'>hid</p>seen", 3},
    {"white by name, number, function",
     "<p style='color:white'>hid</p><font color=ffffff>hid"
     "</font><font color='#FFFFFF'>hid</font><b style='color:rgb(255, 255,255)'>hid</b>seen",
     12},
    {"transparent",
     "<p style='color:transparent'>hid</p><b style='color:rgba(0,0,0,0)'>hid</b>"
     "seen",
     6},
    {"light grey is seen", "<p style='color:#ccc'>seen</p>", 0},
    {"white on black", "<div style='background:black'><p style='color:#fff'>seen</p></div>", 0},
    {"black on black", "<div style='background:#000 none repeat'>hid</div>seen", 3},
    {"bgcolor", "<table><tr><td bgcolor=black>hid</td><td>seen</td></tr></table>", 3},
    {"body bgcolor", "<body bgcolor='#123456'><font color=#123456>hid</font>seen</body>", 3},
    {"body text", "<body text=white>hid<font color=red>seen</font></body>", 3},
    {"a link has its own colour", "<div style='color:white'>hid<a href=#>seen</a></div>", 3},
    {"on an image nothing is hidden", "<td background=x.png><font color=white>seen</font></td>",
     0},
    {"nor on a gradient", "<p style='background:linear-gradient(red,blue);color:#fff'>seen</p>",
     0},
    {"nor where a style sheet may say more",
     "<style>.d{background:#000}</style><div class=d><font color=white>seen</font></div>", 0},
    {"but where it cannot", "<style>.d{}</style><div><font color=white>hid</font></div>seen",
     3},
    {"a preheader's filling", "seen&zwnj;&nbsp;&zwnj;&nbsp;&#847; &#8203;&nbsp;&#65279;", 5},
    {"a cut word", "se&#8203;en", 1},
    {"a style over blocks", "<p><font style='display:none'>hid</p><p>hid</p></font>seen", 6},
    {"a style that ends inside a block", "<b style='display:none'>hid<div>hid</b></div>seen",
     6},
    {"blanks do not count", "<p style='display:none'> h i\nd &nbsp; </p>seen", 3},
    {"characters count, not bytes", "<p style='display:none'>hïd</p>seen", 3},
    {"links inside have no note",
     "<p style='display:none'><a href=http://x.example/>hid</a></p>"
     "seen",
     3},
};

/* Only "seen", in one piece; a zero-width blank may be a break. */
Test(html, leaves_out_what_nobody_sees)
{
    for (size_t i = 0; i < COUNT(hidden); i++) {
        size_t len = strlen(hidden[i].html);
        for (size_t piece = 1; piece <= len; piece += len - 1) {
            struct html *h = convert(hidden[i].html, len, 72, 0, piece);
            const char *text = html_text(h)->data;
            cr_expect(html_body_len(h) == 5 && !strncmp(text, "seen\n", 5), "%s: got\n%s",
                      hidden[i].name, text);
            cr_expect(html_signs(h)->hidden == hidden[i].hidden, "%s: %zu hidden",
                      hidden[i].name, html_signs(h)->hidden);
            cr_expect((strstr(text, "hidden character") != NULL) == (hidden[i].hidden > 0),
                      "%s", hidden[i].name);
            html_free(h);
        }
    }
}

Test(html, breaks_no_line_for_a_hidden_block)
{
    static const struct sample one[] = {{"a hidden block", 72,
                                         B("foo<div style='display:none'>x<p>y</p></div>bar"),
                                         "foobar\n\n! 2 hidden characters left out\n"}};
    CHECK(one);
}

/* ---- images
 * ------------------------------------------------------------------------------------ */

static const struct sample images[] = {
    {"the text of an image", 72, B("a <img src=x.png alt='the  logo'>b"), "a [the logo]b\n"},
    {"without text", 72, B("a<img src=x.png><img src=y alt=''><img src=z alt=' '>b"), "ab\n"},
    {"a link of an image without text", 72, B("<a href='http://a.example/'><img src=x></a>"),
     "[image] [1]\n\n[1] http://a.example/\n"},
    {"a link of an image", 72, B("<a href='http://a.example/'><img src=x alt=Shop></a>"),
     "[Shop] [1]\n\n[1] http://a.example/\n"},
    {"letters without size", 72, B("<td style='font-size:0'><img src=x alt=Shop>y</td>"),
     "[Shop]\n\n! 1 hidden character left out\n"},
};

Test(html, shows_images_as_their_text)
{
    CHECK(images);
}

Test(html, counts_images)
{
    static const char text[] =
        "<img src='http://a.example/1.png' alt=one><img src='cid:2'><img src='//a.example/3'>"
        "<img src='https://a.example/t' width=1 height=1 alt=pixel>"
        "<img src='https://a.example/u' style='width:1px;height:1px' alt=pixel>"
        "<img src='https://a.example/v' height=0 alt=pixel>"
        "<img src='https://a.example/w' width='1%' height=1 alt=no>"
        "<img src='data:image/png;base64,x'>";
    struct html *h = convert(text, strlen(text), 72, strlen(text), 1);
    cr_expect_eq(html_signs(h)->images, 5);
    cr_expect_eq(html_signs(h)->pixels, 3);
    cr_expect_eq(html_signs(h)->remote_images, 6);
    cr_expect_str_eq(html_text(h)->data, "[one][no]\n");
    html_free(h);
}

/* ---- links
 * -------------------------------------------------------------------------------------- */

static const struct sample links[] = {
    {"a link", 72, B("See <a href='https://example.org/x'>this page</a>."),
     "See this page [1].\n\n[1] https://example.org/x\n"},
    {"a target once", 72,
     B("<a href='http://a.example/'>a</a> <a href='http://b.example/'>b</a> "
       "<a href='http://a.example/'>c</a>"),
     "a [1] b [2] c [1]\n\n[1] http://a.example/\n[2] http://b.example/\n"},
    {"text that is the target", 72,
     B("<a href='https://example.org/x'>https://example.org/x</a> "
       "<a href='https://example.org/'>example.org</a> "
       "<a href='mailto:joe@example.org'>joe@example.org</a>"),
     "https://example.org/x example.org joe@example.org\n"},
    {"text that is nearly the target", 72,
     B("<a href='https://example.org/x'>https://example.org/y</a>"),
     "https://example.org/y [1]\n\n[1] https://example.org/x\n"},
    {"places in the document", 72, B("<a href='#top'>top</a><a name=x>x</a><a href=''>y</a>"),
     "topxy\n"},
    {"a link without an end", 72,
     B("<a href='http://a.example/'>a <a href='http://b.example/'>b"),
     "a [1] b [2]\n\n[1] http://a.example/\n[2] http://b.example/\n"},
    {"the number stays with its text", 8, B("one <a href='http://a.example/'>two </a>three"),
     "one\ntwo [1]\nthree\n\n[1] http://a.example/\n"},
    {"a link around blocks", 72,
     B("<a href='http://a.example/'><div>a</div><div>b</div></a><div>c</div>"),
     "a\nb [1]\nc\n\n[1] http://a.example/\n"},
    {"line ends in a target", 72, B("<a href=' java\nscript&#10;:x&#9; '>a</a>"),
     "a [1]\n\n[1] javascript:x  ! this is no web address\n"},
    {"a target cannot make a line", 72,
     B("<a href='http://a.example/\xE2\x80\xA8[2] &#133;&#11;x'>a</a>"),
     "a [1]\n\n[1] http://a.example/%E2%80%A8[2]%20…%0Bx\n"},
    {"several warnings", 72, B("<a href='http://198.51.100.7/x'>paypal.com</a>"),
     "paypal.com [1]\n\n"
     "[1] http://198.51.100.7/x  ! the text says paypal.com; the host is an IP address\n"},
    {"the text that warns is the one shown", 72,
     B("<a href='http://evil.example/'>here</a> <a href='http://evil.example/'>bank.com</a>"),
     "here [1] bank.com [1]\n\n[1] http://evil.example/  ! the text says bank.com\n"},
    {"text that is a target which warns", 72,
     B("<a href='http://198.51.100.7/'>http://198.51.100.7/</a>"),
     "http://198.51.100.7/ [1]\n\n"
     "[1] http://198.51.100.7/  ! the host is an IP address\n"},
    {"a form for a password", 72,
     B("<form action='http://evil.example/p'><input type=password></form>"),
     "[____]\n\n! a form asks for a password, for http://evil.example/p\n"},
    {"a field for one without a form", 72, B("<input type=PASSWORD style='display:none'>a"),
     "a\n\n! a form asks for a password\n"},
};

Test(html, lists_links_as_footnotes)
{
    CHECK(links);
}

static const struct {
    const char *target, *text;
    unsigned warnings;
} targets[] = {
    {"http://example.com/", "here", 0},
    {"https://www.example.com/a?b#c", "example.com", 0},
    {"https://shop.example.co.uk/", "www.example.co.uk", 0},
    {"https://evil.co.uk/", "example.co.uk", HTML_LINK_ELSEWHERE},
    {"https://evil.com.br/", "www.banco.com.br", HTML_LINK_ELSEWHERE},
    {"https://paypal.com.evil.example/", "Go to paypal.com now", HTML_LINK_ELSEWHERE},
    {"https://evil.example/paypal.com", "https://paypal.com/", HTML_LINK_ELSEWHERE},
    {"https://evil.example/", "https://paypal.internal/login", HTML_LINK_ELSEWHERE},
    {"https://evil.example/", "HTTPS://PAYPAL.COM/", HTML_LINK_ELSEWHERE},
    {"https://paypal.com/", "PayPal.Com", 0},
    {"https://paypal.com:443/", "paypal.com:8080", 0},
    {"https://paypal.com./", "paypal.com.", 0},
    {"https://paypal.com/", "a@paypal.com", 0},
    {"https://evil.example/", "support@paypal.com", HTML_LINK_ELSEWHERE},
    {"mailto:joe@evil.example?subject=x", "joe@example.org", HTML_LINK_ELSEWHERE},
    {"mailto:joe@example.org", "Joe (example.org)", 0},
    {"https://example.org/", "index.html readme.md e.g. v1.2 Dr.No 3.50 ...", 0},
    {"https://example.org/", "see https://example.org/www.other.example", 0},
    {"http://198.51.100.7/", "here", HTML_LINK_NUMBER},
    {"http://3325256711/", "here", HTML_LINK_NUMBER},
    {"http://0xC6.0x33.0144.7/", "here", HTML_LINK_NUMBER},
    {"http://0xc6336407/", "here", HTML_LINK_NUMBER},
    {"http://[2001:db8::1]:80/", "here", HTML_LINK_NUMBER},
    {"http://1.example/", "here", 0},
    {"http://example.org/1", "here", 0},
    {"http://xn--pypal-4ve.com/", "here", HTML_LINK_PUNYCODE},
    {"http://www.xn--pypal-4ve.com/", "here", HTML_LINK_PUNYCODE},
    {"http://example.org/xn--x", "here", 0},
    {"http://p\xD0\xB0ypal.com/", "here", HTML_LINK_LETTERS},
    {"http://p%D0%B0ypal.com/", "here", HTML_LINK_LETTERS},
    {"http://p\xD0\xB0ypal.com/", "paypal.com", HTML_LINK_LETTERS | HTML_LINK_ELSEWHERE},
    {"http://%70aypal.com/", "paypal.com", 0},
    {"http://paypal.com@evil.example/", "here", HTML_LINK_USER},
    {"http://paypal.com:x@evil.example/", "paypal.com", HTML_LINK_USER | HTML_LINK_ELSEWHERE},
    {"http://evil.example/@paypal.com", "evil.example", 0},
    {"http:\\\\evil.example\\x", "paypal.com", HTML_LINK_ELSEWHERE},
    {"http:evil.example/", "paypal.com", HTML_LINK_ELSEWHERE},
    {"//evil.example/x", "paypal.com", HTML_LINK_ELSEWHERE},
    {"/path", "paypal.com", 0},
    {"page.html", "here", 0},
    {"tel:+49301234", "here", 0},
    {"JavaScript:x()", "here", HTML_LINK_SCHEME},
    {"data:text/html,x", "here", HTML_LINK_SCHEME},
    {"file:///etc/passwd", "here", HTML_LINK_SCHEME},
    {"vbscript:x", "here", HTML_LINK_SCHEME},
};

Test(html, warns_of_links)
{
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct buf text = BUF_INIT(1000);
        buf_printf(&text, "<a href=\"%s\">%s</a>", targets[i].target, targets[i].text);
        struct html *h = convert(text.data, text.len, 72, text.len, 1);
        cr_assert_eq(html_link_count(h), 1, "%s", targets[i].target);
        cr_expect_str_eq(html_link(h, 0)->target, targets[i].target);
        cr_expect_str_eq(html_link(h, 0)->text, targets[i].text);
        cr_expect_eq(html_link(h, 0)->warnings, targets[i].warnings, "%s, %s: %x",
                     targets[i].target, targets[i].text, html_link(h, 0)->warnings);
        html_free(h);
        buf_release(&text);
    }
}

Test(html, has_a_word_and_a_sentence_for_each_warning)
{
    static const char *const words[] = {"elsewhere", "punycode", "number", "user",
                                        "scheme",    "letters",  "cut"};
    cr_assert_eq(COUNT(words), HTML_LINK_WARNING_COUNT);
    for (unsigned i = 0; i < HTML_LINK_WARNING_COUNT; i++) {
        cr_expect_str_eq(html_link_warning_word(i), words[i]);
        cr_expect(*html_link_warning_text(i));
    }
    cr_expect(strstr(html_link_warning_text(0), "%s"));
}

Test(html, says_that_scripts_and_forms_are_there)
{
    static const struct {
        const char *html;
        bool scripts, forms, password;
    } cases[] = {
        {"a", false, false, false},
        {"<script>x</script>a", true, false, false},
        {"<p onclick='x()'>a</p>", true, false, false},
        {"<a href=' javascript:x'>a</a>", true, false, false},
        {"<p once>a</p>", true, false, false},
        {"<p o=1 on=2>a</p>", false, false, false},
        {"<form>a</form>", false, true, false},
        {"<form><input type=password></form>", false, true, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct html *h = convert(cases[i].html, strlen(cases[i].html), 72, 0, 1);
        cr_expect_eq(html_signs(h)->scripts, cases[i].scripts, "%s", cases[i].html);
        cr_expect_eq(html_signs(h)->forms, cases[i].forms, "%s", cases[i].html);
        cr_expect_eq(html_signs(h)->form_password, cases[i].password, "%s", cases[i].html);
        html_free(h);
    }
}

/* ---- hostile input
 * ------------------------------------------------------------------------------ */

/* TEXT again and again, MEGABYTES(2) of it; the seconds that it takes. */
static double flood(struct html *h, const char *before, const char *text)
{
    struct buf piece = BUF_INIT(1 << 20);
    size_t len = strlen(text);
    while (piece.len + len <= 60000)
        buf_append(&piece, text, len);
    clock_t start = clock();
    html_feed(h, before, strlen(before));
    for (size_t total = 0; total < MEGABYTES(2); total += piece.len)
        html_feed(h, piece.data, piece.len);
    html_end(h);
    clock_t end = clock();
    buf_release(&piece);
    return (double)(end - start) / CLOCKS_PER_SEC;
}

static const struct {
    const char *before, *text;
} floods[] = {
    {"", "<"},
    {"", "&"},
    {"", "&#1"},
    {"&", "a"},
    {"", "<a "},
    {"<a ", "href=x "},
    {"<a href='", "x"},
    {"<a href='", "&amp;"},
    {"<p style='", "display:none;"},
    {"<p style='", "a:url("},
    {"", "<!--"},
    {"<!--", "-"},
    {"", "</"},
    {"", "</p>"},
    {"<script>", "</scrip"},
    {"", "<table>"},
    {"", "<table><tr><td>"},
    {"", "<table><tr><td>a"},
    {"", "<table border=1><tr><td>a"},
    {"", "<div>"},
    {"", "<div>a"},
    {"", "<b>a"},
    {"", "<b style='color:red'><p>a</p>"},
    {"", "<i style='color:red'><div></i>"},
    {"", "<blockquote>a"},
    {"", "<blockquote>a<br>"},
    {"", "<ul><li>a"},
    {"", "<li>"},
    {"<ol>", "<li>a"},
    {"", "<dd>a"},
    {"", "<td>a"},
    {"<table><tr>", "<td>a"},
    {"<table border=1><tr>", "<td>"},
    {"", "<br>"},
    {"<pre>", "\n"},
    {"<pre>", " "},
    {"<pre>", "a\t"},
    {"", "&nbsp;"},
    {"", "a&nbsp;"},
    {"", "\xC3\xA9"},
    {"", "\xE5\xA4\xA9"},
    {"", "\xC3"},
    {"", "\xF0\x9F\x98"},
    {"", "\xCC\x81"},
    {"", "&zwnj;&nbsp;"},
    {"", "a&#8203;"},
    {"", "\xC3\xA9<a href=http://x.example/>\xC3\xA9&nbsp;</a>"},
    {"", "<a href=x>a</a>"},
    {"<a href=x>", "a "},
    {"<a href=x>", "<a>"},
    {"", "<button>a</button>"},
    {"", "<img alt=a>"},
    {"", "<font color=white>a"},
    {"", "<hr>"},
};

Test(html, takes_linear_time, .timeout = 300)
{
    for (size_t i = 0; i < COUNT(floods); i++) {
        struct html *h = html_new(72);
        double seconds = flood(h, floods[i].before, floods[i].text);
        /* Measured without sanitizers: below 0.3; what is quadratic takes minutes. */
        cr_expect_lt(seconds, 15, "%s%s: %.1f s", floods[i].before, floods[i].text, seconds);
        cr_expect_leq(html_body_len(h), LIMIT_HTML_TEXT, "%s%s", floods[i].before,
                      floods[i].text);
        html_free(h);
    }
}

static void repeat(struct buf *out, const char *text, size_t count)
{
    for (; count; count--)
        buf_append_str(out, text);
}

Test(html, matches_ends_beyond_the_depth)
{
    struct buf text = BUF_INIT(MEGABYTES(1));
    repeat(&text, "<div>", LIMIT_HTML_DEPTH + 100);
    buf_append_str(&text, "<b style='display:none'>hid</b>a<p>b</p>c");
    repeat(&text, "</div>", LIMIT_HTML_DEPTH + 100);
    buf_append_str(&text, "<blockquote>d</blockquote>");
    struct html *h = convert(text.data, text.len, 72, text.len, 1);
    cr_expect_str_eq(html_text(h)->data,
                     "a\n\nb\n\nc\n\n> d\n\n! 3 hidden characters left out\n");
    cr_expect_eq(html_signs(h)->too_deep, 102);
    html_free(h);
    buf_release(&text);
}

Test(html, keeps_the_text_below_its_cap)
{
    struct buf text = BUF_INIT(MEGABYTES(20));
    repeat(&text, "<p>\xC3\xA4\xE2\x82\xAC", 1000); /* so that the cap falls into a character */
    while (text.len < LIMIT_HTML_TEXT + MEGABYTES(1))
        repeat(&text, "\xE2\x82\xAC\xC3\xA4 ", 1000);
    buf_append_str(&text, "<a href='http://198.51.100.7/'>paypal.com</a>");
    struct html *whole = convert(text.data, text.len, 72, text.len, 1);
    struct html *pieces = convert(text.data, text.len, 72, 5, 7);
    cr_expect_leq(html_body_len(whole), LIMIT_HTML_TEXT);
    cr_expect_geq(html_body_len(whole), LIMIT_HTML_TEXT - 4);
    cr_expect_gt(html_signs(whole)->left_out, 500000);
    cr_expect_eq(html_signs(whole)->left_out, html_signs(pieces)->left_out);
    cr_expect(!strcmp(html_text(whole)->data, html_text(pieces)->data));
    cr_expect(strstr(html_text(whole)->data + html_body_len(whole), "[1] http://198.51.100.7/"),
              "footnotes have room of their own");
    cr_expect(strstr(html_text(whole)->data + html_body_len(whole), "! this is not all"));
    html_free(whole);
    html_free(pieces);
    buf_release(&text);
}

Test(html, cuts_long_attributes)
{
    struct buf text = BUF_INIT(MEGABYTES(3));
    buf_append_str(&text, "<a title='");
    repeat(&text, "x", MEGABYTES(1));
    buf_append_str(&text, "' href='http://example.org/");
    repeat(&text, "y", MEGABYTES(1));
    buf_append_str(&text, "'>here</a>");
    struct html *h = convert(text.data, text.len, 72, 0, 1000);
    cr_assert_eq(html_link_count(h), 1);
    cr_expect_eq(html_link(h, 0)->warnings, HTML_LINK_CUT);
    cr_expect_leq(strlen(html_link(h, 0)->target), LIMIT_HTML_TARGET);
    cr_expect_eq(strncmp(html_link(h, 0)->target, "http://example.org/yyy", 22), 0);
    cr_expect(!strncmp(html_text(h)->data, "here [1]\n", 9));
    html_free(h);
    buf_release(&text);
}

Test(html, keeps_only_so_many_links)
{
    struct buf text = BUF_INIT(MEGABYTES(3));
    for (unsigned i = 0; i < LIMIT_HTML_LINKS + 10; i++)
        buf_printf(&text, "<a href=http://x.example/%u>t</a> ", i);
    struct html *h = convert(text.data, text.len, 72, 0, 1000);
    cr_expect_eq(html_link_count(h), LIMIT_HTML_LINKS);
    cr_expect_eq(html_signs(h)->links_left_out, 10);
    cr_expect(strstr(html_text(h)->data, "[4096] http://x.example/4095\n"));
    html_free(h);
    buf_release(&text);
}

Test(html, may_be_ended_twice_and_freed_early)
{
    struct html *h = html_new(72);
    html_feed(h, "<p>a", 4);
    html_end(h);
    html_end(h);
    cr_expect_str_eq(html_text(h)->data, "a\n");
    html_free(h);
    html_free(html_new(0));
    html_free(NULL);
}

/* ---- charset
 * ------------------------------------------------------------------------------------- */

Test(html, finds_the_declared_charset)
{
    static const struct {
        const char *html;
        size_t len;
        const char *want;
    } cases[] = {
        {B(""), ""},
        {B("<p>charset=utf-8"), ""},
        {B("<meta charset=koi8-r>"), "koi8-r"},
        {B("<META CHARSET = ' Windows-1251 '>"), "Windows-1251"},
        {B("<meta http-equiv=Content-Type content='text/html; charset=gb2312'>"), "gb2312"},
        {B("<meta content=\"text/html;CHARSET = 'big5'\" http-equiv=\"content-type\"/>"),
         "big5"},
        {B("<meta name=x content='text/html; charset=gb2312'>"), ""},
        {B("<meta http-equiv=content-type content='text/html'>"), ""},
        {B("<meta http-equiv=content-type content='charset x'><meta charset=big5>"), "big5"},
        {B("<!-- <meta charset=koi8-r> --><meta charset=big5>"), "big5"},
        {B("<meta charset=UTF-16LE>"), "utf-8"},
        {B("<meta charset=''>"), ""},
        {B("<meta charset=koi8-r"), ""},
        {B("\xEF\xBB\xBF<meta charset=koi8-r>"), "utf-8"},
        {B("<meta charset=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx>"), ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = BUF_INIT(64);
        bool found = html_charset(&out, cases[i].html, cases[i].len);
        cr_expect_eq(found, *cases[i].want != 0, "%s", cases[i].html);
        cr_expect_str_eq(out.data, cases[i].want, "%s", cases[i].html);
        buf_release(&out);
    }
}

Test(html, looks_for_a_charset_at_the_beginning_only)
{
    struct buf text = BUF_INIT(5000), out = BUF_INIT(64);
    repeat(&text, " ", 1024);
    buf_append_str(&text, "<meta charset=koi8-r>");
    cr_expect_not(html_charset(&out, text.data, text.len));
    cr_expect_eq(out.len, 0);
    cr_expect(html_charset(&out, text.data + 100, text.len - 100));
    buf_release(&out);
    buf_release(&text);
}
