/* Reads JSON from memory that nobody vouches for: each function takes what it is named after and says whether it was there. No
 * byte outside the reader's is read. */
#ifndef NNC_JSON_H
#define NNC_JSON_H

#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} reader;

/* A string between its quotes, escapes and all. */
typedef struct {
    const uint8_t *start;
    const uint8_t *end;
} text;

static void skip_space(reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) {
        r->at++;
    }
}

static int take(reader *r, uint8_t wanted) {
    skip_space(r);
    if (r->at < r->end && *r->at == wanted) {
        r->at++;
        return 1;
    }

    return 0;
}

static int hex(uint8_t c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int is_escape(const uint8_t *at, const uint8_t *end) {
    if (end - at < 2) {
        return 0;
    }

    if (at[1] != 'u') {
        return memchr("\"\\/bfnrt", at[1], 8) != NULL;
    }

    return end - at >= 6 && hex(at[2]) >= 0 && hex(at[3]) >= 0 && hex(at[4]) >= 0 && hex(at[5]) >= 0;
}

static uint32_t unit(const uint8_t *at) {
    return (uint32_t)hex(at[2]) << 12 | (uint32_t)hex(at[3]) << 8 | (uint32_t)hex(at[4]) << 4 | (uint32_t)hex(at[5]);
}

/* The length of an escape; 0 where it is none, or half of a pair of surrogates. */
static int64_t escape_length(const uint8_t *at, const uint8_t *end) {
    if (!is_escape(at, end)) {
        return 0;
    }

    if (at[1] != 'u' || unit(at) < 0xD800 || unit(at) >= 0xE000) {
        return at[1] == 'u' ? 6 : 2;
    }

    int is_pair = unit(at) < 0xDC00 && is_escape(at + 6, end) && at[7] == 'u' && unit(at + 6) >= 0xDC00 && unit(at + 6) < 0xE000;
    return is_pair ? 12 : 0;
}

/* The length of a character of UTF-8; 0 where the bytes are none: too short, too long a form, a surrogate, beyond the last. */
static int64_t character_length(const uint8_t *at, const uint8_t *end) {
    if (*at < 0x80) {
        return *at >= 0x20;
    }

    int64_t length = *at >= 0xC2 && *at < 0xE0 ? 2 : *at >= 0xE0 && *at < 0xF0 ? 3 : *at >= 0xF0 && *at < 0xF5 ? 4 : 0;
    if (length == 0 || end - at < length) {
        return 0;
    }

    uint8_t least = *at == 0xE0 ? 0xA0 : *at == 0xF0 ? 0x90 : 0x80, most = *at == 0xED ? 0x9F : *at == 0xF4 ? 0x8F : 0xBF;
    int fits = at[1] >= least && at[1] <= most;
    for (int64_t k = 2; k < length; k++) {
        fits &= at[k] >= 0x80 && at[k] <= 0xBF;
    }

    return fits ? length : 0;
}

static int take_text(reader *r, text *t) {
    if (!take(r, '"')) {
        return 0;
    }

    t->start = r->at;
    while (r->at < r->end && *r->at != '"') {
        int64_t length = *r->at == '\\' ? escape_length(r->at, r->end) : character_length(r->at, r->end);
        if (length == 0) {
            return 0;
        }

        r->at += length;
    }

    t->end = r->at;
    return take(r, '"');
}

/* The next code point of an escape, of which take_text has checked the form. */
static uint32_t escaped(const uint8_t **at) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const uint8_t *here = *at;
    if (here[1] != 'u') {
        *at += 2;
        return (uint8_t)to[(const char *)memchr(from, here[1], 8) - from];
    }

    uint32_t high = unit(here);
    *at += 6;
    if (high < 0xD800 || high >= 0xE000) {
        return high;
    }

    uint32_t low = unit(*at);
    *at += 6;
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static int64_t encode(uint32_t point, uint8_t *bytes) {
    if (point < 0x80) {
        bytes[0] = (uint8_t)point;
        return 1;
    }

    int64_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (int64_t k = length - 1; k > 0; k--) {
        bytes[k] = (uint8_t)(0x80 | (point & 0x3F));
        point >>= 6;
    }

    bytes[0] = (uint8_t)(lead[length] | point);
    return length;
}

static int is_text(text t, const char *wanted) {
    const uint8_t *at = t.start;
    while (at < t.end) {
        uint8_t bytes[4];
        int64_t length = 1;
        if (*at == '\\') {
            length = encode(escaped(&at), bytes);
        } else {
            bytes[0] = *at++;
        }

        for (int64_t k = 0; k < length; k++) {
            if (*wanted == 0 || (uint8_t)*wanted++ != bytes[k]) {
                return 0;
            }
        }
    }

    return *wanted == 0;
}

/* An integer from 0 to 2^62. */
static int take_count(reader *r, int64_t *value) {
    skip_space(r);
    const uint8_t *start = r->at;
    *value = 0;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        if (*value > INT64_C(0x4000000000000000) / 10 - 1) {
            return 0;
        }

        *value = *value * 10 + (*r->at - '0');
    }

    return r->at > start && (r->at == start + 1 || *start != '0');
}

#endif
