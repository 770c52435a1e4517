/* Two threads share one set of weights: each has a workspace of its own, and nothing else is needed.
 *
 *   cc -O2 -Ilenet examples/embed/c/threads.c lenet/liblenet.a -lm -lpthread -o threads
 *   ./threads WEIGHTS.safetensors
 */
#include "lenet.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 16, CALLS = 4 };

typedef struct task {
    const lenet_params *params;
    const float *images;
    float probabilities[IMAGES * 10];
    nnc_status status;
} task;

static void *infer(void *argument) {
    task *t = argument;
    const lenet_dims dims = {IMAGES};
    size_t bytes = 0;
    t->status = lenet_forward_workspace(&dims, &bytes);
    void *workspace = malloc(bytes);
    for (int call = 0; call < CALLS && t->status == LENET_OK; call++) {
        t->status = lenet_forward(t->params, &dims, t->images, t->probabilities, workspace, bytes, NULL);
    }

    free(workspace);
    return NULL;
}

static lenet_params *load(const char *path) {
    static unsigned char bytes[LENET_WEIGHTS_BYTES + 4096];
    FILE *file = fopen(path, "rb");
    const size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    lenet_params *params = malloc(sizeof *params);
    const nnc_status status = lenet_load(params, sizeof *params, LENET_ABI, bytes, size);
    if (status != LENET_OK) {
        fprintf(stderr, "%s: %s\n", path, lenet_status_message(status));
        exit(1);
    }

    fclose(file);
    return params;
}

int main(int count, char **arguments) {
    static float images[IMAGES * 28 * 28];
    static task tasks[2];
    pthread_t threads[2];
    if (count != 2) {
        fprintf(stderr, "usage: threads WEIGHTS\n");
        return 2;
    }

    lenet_params *params = load(arguments[1]);
    for (int i = 0; i < IMAGES * 28 * 28; i++) {
        images[i] = (float)(i * 37 % 256) / 255;
    }

    for (int k = 0; k < 2; k++) {
        tasks[k].params = params;
        tasks[k].images = images;
        if (pthread_create(&threads[k], NULL, infer, &tasks[k]) != 0) {
            return 1;
        }
    }

    for (int k = 0; k < 2; k++) {
        pthread_join(threads[k], NULL);
        if (tasks[k].status != LENET_OK) {
            fprintf(stderr, "lenet: %s\n", lenet_status_message(tasks[k].status));
            return 1;
        }
    }

    free(params);
    const int same = memcmp(tasks[0].probabilities, tasks[1].probabilities, sizeof tasks[0].probabilities) == 0;
    printf("two threads, %d calls each: %s\n", CALLS, same ? "the same probabilities" : "different probabilities");
    return same ? 0 : 1;
}
