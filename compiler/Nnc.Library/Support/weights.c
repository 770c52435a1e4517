/* Weights as safetensors: an 8-byte header length, a JSON header, then the tensors without gaps. A file is checked whole before
 * anything is changed; no byte outside it is read, whatever it holds. */
#include "support.h"

#include <string.h>

enum { LONGEST_HEADER = 100000000 };

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

static int take_entry_field(reader *r, text key, const nnc_tensor *tensor, nnc_found *found, int *seen, int32_t *misfit) {
    if (is_text(key, "dtype")) {
        static const char *const names[] = {"F32", "F64", "I32", "BOOL"};
        text type;
        if ((*seen & 1) != 0 || !take_text(r, &type)) {
            return 0;
        }

        *seen |= 1;
        *misfit |= is_text(type, names[tensor->element]) ? 0 : 2;
        return 1;
    }

    if (is_text(key, "shape")) {
        if ((*seen & 2) != 0 || !take(r, '[')) {
            return 0;
        }

        *seen |= 2;
        int64_t rank = 0, extent;
        if (!take(r, ']')) {
            do {
                if (!take_count(r, &extent)) {
                    return 0;
                }

                *misfit |= rank < tensor->rank && tensor->shape[rank] == extent ? 0 : 1;
                rank++;
            } while (take(r, ','));
            if (!take(r, ']')) {
                return 0;
            }
        }

        *misfit |= rank == tensor->rank ? 0 : 1;
        return 1;
    }

    if (is_text(key, "data_offsets") && (*seen & 4) == 0) {
        *seen |= 4;
        return take(r, '[') && take_count(r, &found->start) && take(r, ',') && take_count(r, &found->end) && take(r, ']');
    }

    return 0;
}

static int32_t take_entry(reader *r, const nnc_tensor *tensor, nnc_found *found) {
    int seen = 0;
    int32_t misfit = 0;
    if (found->is_found || !take(r, '{')) {
        return NNC_FILE_MALFORMED;
    }

    do {
        text key;
        if (!take_text(r, &key) || !take(r, ':') || !take_entry_field(r, key, tensor, found, &seen, &misfit)) {
            return NNC_FILE_MALFORMED;
        }
    } while (take(r, ','));
    if (!take(r, '}') || seen != 7) {
        return NNC_FILE_MALFORMED;
    }

    found->is_found = 1;
    return (misfit & 1) != 0 ? tensor->status + 1 : (misfit & 2) != 0 ? tensor->status + 2 : NNC_OK;
}

/* Free text by key. */
static int skip_metadata(reader *r) {
    text key, value;
    if (!take(r, '{')) {
        return 0;
    }

    if (take(r, '}')) {
        return 1;
    }

    do {
        if (!take_text(r, &key) || !take(r, ':') || !take_text(r, &value)) {
            return 0;
        }
    } while (take(r, ','));
    return take(r, '}');
}

static int32_t take_item(reader *r, const nnc_block *block, nnc_found *found, int *has_metadata) {
    text key;
    if (!take_text(r, &key) || !take(r, ':')) {
        return NNC_FILE_MALFORMED;
    }

    if (is_text(key, "__metadata__")) {
        int is_first = !*has_metadata;
        *has_metadata = 1;
        return is_first && skip_metadata(r) ? NNC_OK : NNC_FILE_MALFORMED;
    }

    for (int64_t k = 0; k < block->count; k++) {
        if (is_text(key, block->tensors[k].name)) {
            return take_entry(r, &block->tensors[k], &found[k]);
        }
    }

    return NNC_FILE_UNKNOWN_TENSOR;
}

static int32_t take_header(reader *r, const nnc_block *block, nnc_found *found) {
    int has_metadata = 0;
    if (r->at == r->end || *r->at != '{') {
        return NNC_FILE_MALFORMED;
    }

    r->at++;
    if (!take(r, '}')) {
        do {
            int32_t status = take_item(r, block, found, &has_metadata);
            if (status != NNC_OK) {
                return status;
            }
        } while (take(r, ','));
        if (!take(r, '}')) {
            return NNC_FILE_MALFORMED;
        }
    }

    skip_space(r);
    return r->at == r->end ? NNC_OK : NNC_FILE_MALFORMED;
}

static int32_t check_data(const nnc_tensor *tensor, const uint8_t *data) {
    for (int64_t i = 0; i < tensor->count; i++) {
        uint32_t word;
        uint64_t wide;
        switch (tensor->element) {
        case NNC_REAL32:
            memcpy(&word, data + i * 4, 4);
            if ((word & 0x7F800000) == 0x7F800000) {
                return tensor->status + 3;
            }

            break;
        case NNC_REAL64:
            memcpy(&wide, data + i * 8, 8);
            if ((wide & UINT64_C(0x7FF0000000000000)) == UINT64_C(0x7FF0000000000000)) {
                return tensor->status + 3;
            }

            break;
        case NNC_BOOL:
            if (data[i] > 1) {
                return NNC_FILE_MALFORMED;
            }

            break;
        default:
            return NNC_OK;
        }
    }

    return NNC_OK;
}

/* The tensors must cover the data: each of its own size, none over another, nothing besides. */
static int32_t check_places(const nnc_block *block, const nnc_found *found, int64_t data_bytes) {
    int64_t total = 0;
    for (int64_t k = 0; k < block->count; k++) {
        if (!found[k].is_found) {
            return block->tensors[k].status;
        }

        if (found[k].end < found[k].start || found[k].end - found[k].start != block->tensors[k].bytes) {
            return NNC_FILE_MALFORMED;
        }

        if (found[k].end > data_bytes) {
            return NNC_FILE_TRUNCATED;
        }

        total += block->tensors[k].bytes;
        for (int64_t j = 0; j < k; j++) {
            if (found[j].start < found[k].end && found[k].start < found[j].end) {
                return NNC_FILE_MALFORMED;
            }
        }
    }

    return total == data_bytes ? NNC_OK : NNC_FILE_OVERSIZED;
}

static int32_t check_file(const nnc_block *block, const uint8_t *file, uint64_t size, nnc_found *found, const uint8_t **data) {
    if (size < 8) {
        return NNC_FILE_TRUNCATED;
    }

    uint64_t length = 0;
    for (int k = 7; k >= 0; k--) {
        length = length << 8 | file[k];
    }

    if (length > LONGEST_HEADER) {
        return NNC_FILE_MALFORMED;
    }

    if (length > size - 8) {
        return NNC_FILE_TRUNCATED;
    }

    reader r = {file + 8, file + 8 + length};
    *data = r.end;
    int32_t status = take_header(&r, block, found);
    return status != NNC_OK ? status : check_places(block, found, (int64_t)(size - 8 - length));
}

int32_t nnc_load(const nnc_model *model, void *params, uint64_t bytes, uint64_t abi, const void *file, uint64_t size, nnc_found *found) {
    const nnc_block *block = &model->params;
    const uint8_t *data;
    int32_t status = nnc_check_new(model, block, params, bytes, abi);
    if (status == NNC_OK && file == NULL) {
        status = NNC_NULL;
    }

    if (status == NNC_OK) {
        status = check_file(block, file, size, found, &data);
    }

    for (int64_t k = 0; k < block->count && status == NNC_OK; k++) {
        status = check_data(&block->tensors[k], data + found[k].start);
    }

    if (status != NNC_OK) {
        return status;
    }

    memset(params, 0, (size_t)block->bytes);
    for (int64_t k = 0; k < block->count; k++) {
        memcpy((char *)params + block->tensors[k].offset, data + found[k].start, (size_t)block->tensors[k].bytes);
    }

    ((nnc_block_header *)params)->abi = model->abi;
    return NNC_OK;
}

int32_t nnc_save(const nnc_model *model, const void *params, void *file, uint64_t size) {
    const nnc_block *block = &model->params;
    int32_t status = nnc_check_block(model, params);
    if (status != NNC_OK || file == NULL) {
        return status != NNC_OK ? status : NNC_NULL;
    }

    uint64_t needed = (uint64_t)model->weights_header_bytes;
    for (int64_t k = 0; k < block->count; k++) {
        needed += (uint64_t)block->tensors[k].bytes;
    }

    if (size < needed) {
        return NNC_BUFFER;
    }

    char *place = file;
    memcpy(place, model->weights_header, (size_t)model->weights_header_bytes);
    place += model->weights_header_bytes;
    for (int64_t k = 0; k < block->count; k++) {
        memcpy(place, (const char *)params + block->tensors[k].offset, (size_t)block->tensors[k].bytes);
        place += block->tensors[k].bytes;
    }

    return NNC_OK;
}
