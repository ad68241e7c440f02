#include "config.h"

#include "mail/html_entity.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu
#define BARE 0x10000 /* the semicolon may be missing */
#define LONGEST_BARE 6

/* ---- names, in the order of strcmp() ----------------------------------------------------- */

static const struct {
    char name[24];
    int32_t code;
} names[] = {
    /* clang-format off */
    {"AElig", 0xC6 | BARE}, {"AMP", 0x26 | BARE}, {"Aacute", 0xC1 | BARE}, {"Abreve", 0x102},
    {"Acirc", 0xC2 | BARE}, {"Agrave", 0xC0 | BARE}, {"Alpha", 0x391}, {"Amacr", 0x100},
    {"Aogon", 0x104}, {"Aring", 0xC5 | BARE}, {"Atilde", 0xC3 | BARE}, {"Auml", 0xC4 | BARE},
    {"Beta", 0x392}, {"COPY", 0xA9 | BARE}, {"Cacute", 0x106}, {"Ccaron", 0x10C},
    {"Ccedil", 0xC7 | BARE}, {"Ccirc", 0x108}, {"Cdot", 0x10A}, {"CenterDot", 0xB7},
    {"Chi", 0x3A7}, {"CloseCurlyDoubleQuote", 0x201D}, {"CloseCurlyQuote", 0x2019},
    {"Dagger", 0x2021}, {"Dcaron", 0x10E}, {"Delta", 0x394}, {"Dot", 0xA8}, {"Dstrok", 0x110},
    {"ETH", 0xD0 | BARE}, {"Eacute", 0xC9 | BARE}, {"Ecaron", 0x11A}, {"Ecirc", 0xCA | BARE},
    {"Edot", 0x116}, {"Egrave", 0xC8 | BARE}, {"Emacr", 0x112}, {"Eogon", 0x118},
    {"Epsilon", 0x395}, {"Eta", 0x397}, {"Euml", 0xCB | BARE}, {"GT", 0x3E | BARE},
    {"Gamma", 0x393}, {"Gbreve", 0x11E}, {"Gcirc", 0x11C}, {"Hat", 0x5E}, {"Hstrok", 0x126},
    {"Iacute", 0xCD | BARE}, {"Icirc", 0xCE | BARE}, {"Idot", 0x130}, {"Igrave", 0xCC | BARE},
    {"Imacr", 0x12A}, {"Iogon", 0x12E}, {"Iota", 0x399}, {"Iuml", 0xCF | BARE},
    {"Kappa", 0x39A}, {"Kcedil", 0x136}, {"LT", 0x3C | BARE}, {"Lacute", 0x139},
    {"Lambda", 0x39B}, {"Lcaron", 0x13D}, {"Lstrok", 0x141}, {"MediumSpace", 0x205F},
    {"Mu", 0x39C}, {"Nacute", 0x143}, {"Ncaron", 0x147}, {"Ncedil", 0x145}, {"NewLine", 0xA},
    {"NoBreak", 0x2060}, {"NonBreakingSpace", 0xA0}, {"Ntilde", 0xD1 | BARE}, {"Nu", 0x39D},
    {"OElig", 0x152}, {"Oacute", 0xD3 | BARE}, {"Ocirc", 0xD4 | BARE}, {"Odblac", 0x150},
    {"Ograve", 0xD2 | BARE}, {"Omacr", 0x14C}, {"Omega", 0x3A9}, {"Omicron", 0x39F},
    {"OpenCurlyDoubleQuote", 0x201C}, {"OpenCurlyQuote", 0x2018}, {"Oslash", 0xD8 | BARE},
    {"Otilde", 0xD5 | BARE}, {"Ouml", 0xD6 | BARE}, {"Phi", 0x3A6}, {"Pi", 0x3A0},
    {"PlusMinus", 0xB1}, {"Prime", 0x2033}, {"Psi", 0x3A8}, {"QUOT", 0x22 | BARE},
    {"REG", 0xAE | BARE}, {"Racute", 0x154}, {"Rcaron", 0x158}, {"Rho", 0x3A1},
    {"Sacute", 0x15A}, {"Scaron", 0x160}, {"Scedil", 0x15E}, {"Sigma", 0x3A3},
    {"THORN", 0xDE | BARE}, {"TRADE", 0x2122}, {"Tab", 0x9}, {"Tau", 0x3A4}, {"Tcaron", 0x164},
    {"Tcedil", 0x162}, {"Theta", 0x398}, {"ThinSpace", 0x2009}, {"Uacute", 0xDA | BARE},
    {"Ucirc", 0xDB | BARE}, {"Udblac", 0x170}, {"Ugrave", 0xD9 | BARE}, {"Umacr", 0x16A},
    {"Uogon", 0x172}, {"Upsilon", 0x3A5}, {"Uring", 0x16E}, {"Uuml", 0xDC | BARE},
    {"Xi", 0x39E}, {"Yacute", 0xDD | BARE}, {"Yuml", 0x178}, {"Zacute", 0x179},
    {"Zcaron", 0x17D}, {"Zdot", 0x17B}, {"ZeroWidthSpace", 0x200B}, {"Zeta", 0x396},
    {"aacute", 0xE1 | BARE}, {"abreve", 0x103}, {"acirc", 0xE2 | BARE}, {"acute", 0xB4 | BARE},
    {"aelig", 0xE6 | BARE}, {"agrave", 0xE0 | BARE}, {"alefsym", 0x2135}, {"alpha", 0x3B1},
    {"amacr", 0x101}, {"amp", 0x26 | BARE}, {"and", 0x2227}, {"ang", 0x2220}, {"aogon", 0x105},
    {"apos", 0x27}, {"approx", 0x2248}, {"aring", 0xE5 | BARE}, {"ast", 0x2A},
    {"asymp", 0x2248}, {"atilde", 0xE3 | BARE}, {"auml", 0xE4 | BARE}, {"bdquo", 0x201E},
    {"beta", 0x3B2}, {"bigstar", 0x2605}, {"brvbar", 0xA6 | BARE}, {"bsol", 0x5C},
    {"bull", 0x2022}, {"bullet", 0x2022}, {"cacute", 0x107}, {"cap", 0x2229}, {"caret", 0x2041},
    {"ccaron", 0x10D}, {"ccedil", 0xE7 | BARE}, {"ccirc", 0x109}, {"cdot", 0x10B},
    {"cedil", 0xB8 | BARE}, {"cent", 0xA2 | BARE}, {"centerdot", 0xB7}, {"check", 0x2713},
    {"checkmark", 0x2713}, {"chi", 0x3C7}, {"cir", 0x25CB}, {"circ", 0x2C6}, {"clubs", 0x2663},
    {"colon", 0x3A}, {"comma", 0x2C}, {"commat", 0x40}, {"cong", 0x2245}, {"copy", 0xA9 | BARE},
    {"copysr", 0x2117}, {"crarr", 0x21B5}, {"cross", 0x2717}, {"cup", 0x222A},
    {"curren", 0xA4 | BARE}, {"dArr", 0x21D3}, {"dagger", 0x2020}, {"darr", 0x2193},
    {"dash", 0x2010}, {"dcaron", 0x10F}, {"deg", 0xB0 | BARE}, {"delta", 0x3B4},
    {"diams", 0x2666}, {"divide", 0xF7 | BARE}, {"dollar", 0x24}, {"downarrow", 0x2193},
    {"dstrok", 0x111}, {"dtri", 0x25BF}, {"dtrif", 0x25BE}, {"eacute", 0xE9 | BARE},
    {"ecaron", 0x11B}, {"ecirc", 0xEA | BARE}, {"edot", 0x117}, {"egrave", 0xE8 | BARE},
    {"emacr", 0x113}, {"empty", 0x2205}, {"emsp", 0x2003}, {"ensp", 0x2002}, {"eogon", 0x119},
    {"epsilon", 0x3B5}, {"equals", 0x3D}, {"equiv", 0x2261}, {"eta", 0x3B7},
    {"eth", 0xF0 | BARE}, {"euml", 0xEB | BARE}, {"euro", 0x20AC}, {"excl", 0x21},
    {"exist", 0x2203}, {"female", 0x2640}, {"flat", 0x266D}, {"fnof", 0x192},
    {"forall", 0x2200}, {"frac12", 0xBD | BARE}, {"frac13", 0x2153}, {"frac14", 0xBC | BARE},
    {"frac15", 0x2155}, {"frac18", 0x215B}, {"frac23", 0x2154}, {"frac34", 0xBE | BARE},
    {"frac38", 0x215C}, {"frac58", 0x215D}, {"frac78", 0x215E}, {"frasl", 0x2044},
    {"gamma", 0x3B3}, {"gbreve", 0x11F}, {"gcirc", 0x11D}, {"ge", 0x2265}, {"geq", 0x2265},
    {"grave", 0x60}, {"gt", 0x3E | BARE}, {"hArr", 0x21D4}, {"hairsp", 0x200A}, {"half", 0xBD},
    {"harr", 0x2194}, {"hearts", 0x2665}, {"hellip", 0x2026}, {"horbar", 0x2015},
    {"hstrok", 0x127}, {"hyphen", 0x2010}, {"iacute", 0xED | BARE}, {"icirc", 0xEE | BARE},
    {"iexcl", 0xA1 | BARE}, {"igrave", 0xEC | BARE}, {"imacr", 0x12B}, {"image", 0x2111},
    {"imath", 0x131}, {"incare", 0x2105}, {"infin", 0x221E}, {"inodot", 0x131}, {"int", 0x222B},
    {"iogon", 0x12F}, {"iota", 0x3B9}, {"iquest", 0xBF | BARE}, {"isin", 0x2208},
    {"iuml", 0xEF | BARE}, {"kappa", 0x3BA}, {"kcedil", 0x137}, {"lArr", 0x21D0},
    {"lacute", 0x13A}, {"lambda", 0x3BB}, {"lang", 0x27E8}, {"laquo", 0xAB | BARE},
    {"larr", 0x2190}, {"larrhk", 0x21A9}, {"lbrace", 0x7B}, {"lbrack", 0x5B}, {"lcaron", 0x13E},
    {"lceil", 0x2308}, {"lcub", 0x7B}, {"ldquo", 0x201C}, {"le", 0x2264}, {"leftarrow", 0x2190},
    {"leq", 0x2264}, {"les", 0x2A7D}, {"lfloor", 0x230A}, {"lowast", 0x2217}, {"lowbar", 0x5F},
    {"loz", 0x25CA}, {"lpar", 0x28}, {"lrm", 0x200E}, {"lsaquo", 0x2039}, {"lsqb", 0x5B},
    {"lsquo", 0x2018}, {"lstrok", 0x142}, {"lt", 0x3C | BARE}, {"ltri", 0x25C3},
    {"ltrif", 0x25C2}, {"macr", 0xAF | BARE}, {"male", 0x2642}, {"mdash", 0x2014},
    {"micro", 0xB5 | BARE}, {"midast", 0x2A}, {"middot", 0xB7 | BARE}, {"minus", 0x2212},
    {"mldr", 0x2026}, {"mu", 0x3BC}, {"nabla", 0x2207}, {"nacute", 0x144}, {"natural", 0x266E},
    {"nbsp", 0xA0 | BARE}, {"ncaron", 0x148}, {"ncedil", 0x146}, {"ndash", 0x2013},
    {"ne", 0x2260}, {"ni", 0x220B}, {"nldr", 0x2025}, {"not", 0xAC | BARE}, {"notin", 0x2209},
    {"nsub", 0x2284}, {"ntilde", 0xF1 | BARE}, {"nu", 0x3BD}, {"num", 0x23}, {"numero", 0x2116},
    {"numsp", 0x2007}, {"oacute", 0xF3 | BARE}, {"ocirc", 0xF4 | BARE}, {"odblac", 0x151},
    {"oelig", 0x153}, {"ograve", 0xF2 | BARE}, {"oline", 0x203E}, {"omacr", 0x14D},
    {"omega", 0x3C9}, {"omicron", 0x3BF}, {"oplus", 0x2295}, {"or", 0x2228},
    {"ordf", 0xAA | BARE}, {"ordm", 0xBA | BARE}, {"oslash", 0xF8 | BARE},
    {"otilde", 0xF5 | BARE}, {"otimes", 0x2297}, {"ouml", 0xF6 | BARE}, {"para", 0xB6 | BARE},
    {"part", 0x2202}, {"percnt", 0x25}, {"period", 0x2E}, {"permil", 0x2030}, {"perp", 0x22A5},
    {"phi", 0x3C6}, {"phone", 0x260E}, {"pi", 0x3C0}, {"piv", 0x3D6}, {"plus", 0x2B},
    {"plusmn", 0xB1 | BARE}, {"pm", 0xB1}, {"pound", 0xA3 | BARE}, {"prime", 0x2032},
    {"prod", 0x220F}, {"prop", 0x221D}, {"psi", 0x3C8}, {"puncsp", 0x2008}, {"quest", 0x3F},
    {"quot", 0x22 | BARE}, {"rArr", 0x21D2}, {"racute", 0x155}, {"radic", 0x221A},
    {"rang", 0x27E9}, {"raquo", 0xBB | BARE}, {"rarr", 0x2192}, {"rarrhk", 0x21AA},
    {"rarrw", 0x219D}, {"rbrace", 0x7D}, {"rbrack", 0x5D}, {"rcaron", 0x159}, {"rceil", 0x2309},
    {"rcub", 0x7D}, {"rdquo", 0x201D}, {"real", 0x211C}, {"reg", 0xAE | BARE},
    {"rfloor", 0x230B}, {"rho", 0x3C1}, {"rightarrow", 0x2192}, {"rlm", 0x200F}, {"rpar", 0x29},
    {"rsaquo", 0x203A}, {"rsqb", 0x5D}, {"rsquo", 0x2019}, {"rtri", 0x25B9}, {"rtrif", 0x25B8},
    {"sacute", 0x15B}, {"sbquo", 0x201A}, {"scaron", 0x161}, {"scedil", 0x15F},
    {"sdot", 0x22C5}, {"sect", 0xA7 | BARE}, {"semi", 0x3B}, {"sharp", 0x266F},
    {"shy", 0xAD | BARE}, {"sigma", 0x3C3}, {"sigmaf", 0x3C2}, {"sim", 0x223C}, {"sol", 0x2F},
    {"spades", 0x2660}, {"squ", 0x25A1}, {"square", 0x25A1}, {"star", 0x2606},
    {"starf", 0x2605}, {"sub", 0x2282}, {"sube", 0x2286}, {"sum", 0x2211}, {"sup", 0x2283},
    {"sup1", 0xB9 | BARE}, {"sup2", 0xB2 | BARE}, {"sup3", 0xB3 | BARE}, {"supe", 0x2287},
    {"szlig", 0xDF | BARE}, {"tau", 0x3C4}, {"tcaron", 0x165}, {"tcedil", 0x163},
    {"there4", 0x2234}, {"theta", 0x3B8}, {"thetasym", 0x3D1}, {"thinsp", 0x2009},
    {"thorn", 0xFE | BARE}, {"tilde", 0x2DC}, {"times", 0xD7 | BARE}, {"trade", 0x2122},
    {"uArr", 0x21D1}, {"uacute", 0xFA | BARE}, {"uarr", 0x2191}, {"ucirc", 0xFB | BARE},
    {"udblac", 0x171}, {"ugrave", 0xF9 | BARE}, {"umacr", 0x16B}, {"uml", 0xA8 | BARE},
    {"uogon", 0x173}, {"uparrow", 0x2191}, {"upsih", 0x3D2}, {"upsilon", 0x3C5},
    {"uring", 0x16F}, {"utri", 0x25B5}, {"utrif", 0x25B4}, {"uuml", 0xFC | BARE},
    {"verbar", 0x7C}, {"vert", 0x7C}, {"weierp", 0x2118}, {"xi", 0x3BE},
    {"yacute", 0xFD | BARE}, {"yen", 0xA5 | BARE}, {"yuml", 0xFF | BARE}, {"zacute", 0x17A},
    {"zcaron", 0x17E}, {"zdot", 0x17C}, {"zeta", 0x3B6}, {"zwj", 0x200D}, {"zwnj", 0x200C},
    /* clang-format on */
};

/* The character, with BARE; 0 where there is none of this name. */
static uint32_t find_name(const char *name, size_t len)
{
    size_t low = 0, high = sizeof names / sizeof *names;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncmp(names[middle].name, name, len);
        if (!order && !names[middle].name[len])
            return (uint32_t)names[middle].code;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* ---- numbers, HTML 13.2.5.80 ------------------------------------------------------------- */

/* Authors mean windows-1252 by these; 0 where that has none. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static uint32_t meant_by(uint32_t value)
{
    if (value >= 128 && value < 160 && windows_1252[value - 128])
        return windows_1252[value - 128];
    if (!value || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return REPLACEMENT;
    return value;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF0u << (4 - len)) | c);
    return len;
}

/* ---- one reference ----------------------------------------------------------------------- */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static void add_digit(struct html_reference *r, uint32_t base, int value)
{
    r->value = r->value * base + (uint32_t)value;
    if (r->value > 0x110000)
        r->value = 0x110000;
}

/* It was none: the text itself. */
static void stay_text(struct html_reference *r)
{
    char name[HTML_REFERENCE_NAME];
    size_t len = r->len;
    memcpy(name, r->text, len);
    r->text[0] = '&';
    r->len = 1;
    if (r->state == REFERENCE_HASH || r->state == REFERENCE_X)
        r->text[r->len++] = '#';
    if (r->state == REFERENCE_X)
        r->text[r->len++] = r->x;
    memcpy(r->text + r->len, name, len);
    r->len += len;
}

/* The first USED bytes of the name are this character, the rest is text. */
static void become(struct html_reference *r, size_t used, uint32_t c)
{
    char rest[HTML_REFERENCE_NAME];
    size_t rest_len = r->len - used;
    memcpy(rest, r->text + used, rest_len);
    r->len = put_utf8(r->text, c);
    memcpy(r->text + r->len, rest, rest_len);
    r->len += rest_len;
}

/* NEXT: the byte behind the name, 0 at the end. */
static void resolve_name(struct html_reference *r, char next, bool in_attribute)
{
    uint32_t c = find_name(r->text, r->len);
    if (c && next == ';') {
        become(r, r->len, c & (BARE - 1));
        return;
    }
    size_t used = r->len < LONGEST_BARE ? r->len : LONGEST_BARE;
    for (; used > 1; used--) {
        c = find_name(r->text, used);
        if (c & BARE)
            break;
    }
    if (used <= 1 || (in_attribute && (used < r->len || next == '=')))
        stay_text(r);
    else
        become(r, used, c & (BARE - 1));
}

static enum html_reference_end end_before(struct html_reference *r, char next,
                                          bool in_attribute)
{
    if (r->state == REFERENCE_DECIMAL || r->state == REFERENCE_HEX)
        become(r, 0, meant_by(r->value));
    else if (r->state == REFERENCE_NAME)
        resolve_name(r, next, in_attribute);
    else
        stay_text(r);
    return REFERENCE_BEFORE;
}

static enum html_reference_end end_with(struct html_reference *r, bool in_attribute)
{
    bool known = r->state != REFERENCE_NAME || find_name(r->text, r->len);
    end_before(r, ';', in_attribute);
    return known ? REFERENCE_TAKEN : REFERENCE_BEFORE;
}

enum html_reference_end html_reference_add(struct html_reference *r, char c, bool in_attribute)
{
    bool begun = r->state >= REFERENCE_DECIMAL;
    if (c == ';' && begun)
        return end_with(r, in_attribute);
    if (r->state == REFERENCE_START && c == '#') {
        r->state = REFERENCE_HASH;
    } else if (r->state == REFERENCE_HASH && (c | 32) == 'x') {
        r->state = REFERENCE_X;
        r->x = c;
    } else if ((r->state == REFERENCE_HASH || r->state == REFERENCE_DECIMAL) && digit(c) < 10) {
        r->state = REFERENCE_DECIMAL;
        add_digit(r, 10, digit(c));
    } else if ((r->state == REFERENCE_X || r->state == REFERENCE_HEX) && digit(c) < 16) {
        r->state = REFERENCE_HEX;
        add_digit(r, 16, digit(c));
    } else if ((r->state == REFERENCE_START || r->state == REFERENCE_NAME) && is_alnum(c) &&
               r->len < HTML_REFERENCE_NAME) {
        r->state = REFERENCE_NAME;
        r->text[r->len++] = c;
    } else {
        return end_before(r, c, in_attribute);
    }
    return REFERENCE_MORE;
}

void html_reference_finish(struct html_reference *r, bool in_attribute)
{
    end_before(r, '\0', in_attribute);
}
