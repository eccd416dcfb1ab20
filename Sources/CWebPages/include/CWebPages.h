#ifndef C_WEB_PAGES_H
#define C_WEB_PAGES_H

#include <stddef.h>
#include <stdint.h>

/// A file of the chat page. What both pointers lead to is constant and lives as long as the program.
typedef struct {
    /// The file's name, ended by zero.
    const char *_Nonnull name;
    /// The file's contents.
    const uint8_t *_Nonnull bytes;
    /// How many bytes these are.
    size_t byteCount;
} CWebPage;

/// How many files there are.
size_t CWebPageCount(void);

/// The file at an index below `CWebPageCount()`.
CWebPage CWebPageAt(size_t index);

#endif
