/* How long a program waits for LeNet's first answer: the shared library loaded, weights read, one image recognised. Each run is
 * a process of its own, so that nothing is loaded already; run.sh takes the median of several. */
#define _POSIX_C_SOURCE 200809L
#include "lenet.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
    static lenet_params params;
    static float image[28 * 28], probabilities[10];
    if (count != 3) {
        fprintf(stderr, "usage: first_inference LIBRARY WEIGHTS\n");
        return 2;
    }

    const double start = now();
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }

    nnc_status (*load)(lenet_params *, size_t, uint64_t, const void *, size_t);
    nnc_status (*measure)(const lenet_dims *, size_t *);
    nnc_status (*forward)(const lenet_params *, const lenet_dims *, const float *, float *, void *, size_t, const nnc_parallel *);
    *(void **)&load = dlsym(library, "lenet_load");
    *(void **)&measure = dlsym(library, "lenet_forward_workspace");
    *(void **)&forward = dlsym(library, "lenet_forward");

    FILE *file = fopen(arguments[2], "rb");
    static unsigned char bytes[LENET_WEIGHTS_BYTES + 4096];
    const size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    const lenet_dims dims = {1};
    size_t needed = 0;
    nnc_status status = load(&params, sizeof params, LENET_ABI, bytes, size);
    status = status != LENET_OK ? status : measure(&dims, &needed);
    void *workspace = malloc(needed);
    status = status != LENET_OK ? status : forward(&params, &dims, image, probabilities, workspace, needed, NULL);
    const double first = now() - start;

    const double begin = now();
    for (int k = 0; k < 1000 && status == LENET_OK; k++) {
        status = forward(&params, &dims, image, probabilities, workspace, needed, NULL);
    }

    printf("%.3f %.4f\n", first, (now() - begin) / 1000);
    return status == LENET_OK ? 0 : 1;
}
