/* Trains LeNet on handwritten digits inside a C program. Nothing of nnc is needed but the library that it made:
 *
 *   ./nnc compile examples/lenet/lenet.nnet -o lenet
 *   cc -O2 -Ilenet examples/embed/c/train.c lenet/liblenet.a -lm -o train
 *   ./train TRAIN_IMAGES TRAIN_LABELS TEST_IMAGES TEST_LABELS WEIGHTS.safetensors [STEPS]
 */
#include "lenet.h"

#include "idx.h"

enum { BATCH = 64 };

/* Ends the program where a status is not OK: its message says what was wrong, and of what. */
static void check(nnc_status status) {
    if (status != LENET_OK) {
        fprintf(stderr, "lenet: %s\n", lenet_status_message(status));
        exit(1);
    }
}

/* One workspace for all calls: of the size that the largest of them needs. */
static size_t workspace_bytes(const lenet_dims *training, const lenet_dims *testing) {
    size_t train, test;
    check(lenet_train_step_workspace(training, &train));
    check(lenet_forward_workspace(testing, &test));
    return train > test ? train : test;
}

static void train(lenet_params *params, lenet_optimizer *optimizer, digits data, long steps, void *workspace, size_t bytes) {
    const lenet_dims dims = {BATCH};
    const size_t batches = data.count / BATCH;
    for (long step = 0; step < steps; step++) {
        const size_t first = (size_t)step % batches * BATCH;
        float loss, accuracy;
        check(lenet_train_step(params, optimizer, &dims, data.images + first * 28 * 28, data.labels + first, &loss, &accuracy, NULL, workspace, bytes, NULL));
        if ((step + 1) % 50 == 0) {
            printf("step %ld: loss %.4f, accuracy %.3f\n", step + 1, loss, accuracy);
        }
    }
}

static double accuracy(const lenet_params *params, digits data, void *workspace, size_t bytes) {
    size_t right = 0;
    float probabilities[BATCH * 10];
    for (size_t first = 0; first < data.count; first += BATCH) {
        const size_t count = data.count - first < BATCH ? data.count - first : BATCH;
        const lenet_dims dims = {(int64_t)count};
        check(lenet_forward(params, &dims, data.images + first * 28 * 28, probabilities, workspace, bytes, NULL));
        for (size_t i = 0; i < count; i++) {
            int best = 0;
            for (int digit = 1; digit < 10; digit++) {
                best = probabilities[i * 10 + digit] > probabilities[i * 10 + best] ? digit : best;
            }

            right += best == data.labels[first + i];
        }
    }

    return (double)right / (double)data.count;
}

static void save(const lenet_params *params, const char *path) {
    void *bytes = malloc(LENET_WEIGHTS_BYTES);
    FILE *file = fopen(path, "wb");
    check(lenet_save(params, bytes, LENET_WEIGHTS_BYTES));
    if (file == NULL || fwrite(bytes, 1, LENET_WEIGHTS_BYTES, file) != LENET_WEIGHTS_BYTES || fclose(file) != 0) {
        fprintf(stderr, "%s cannot be written\n", path);
        exit(1);
    }

    free(bytes);
}

int main(int count, char **arguments) {
    if (count < 6) {
        fprintf(stderr, "usage: train TRAIN_IMAGES TRAIN_LABELS TEST_IMAGES TEST_LABELS WEIGHTS [STEPS]\n");
        return 2;
    }

    digits training = digits_read(arguments[1], arguments[2]), testing = digits_read(arguments[3], arguments[4]);
    lenet_params *params = malloc(sizeof *params);
    lenet_optimizer *optimizer = malloc(sizeof *optimizer);
    check(lenet_init(params, sizeof *params, LENET_ABI, 0, NULL, 0));
    check(lenet_init_optimizer(optimizer, sizeof *optimizer, LENET_ABI, 0));

    const lenet_dims dims = {BATCH};
    const size_t bytes = workspace_bytes(&dims, &dims);
    void *workspace = malloc(bytes);
    train(params, optimizer, training, count > 6 ? atol(arguments[6]) : 400, workspace, bytes);
    printf("accuracy on %zu other digits: %.3f\n", testing.count, accuracy(params, testing, workspace, bytes));
    save(params, arguments[5]);

    free(workspace);
    free(optimizer);
    free(params);
    digits_free(training);
    digits_free(testing);
    return 0;
}
