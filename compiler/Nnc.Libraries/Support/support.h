/* What is the same in every library that `nnc compile` makes: checks, weights, initialisation, the choice of the processor's
 * code. A model's module holds the tables below and thin functions with the names of its header. The tables' layout is mirrored
 * by SupportTables.cs.
 *
 * Nothing here allocates. The one variable is written when the library is loaded and never again (cpu level, call.c). */
#ifndef NNC_SUPPORT_H
#define NNC_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

/* Statuses that every library has; those of a model begin at NNC_OF_MODEL. GeneralStatuses.cs holds their texts. */
enum {
    NNC_OK = 0,
    NNC_NULL = 1,
    NNC_CPU = 2,
    NNC_ABI = 3,
    NNC_OTHER_MODEL = 4,
    NNC_NOT_INITIALIZED = 5,
    NNC_BLOCK_SIZE = 6,
    NNC_WORKSPACE = 7,
    NNC_TOO_LARGE = 8,
    NNC_FILE_TRUNCATED = 9,
    NNC_FILE_OVERSIZED = 10,
    NNC_FILE_MALFORMED = 11,
    NNC_FILE_UNKNOWN_TENSOR = 12,
    NNC_BUFFER = 13,
    NNC_OF_MODEL = 256
};

enum { NNC_REAL32 = 0, NNC_REAL64 = 1, NNC_INT32 = 2, NNC_BOOL = 3 };

enum { NNC_CONSTANT = 0, NNC_VALUES = 1, NNC_UNIFORM = 2, NNC_NORMAL = 3, NNC_ORTHOGONAL = 4, NNC_IDENTITY = 5 };

/* A tensor that outlives a call. Its four statuses say: missing from a file, of another shape, of another type, not finite. */
typedef struct {
    const char *name;
    const int64_t *shape;
    const double *values;
    int64_t rank;
    int64_t count;
    int64_t bytes;
    int64_t offset; /* in its block */
    double first;   /* of the initialiser: the value, the low end, the mean, the gain */
    double second;  /* the high end, the standard deviation */
    uint64_t stream;
    int32_t element;
    int32_t start;
    int32_t status;
    int32_t unused;
} nnc_tensor;

typedef struct {
    int64_t field; /* in the caller's sizes */
    int64_t minimum;
    int32_t too_small;
    int32_t too_large;
} nnc_dim;

/* Left minus right, and whether it must be zero or only not negative. */
typedef struct {
    const int64_t *value;
    int32_t is_zero;
    int32_t status;
} nnc_constraint;

/* A pointer of the caller's. One that may be null stands for a scalar that nobody wants. */
typedef struct {
    int32_t may_be_null;
    int32_t status;
} nnc_given;

/* The elements of an int input: 0 <= element + offset < size. */
typedef struct {
    const int64_t *size;
    const int64_t *count;
    int64_t offset;
    int32_t given;
    int32_t status;
} nnc_bound;

enum { NNC_OF_PARAMS = 0, NNC_OF_OPTIMIZER = 1, NNC_OF_CALLER = 2, NNC_SEED = 3, NNC_STEP = 4, NNC_RATE = 5 };

typedef struct {
    int64_t source;
    int64_t position; /* an offset in a block, or which of the caller's pointers */
} nnc_argument;

typedef int32_t nnc_run(void **arguments, const int64_t *sizes, void *workspace, const void *parallel);

/* One entry's code for one level of processors. */
typedef struct {
    nnc_run *run;
    const int64_t *workspace;
} nnc_code;

typedef struct {
    const nnc_argument *arguments;
    const nnc_dim *dims;
    const nnc_constraint *constraints;
    const nnc_given *givens;
    const nnc_bound *bounds;
    const nnc_code *code; /* one a level of the model */
    int64_t argument_count;
    int64_t dim_count;
    int64_t constraint_count;
    int64_t given_count;
    int64_t bound_count;
} nnc_function;

typedef struct {
    const nnc_tensor *tensors;
    int64_t count;
    int64_t bytes; /* of the whole block */
} nnc_block;

typedef struct {
    uint64_t abi; /* version in the high 16 bits, the layout's hash in the others */
    const int32_t *levels; /* best first */
    int64_t level_count;
    nnc_block params;
    nnc_block optimizer;
    const char *weights_header;
    int64_t weights_header_bytes;
    int64_t init_workspace;
    int64_t real_bytes;
    const char *const *messages;
    int64_t message_count;
} nnc_model;

/* What a block begins with. */
typedef struct {
    uint64_t abi;
    int64_t step;
    int64_t seed;
    double rate_factor;
    uint64_t reserved[4];
} nnc_block_header;

/* Where a tensor's data lie in a file; zero bytes of name until it is found. */
typedef struct {
    int64_t start;
    int64_t end;
    int32_t is_found;
    int32_t unused;
} nnc_found;

/* The memory of one call, given by the model's function: sizes, arguments and a place for each scalar that nobody wants. */
typedef struct {
    const void *dims;
    void *const *given;
    int64_t *sizes;
    void **arguments;
    int64_t *unwanted;
    void *workspace;
    uint64_t workspace_bytes;
    const void *parallel;
    int64_t seed;
} nnc_call_frame;

int32_t nnc_cpu_level(void);
int32_t nnc_evaluate(const int64_t *program, const int64_t *sizes, int64_t *value);
int32_t nnc_check_block(const nnc_model *model, const void *block);
int32_t nnc_check_new(const nnc_model *model, const nnc_block *layout, const void *block, uint64_t bytes, uint64_t abi);

#endif
