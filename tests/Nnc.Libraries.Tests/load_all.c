/* Loads each file from memory of just its size, so that a read beyond it is seen; prints how many were refused. */
#include "small.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **paths) {
    int refused = 0;
    for (int k = 1; k < count; k++) {
        small_params params;
        FILE *file = fopen(paths[k], "rb");
        if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
            return 1;
        }

        const long size = ftell(file);
        unsigned char *bytes = malloc(size > 0 ? (size_t)size : 1);
        rewind(file);
        if (fread(bytes, 1, (size_t)size, file) != (size_t)size) {
            return 1;
        }

        fclose(file);
        const nnc_status status = small_load(&params, sizeof params, SMALL_ABI, bytes, (size_t)size);
        refused += status != SMALL_OK && strlen(small_status_message(status)) > 0;
        free(bytes);
    }

    printf("%d of %d refused\n", refused, count - 1);
    return refused > 0 ? 0 : 1;
}
