/* Weights as safetensors: an 8-byte header length, a JSON header, then the tensors without gaps. A file is checked whole before
 * anything is changed; no byte outside it is read, whatever it holds. */
#include "json.h"
#include "support.h"

#include <string.h>

enum { LONGEST_HEADER = 100000000 };

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
