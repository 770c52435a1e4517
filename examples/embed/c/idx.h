/* Reads unpacked IDX files, which the MNIST digits come in. */
#ifndef IDX_H
#define IDX_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The bytes of a file behind a header of so many; the caller frees them. Exits with a message where there is no such file. */
static unsigned char *idx_read(const char *path, size_t header, size_t *count) {
    FILE *file = fopen(path, "rb");
    long size = 0;
    unsigned char *bytes = NULL;
    unsigned char magic[3];
    if (file != NULL && fread(magic, 1, 3, file) == 3 && (magic[0] != 0 || magic[1] != 0 || magic[2] != 8)) {
        fprintf(stderr, "%s is no IDX file of bytes%s\n", path, magic[0] == 0x1f ? ": gunzip unpacks it" : "");
        exit(1);
    }

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= (long)header && fseek(file, (long)header, SEEK_SET) == 0) {
        *count = (size_t)size - header;
        bytes = malloc(*count + 1);
    }

    if (bytes == NULL || fread(bytes, 1, *count, file) != *count) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }

    fclose(file);
    return bytes;
}

typedef struct digits {
    size_t count;
    float *images;   /* [count, 1, 28, 28], from 0 to 1 */
    int32_t *labels; /* [count] */
} digits;

static digits digits_read(const char *images, const char *labels) {
    digits data;
    size_t pixels;
    unsigned char *bytes = idx_read(images, 16, &pixels);
    data.images = malloc(pixels * sizeof(float) + 1);
    for (size_t i = 0; i < pixels; i++) {
        data.images[i] = (float)bytes[i] / 255;
    }

    free(bytes);
    bytes = idx_read(labels, 8, &data.count);
    data.labels = malloc(data.count * sizeof(int32_t) + 1);
    for (size_t i = 0; i < data.count; i++) {
        data.labels[i] = bytes[i];
    }

    free(bytes);
    if (pixels != data.count * 28 * 28) {
        fprintf(stderr, "%s and %s have different numbers of digits\n", images, labels);
        exit(1);
    }

    return data;
}

static void digits_free(digits data) {
    free(data.images);
    free(data.labels);
}

#endif
