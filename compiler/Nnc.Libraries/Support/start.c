/* First values of parameters: the same bits as in the compiler's own runtime (Nnc.Runtime/Initialization, Randomness). */
#include "support.h"

#include <math.h>
#include <string.h>

/* Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011). */
static uint64_t random_bits(int64_t seed, uint64_t stream, int64_t position) {
    const uint32_t purpose = 1; /* initialisation */
    uint32_t c0 = (uint32_t)(position >> 1), c1 = purpose, c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t key0 = (uint32_t)(uint64_t)seed, key1 = (uint32_t)((uint64_t)seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = (uint64_t)0xD2511F53 * c0, product1 = (uint64_t)0xCD9E8D57 * c2;
        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ key0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ key1;
        c3 = (uint32_t)product0;
        key0 += 0x9E3779B9;
        key1 += 0xBB67AE85;
    }

    return (position & 1) == 0 ? c0 | ((uint64_t)c1 << 32) : c2 | ((uint64_t)c3 << 32);
}

/* Uniform on [0, 1), a multiple of 2^-53. */
static double uniform(int64_t seed, uint64_t stream, int64_t position) {
    return (double)(random_bits(seed, stream, position) >> 11) * (1.0 / 9007199254740992.0);
}

/* Standard normal (Box and Muller 1958); positions 2k and 2k + 1 share their two uniform numbers. */
static double normal(int64_t seed, uint64_t stream, int64_t position) {
    int64_t even = position & ~(int64_t)1;
    double radius = sqrt(-2 * log(1 - uniform(seed, stream, even)));
    double angle = 2 * 3.14159265358979323846 * uniform(seed, stream, even + 1);
    return radius * ((position & 1) == 0 ? cos(angle) : sin(angle));
}

static void put(char *data, int32_t element, int64_t i, double value) {
    switch (element) {
    case NNC_REAL32: ((float *)data)[i] = (float)value; break;
    case NNC_REAL64: ((double *)data)[i] = value; break;
    case NNC_INT32: ((int32_t *)data)[i] = (int32_t)value; break;
    default: ((uint8_t *)data)[i] = value != 0; break;
    }
}

/* Rounding to 32 bits could reach the excluded end. */
static double between(const nnc_tensor *tensor, double fraction) {
    double value = tensor->first + (tensor->second - tensor->first) * fraction;
    float high = (float)tensor->second;
    return tensor->element == NNC_REAL32 && (float)value >= high && tensor->second > tensor->first ? nextafterf(high, -INFINITY) : value;
}

static double dot(const double *a, const double *b, int64_t length) {
    double sum = 0;
    for (int64_t i = 0; i < length; i++) {
        sum += a[i] * b[i];
    }

    return sum;
}

static void orthogonalize(double *vector, const double *basis, int64_t count, int64_t length) {
    for (int64_t v = 0; v < count; v++) {
        double along = dot(vector, basis + v * length, length);
        for (int64_t i = 0; i < length; i++) {
            vector[i] -= along * basis[v * length + i];
        }
    }

    double norm = sqrt(dot(vector, vector, length));
    for (int64_t i = 0; i < length; i++) {
        vector[i] /= norm;
    }
}

/* Axis 0 against all others; Gram and Schmidt, twice each. The workspace holds the matrix as doubles. */
static void fill_orthogonal(const nnc_tensor *tensor, char *data, int64_t seed, double *basis) {
    int64_t rows = tensor->rank == 0 ? 1 : tensor->shape[0], columns = tensor->count / rows;
    int64_t vectors = rows < columns ? rows : columns, length = rows < columns ? columns : rows;
    for (int64_t v = 0; v < vectors; v++) {
        double *vector = basis + v * length;
        for (int64_t i = 0; i < length; i++) {
            vector[i] = normal(seed, tensor->stream, v * length + i);
        }

        orthogonalize(vector, basis, v, length);
        orthogonalize(vector, basis, v, length);
    }

    for (int64_t i = 0; i < tensor->count; i++) {
        int64_t row = i / columns, column = i % columns;
        put(data, tensor->element, i, tensor->first * (rows <= columns ? basis[row * length + column] : basis[column * length + row]));
    }
}

static double start_value(const nnc_tensor *tensor, int64_t seed, int64_t i) {
    int64_t columns = tensor->rank == 0 ? 1 : tensor->shape[tensor->rank - 1];
    switch (tensor->start) {
    case NNC_VALUES: return tensor->values[i];
    case NNC_UNIFORM: return between(tensor, uniform(seed, tensor->stream, i));
    case NNC_NORMAL: return tensor->first + tensor->second * normal(seed, tensor->stream, i);
    case NNC_IDENTITY: return i / columns == i % columns ? tensor->first : 0;
    default: return tensor->first;
    }
}

static void fill(const nnc_block *block, char *data, int64_t seed, double *basis) {
    memset(data, 0, (size_t)block->bytes);
    for (int64_t k = 0; k < block->count; k++) {
        const nnc_tensor *tensor = &block->tensors[k];
        char *place = data + tensor->offset;
        if (tensor->start == NNC_ORTHOGONAL) {
            if (tensor->count > 0) {
                fill_orthogonal(tensor, place, seed, basis);
            }

            continue;
        }

        for (int64_t i = 0; i < tensor->count; i++) {
            put(place, tensor->element, i, start_value(tensor, seed, i));
        }
    }
}

int32_t nnc_init(const nnc_model *model, void *params, uint64_t bytes, uint64_t abi, int64_t seed, void *workspace, uint64_t workspace_bytes) {
    int32_t status = nnc_check_new(model, &model->params, params, bytes, abi);
    if (status != NNC_OK) {
        return status;
    }

    uintptr_t start = ((uintptr_t)workspace + 63) & ~(uintptr_t)63;
    if (model->init_workspace > 0 && (workspace == NULL || workspace_bytes < (uint64_t)model->init_workspace)) {
        return NNC_WORKSPACE;
    }

    fill(&model->params, params, seed, (double *)start);
    ((nnc_block_header *)params)->abi = model->abi;
    return NNC_OK;
}

int32_t nnc_init_optimizer(const nnc_model *model, void *optimizer, uint64_t bytes, uint64_t abi, int64_t seed) {
    int32_t status = nnc_check_new(model, &model->optimizer, optimizer, bytes, abi);
    if (status != NNC_OK) {
        return status;
    }

    fill(&model->optimizer, optimizer, seed, NULL);
    nnc_block_header *header = optimizer;
    header->abi = model->abi;
    header->seed = seed;
    header->rate_factor = 1;
    return NNC_OK;
}
