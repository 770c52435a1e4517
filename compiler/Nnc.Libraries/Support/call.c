/* Checking what a caller gives, and calling the code for its processor. */
#include "support.h"

/* What the processor can do: written once when the library is loaded, before any other thread can call. 0 until then, so that a
 * constructor of another library may call too. */
static int32_t loaded_level;

__attribute__((constructor)) static void find_level(void) { loaded_level = nnc_cpu_level(); }

/* The first of the model's levels that the processor has; -1 where it has none. */
static int64_t choose_level(const nnc_model *model) {
    int32_t level = loaded_level != 0 ? loaded_level : nnc_cpu_level();
    for (int64_t k = 0; k < model->level_count; k++) {
        if (model->levels[k] <= level) {
            return k;
        }
    }

    return -1;
}

/* Programs are postfix: 0 ends, 1 v pushes v, 2 i pushes a size, 3 adds, 4 multiplies, 5 divides rounding down. The compiler
 * bounds their depth. */
enum { END = 0, CONSTANT = 1, SIZE = 2, ADD = 3, MULTIPLY = 4, DIVIDE = 5, DEPTH = 64 };

static int divide(int64_t a, int64_t b, int64_t *result) {
    if (b == 0 || (b == -1 && a == INT64_MIN)) {
        return 0;
    }

    int64_t quotient = a / b;
    *result = quotient - (a % b != 0 && ((a < 0) != (b < 0)));
    return 1;
}

static int apply(int64_t op, int64_t a, int64_t b, int64_t *result) {
    switch (op) {
    case ADD: return !__builtin_add_overflow(a, b, result);
    case MULTIPLY: return !__builtin_mul_overflow(a, b, result);
    default: return divide(a, b, result);
    }
}

/* False where a step does not fit 64 bits or divides by zero. */
int32_t nnc_evaluate(const int64_t *program, const int64_t *sizes, int64_t *value) {
    int64_t stack[DEPTH];
    int64_t depth = 0;
    for (; *program != END; program++) {
        int64_t op = *program;
        if (op == CONSTANT) {
            stack[depth++] = *++program;
        } else if (op == SIZE) {
            stack[depth++] = sizes[*++program];
        } else {
            depth--;
            if (!apply(op, stack[depth - 1], stack[depth], &stack[depth - 1])) {
                return 0;
            }
        }
    }

    *value = stack[0];
    return 1;
}

static int32_t check_sizes(const nnc_function *function, const void *dims, int64_t *sizes) {
    if (dims == NULL && function->dim_count > 0) {
        return NNC_NULL;
    }

    for (int64_t k = 0; k < function->dim_count; k++) {
        const nnc_dim *dim = &function->dims[k];
        sizes[k] = ((const int64_t *)dims)[dim->field];
        if (sizes[k] < dim->minimum) {
            return dim->too_small;
        }

        if (sizes[k] > INT32_MAX) {
            return dim->too_large;
        }
    }

    for (int64_t k = 0; k < function->constraint_count; k++) {
        const nnc_constraint *constraint = &function->constraints[k];
        int64_t value;
        if (!nnc_evaluate(constraint->value, sizes, &value)) {
            return NNC_TOO_LARGE;
        }

        if (constraint->is_zero ? value != 0 : value < 0) {
            return constraint->status;
        }
    }

    return NNC_OK;
}

/* The workspace is used from its first multiple of 64 on. */
static int32_t find_workspace(const nnc_model *model, const nnc_function *function, const int64_t *sizes, uint64_t *bytes) {
    int64_t level = choose_level(model);
    int64_t needed;
    if (level < 0) {
        return NNC_CPU;
    }

    if (!nnc_evaluate(function->code[level].workspace, sizes, &needed) || needed < 0 || needed > INT64_MAX - 64) {
        return NNC_TOO_LARGE;
    }

    *bytes = needed == 0 ? 0 : (uint64_t)needed + 63;
    return NNC_OK;
}

int32_t nnc_workspace(const nnc_model *model, const nnc_function *function, const void *dims, int64_t *sizes, uint64_t *bytes) {
    if (bytes == NULL) {
        return NNC_NULL;
    }

    int32_t status = check_sizes(function, dims, sizes);
    return status != NNC_OK ? status : find_workspace(model, function, sizes, bytes);
}

static int32_t check_given(const nnc_function *function, const nnc_call_frame *frame) {
    for (int64_t k = 0; k < function->given_count; k++) {
        if (frame->given[k] == NULL && !function->givens[k].may_be_null) {
            return function->givens[k].status;
        }
    }

    for (int64_t k = 0; k < function->bound_count; k++) {
        const nnc_bound *bound = &function->bounds[k];
        const int32_t *elements = frame->given[bound->given];
        int64_t count, size;
        if (!nnc_evaluate(bound->count, frame->sizes, &count) || !nnc_evaluate(bound->size, frame->sizes, &size)) {
            return NNC_TOO_LARGE;
        }

        for (int64_t i = 0; i < count; i++) {
            int64_t position = elements[i] + bound->offset;
            if (position < 0 || position >= size) {
                return bound->status;
            }
        }
    }

    return NNC_OK;
}

int32_t nnc_check_block(const nnc_model *model, const void *block) {
    if (block == NULL) {
        return NNC_NULL;
    }

    return ((const nnc_block_header *)block)->abi == model->abi ? NNC_OK : NNC_NOT_INITIALIZED;
}

int32_t nnc_check_new(const nnc_model *model, const nnc_block *layout, const void *block, uint64_t bytes, uint64_t abi) {
    if (block == NULL) {
        return NNC_NULL;
    }

    if (abi >> 48 != model->abi >> 48) {
        return NNC_ABI;
    }

    if (abi != model->abi) {
        return NNC_OTHER_MODEL;
    }

    return bytes == (uint64_t)layout->bytes ? NNC_OK : NNC_BLOCK_SIZE;
}

typedef struct {
    int32_t seed;
    int32_t step;
    float rate32;
    double rate64;
} controls;

static void *argument(const nnc_argument *source, const nnc_model *model, char *params, char *optimizer, const nnc_call_frame *frame,
                      controls *controls, int64_t *unwanted) {
    switch (source->source) {
    case NNC_OF_PARAMS: return params + source->position;
    case NNC_OF_OPTIMIZER: return optimizer + source->position;
    case NNC_SEED: return &controls->seed;
    case NNC_STEP: return &controls->step;
    case NNC_RATE: return model->real_bytes == 4 ? (void *)&controls->rate32 : (void *)&controls->rate64;
    default: return frame->given[source->position] != NULL ? frame->given[source->position] : unwanted;
    }
}

static int32_t run(const nnc_model *model, const nnc_function *function, char *params, char *optimizer, nnc_call_frame *frame, controls *controls) {
    uint64_t needed;
    int32_t status = check_sizes(function, frame->dims, frame->sizes);
    if (status == NNC_OK) {
        status = check_given(function, frame);
    }

    if (status == NNC_OK) {
        status = find_workspace(model, function, frame->sizes, &needed);
    }

    if (status != NNC_OK) {
        return status;
    }

    if (needed > 0 && (frame->workspace == NULL || frame->workspace_bytes < needed)) {
        return NNC_WORKSPACE;
    }

    for (int64_t k = 0; k < function->argument_count; k++) {
        frame->arguments[k] = argument(&function->arguments[k], model, params, optimizer, frame, controls, &frame->unwanted[k]);
    }

    uintptr_t start = ((uintptr_t)frame->workspace + 63) & ~(uintptr_t)63;
    return function->code[choose_level(model)].run(frame->arguments, frame->sizes, (void *)start, frame->parallel);
}

int32_t nnc_call(const nnc_model *model, const nnc_function *function, const void *params, nnc_call_frame *frame) {
    int32_t status = nnc_check_block(model, params);
    if (status != NNC_OK) {
        return status;
    }

    controls controls = {(int32_t)frame->seed, 1, 1.0f, 1.0};
    return run(model, function, (char *)params, NULL, frame, &controls);
}

/* The optimizer counts its steps; a step that is refused does not count. */
int32_t nnc_train(const nnc_model *model, const nnc_function *function, void *params, void *optimizer, nnc_call_frame *frame) {
    int32_t status = nnc_check_block(model, params);
    if (status == NNC_OK) {
        status = nnc_check_block(model, optimizer);
    }

    if (status != NNC_OK) {
        return status;
    }

    nnc_block_header *header = optimizer;
    int64_t step = header->step < INT32_MAX ? header->step + 1 : header->step;
    controls controls = {(int32_t)header->seed, (int32_t)step, (float)header->rate_factor, header->rate_factor};
    status = run(model, function, params, optimizer, frame, &controls);
    if (status == NNC_OK) {
        header->step = step;
    }

    return status;
}

const char *nnc_message(const nnc_model *model, const char *const *general, int64_t general_count, int32_t status) {
    int64_t own = (int64_t)status - NNC_OF_MODEL;
    if (own >= 0 && own < model->message_count) {
        return model->messages[own];
    }

    return status >= 0 && status < general_count ? general[status] : "there is no such status";
}
