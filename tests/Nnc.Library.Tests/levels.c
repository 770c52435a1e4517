/* One inference; prints what the library says of it. */
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

    if (status == LENET_OK) {
        void *workspace = malloc(bytes);
        status = lenet_forward(&params, &dims, image, probabilities, workspace, bytes, NULL);
        free(workspace);
    }

    printf("%s\n", lenet_status_message(status));
    return status == LENET_OK ? 0 : 1;
}
