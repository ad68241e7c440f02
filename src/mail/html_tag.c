#include "config.h"

#include "mail/html_tag.h"

#include <string.h>

#define LONGEST_NAME 11

struct word {
    char name[LONGEST_NAME + 1];
    uint8_t value;
};

/* In the order of strcmp(). */
static const struct word tags[] = {
    /* clang-format off */
    {"a", TAG_A}, {"address", TAG_BLOCK}, {"area", TAG_AREA}, {"article", TAG_BLOCK},
    {"aside", TAG_BLOCK}, {"b", TAG_FORMAT}, {"base", TAG_BASE}, {"bgsound", TAG_VOID},
    {"big", TAG_FORMAT}, {"blockquote", TAG_BLOCKQUOTE}, {"body", TAG_BODY}, {"br", TAG_BR},
    {"button", TAG_BUTTON}, {"caption", TAG_CAPTION}, {"center", TAG_BLOCK},
    {"code", TAG_FORMAT}, {"col", TAG_VOID}, {"dd", TAG_DD}, {"details", TAG_BLOCK},
    {"dialog", TAG_BLOCK}, {"dir", TAG_UL}, {"div", TAG_BLOCK}, {"dl", TAG_DL}, {"dt", TAG_DT},
    {"em", TAG_FORMAT}, {"embed", TAG_VOID}, {"fieldset", TAG_BLOCK}, {"figcaption", TAG_BLOCK},
    {"figure", TAG_BLOCK}, {"font", TAG_FORMAT}, {"footer", TAG_BLOCK}, {"form", TAG_FORM},
    {"frame", TAG_VOID}, {"h1", TAG_HEADING}, {"h2", TAG_HEADING}, {"h3", TAG_HEADING},
    {"h4", TAG_HEADING}, {"h5", TAG_HEADING}, {"h6", TAG_HEADING}, {"head", TAG_HEAD},
    {"header", TAG_BLOCK}, {"hgroup", TAG_BLOCK}, {"hr", TAG_HR}, {"html", TAG_HTML},
    {"i", TAG_FORMAT}, {"iframe", TAG_RAW}, {"image", TAG_IMG}, {"img", TAG_IMG},
    {"input", TAG_INPUT}, {"keygen", TAG_VOID}, {"legend", TAG_BLOCK}, {"li", TAG_LI},
    {"link", TAG_VOID}, {"listing", TAG_PRE}, {"main", TAG_BLOCK}, {"menu", TAG_UL},
    {"meta", TAG_META}, {"nav", TAG_BLOCK}, {"nobr", TAG_FORMAT}, {"noembed", TAG_RAW},
    {"noframes", TAG_RAW}, {"ol", TAG_OL}, {"p", TAG_P}, {"param", TAG_VOID}, {"pre", TAG_PRE},
    {"s", TAG_FORMAT}, {"script", TAG_SCRIPT}, {"section", TAG_BLOCK}, {"select", TAG_SELECT},
    {"small", TAG_FORMAT}, {"source", TAG_VOID}, {"strike", TAG_FORMAT}, {"strong", TAG_FORMAT},
    {"style", TAG_STYLE}, {"summary", TAG_BLOCK}, {"svg", TAG_SKIP}, {"table", TAG_TABLE},
    {"tbody", TAG_SECTION}, {"td", TAG_TD}, {"template", TAG_SKIP}, {"textarea", TAG_TEXTAREA},
    {"tfoot", TAG_SECTION}, {"th", TAG_TH}, {"thead", TAG_SECTION}, {"title", TAG_RAW},
    {"tr", TAG_TR}, {"track", TAG_VOID}, {"tt", TAG_FORMAT}, {"u", TAG_FORMAT}, {"ul", TAG_UL},
    {"wbr", TAG_WBR}, {"xmp", TAG_PRE},
    /* clang-format on */
};

static const struct word attributes[ATTRIBUTE_COUNT] = {
    {"action", ATTRIBUTE_ACTION},
    {"alt", ATTRIBUTE_ALT},
    {"background", ATTRIBUTE_BACKGROUND},
    {"bgcolor", ATTRIBUTE_BGCOLOR},
    {"border", ATTRIBUTE_BORDER},
    {"charset", ATTRIBUTE_CHARSET},
    {"class", ATTRIBUTE_CLASS},
    {"color", ATTRIBUTE_COLOR},
    {"content", ATTRIBUTE_CONTENT},
    {"height", ATTRIBUTE_HEIGHT},
    {"hidden", ATTRIBUTE_HIDDEN},
    {"href", ATTRIBUTE_HREF},
    {"http-equiv", ATTRIBUTE_HTTP_EQUIV},
    {"id", ATTRIBUTE_ID},
    {"src", ATTRIBUTE_SRC},
    {"start", ATTRIBUTE_START},
    {"style", ATTRIBUTE_STYLE},
    {"text", ATTRIBUTE_TEXT},
    {"type", ATTRIBUTE_TYPE},
    {"value", ATTRIBUTE_VALUE},
    {"width", ATTRIBUTE_WIDTH},
};

static int find(const struct word *words, size_t count, const char *name, size_t len, int none)
{
    size_t low = 0, high = count;
    if (!len || len > LONGEST_NAME)
        return none;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = words[middle].name[0] - name[0];
        order = order ? order : strncmp(words[middle].name, name, len);
        if (!order && !words[middle].name[len])
            return words[middle].value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return none;
}

enum html_tag html_tag_find(const char *name, size_t len)
{
    return (enum html_tag)find(tags, sizeof tags / sizeof *tags, name, len, TAG_OTHER);
}

enum html_attribute html_attribute_find(const char *name, size_t len)
{
    return (enum html_attribute)find(attributes, ATTRIBUTE_COUNT, name, len, ATTRIBUTE_COUNT);
}

unsigned html_tag_flags(enum html_tag tag)
{
    enum { LINE = TAG_IS_BLOCK, PARAGRAPH = TAG_IS_BLOCK | TAG_IS_APART };
    static const uint8_t flags[TAG_COUNT] = {
        [TAG_A] = TAG_IS_FORMAT,
        [TAG_AREA] = TAG_IS_EMPTY,
        [TAG_BASE] = TAG_IS_EMPTY,
        [TAG_BLOCK] = LINE,
        [TAG_BLOCKQUOTE] = PARAGRAPH | TAG_IS_INSET,
        [TAG_BR] = TAG_IS_EMPTY,
        [TAG_CAPTION] = LINE | TAG_IS_CELL | TAG_IS_TABLE,
        [TAG_DD] = LINE | TAG_IS_INSET,
        [TAG_DL] = PARAGRAPH | TAG_IS_INSET,
        [TAG_DT] = LINE,
        [TAG_FORM] = LINE,
        [TAG_FORMAT] = TAG_IS_FORMAT,
        [TAG_HEADING] = PARAGRAPH,
        [TAG_HR] = LINE | TAG_IS_EMPTY | TAG_IS_INSET,
        [TAG_IMG] = TAG_IS_EMPTY,
        [TAG_INPUT] = TAG_IS_EMPTY,
        [TAG_LI] = LINE | TAG_IS_INSET,
        [TAG_META] = TAG_IS_EMPTY,
        [TAG_OL] = LINE | TAG_IS_INSET,
        [TAG_P] = PARAGRAPH,
        [TAG_PRE] = PARAGRAPH | TAG_IS_INSET,
        [TAG_RAW] = TAG_IS_RAW,
        [TAG_SCRIPT] = TAG_IS_RAW,
        [TAG_SECTION] = TAG_IS_TABLE,
        [TAG_STYLE] = TAG_IS_RAW,
        [TAG_TABLE] = LINE | TAG_IS_CELL | TAG_IS_TABLE | TAG_IS_INSET,
        [TAG_TD] = TAG_IS_CELL | TAG_IS_TABLE,
        [TAG_TEXTAREA] = TAG_IS_RAW,
        [TAG_TH] = TAG_IS_CELL | TAG_IS_TABLE,
        [TAG_TR] = LINE | TAG_IS_TABLE,
        [TAG_UL] = LINE | TAG_IS_INSET,
        [TAG_VOID] = TAG_IS_EMPTY,
        [TAG_WBR] = TAG_IS_EMPTY,
    };
    return flags[tag];
}
