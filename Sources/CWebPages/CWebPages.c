#include "CWebPages.h"

// #embed is of C23; the compiler knows it in older versions of the language too, but says so.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t chatPage[] = {
#embed "files/chat.html"
};
static const uint8_t chatStyle[] = {
#embed "files/chat.css"
};
static const uint8_t chatScript[] = {
#embed "files/chat.js"
};
static const uint8_t chatElementsScript[] = {
#embed "files/chat-elements.js"
};
static const uint8_t chatEventsScript[] = {
#embed "files/chat-events.js"
};
static const uint8_t chatFormatsScript[] = {
#embed "files/chat-formats.js"
};
static const uint8_t chatInlineScript[] = {
#embed "files/chat-inline.js"
};
static const uint8_t chatMarkdownScript[] = {
#embed "files/chat-markdown.js"
};
static const uint8_t chatModelsScript[] = {
#embed "files/chat-models.js"
};
static const uint8_t chatTurnsScript[] = {
#embed "files/chat-turns.js"
};
static const uint8_t chatIcon[] = {
#embed "files/chat.svg"
};

#define PAGE(name, bytes) {name, bytes, sizeof(bytes)}

static const CWebPage pages[] = {
    PAGE("chat.html", chatPage),
    PAGE("chat.css", chatStyle),
    PAGE("chat.js", chatScript),
    PAGE("chat-elements.js", chatElementsScript),
    PAGE("chat-events.js", chatEventsScript),
    PAGE("chat-formats.js", chatFormatsScript),
    PAGE("chat-inline.js", chatInlineScript),
    PAGE("chat-markdown.js", chatMarkdownScript),
    PAGE("chat-models.js", chatModelsScript),
    PAGE("chat-turns.js", chatTurnsScript),
    PAGE("chat.svg", chatIcon),
};

size_t CWebPageCount(void) {
    return sizeof(pages) / sizeof(pages[0]);
}

CWebPage CWebPageAt(size_t index) {
    return pages[index];
}
