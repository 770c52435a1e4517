/* One inference; prints what the library says of it, and what it gives. */
#include "lenet.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
    static lenet_params params;
    static float image[28 * 28], probabilities[10];
    const lenet_dims dims = {1};
    size_t bytes = 0;
    nnc_status status = lenet_init(&params, sizeof params, LENET_ABI, 1, NULL, 0);
    if (status == LENET_OK) {
        status = lenet_forward_workspace(&dims, &bytes);
    }

    for (int i = 0; i < 28 * 28; i++) {
        image[i] = (float)(i * 37 % 256) / 255;
    }

    if (status == LENET_OK) {
        void *workspace = malloc(bytes);
        status = lenet_forward(&params, &dims, image, probabilities, workspace, bytes, NULL);
        free(workspace);
    }

    printf("%s\n", lenet_status_message(status));
    for (int digit = 0; digit < 10; digit++) {
        printf("%.4f\n", probabilities[digit]);
    }

    return status == LENET_OK ? 0 : 1;
}
