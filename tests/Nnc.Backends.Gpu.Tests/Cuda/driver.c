/* A library with the names and signatures of CUDA's driver (cuda.h of CUDA 11.8) that runs nothing. It refuses what the driver would:
   wrong handles and flags, empty grids, and arguments that are not what the PTX of a kernel declares. Memory is the host's and holds
   NaN. The variable STUB chooses a failure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef int CUdevice;
typedef void *Handle;
typedef unsigned long long CUdeviceptr;

enum { CONTEXT = 1, STREAM = 2, GRAPH = 3, EXECUTABLE = 4, EVENT = 5 };
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_CONTEXT = 201, INVALID_PTX = 218, INVALID_HANDLE = 400, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700, TOO_LARGE = 720 };

static int fails(const char *what) { const char *chosen = getenv("STUB"); return chosen && !strcmp(chosen, what); }
static int faulted; /* once a kernel failed, nothing else is said */
static CUresult is(Handle handle, long number) { return faulted ? ILLEGAL_ADDRESS : handle == (Handle)number ? SUCCESS : INVALID_HANDLE; }
static CUresult give(Handle *handle, long number) { *handle = (Handle)number; return SUCCESS; }

CUresult cuInit(unsigned flags) { return fails("no device") ? NO_DEVICE : flags; }
CUresult cuDriverGetVersion(int *version) { *version = fails("old driver") ? 11040 : 11080; return SUCCESS; }
CUresult cuGetErrorName(CUresult error, const char **text) { *text = error == ILLEGAL_ADDRESS ? "CUDA_ERROR_ILLEGAL_ADDRESS" : error == INVALID_PTX ? "CUDA_ERROR_INVALID_PTX" : "CUDA_ERROR_OTHER"; return SUCCESS; }
CUresult cuGetErrorString(CUresult error, const char **text) { *text = "as the stub says"; return SUCCESS; }
CUresult cuDeviceGetCount(int *count) { *count = 1; return SUCCESS; }
CUresult cuDeviceGet(CUdevice *device, int ordinal) { *device = 7; return ordinal ? INVALID_VALUE : SUCCESS; }
CUresult cuDeviceGetName(char *name, int length, CUdevice device) { snprintf(name, length, "Stub"); return device == 7 ? SUCCESS : INVALID_VALUE; }
CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device)
{
    *value = attribute == 75 ? (fails("old device") ? 7 : 9) : attribute == 76 ? 0 : attribute == 97 ? 227 * 1024 : 132;
    return device == 7 ? SUCCESS : INVALID_VALUE;
}

CUresult cuDevicePrimaryCtxRetain(Handle *context, CUdevice device) { return device == 7 ? give(context, CONTEXT) : INVALID_VALUE; }
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) { return device == 7 ? SUCCESS : INVALID_VALUE; }
CUresult cuCtxSetCurrent(Handle context) { return context == (Handle)CONTEXT ? SUCCESS : INVALID_CONTEXT; }
CUresult cuStreamCreate(Handle *stream, unsigned flags) { return flags == 1 ? give(stream, STREAM) : INVALID_VALUE; }
CUresult cuStreamDestroy_v2(Handle stream) { return is(stream, STREAM); }
CUresult cuStreamSynchronize(Handle stream) { return is(stream, STREAM); }
CUresult cuEventCreate(Handle *event, unsigned flags) { return flags == 2 || flags == 0 ? give(event, EVENT) : INVALID_VALUE; }
CUresult cuEventElapsedTime(float *milliseconds, Handle from, Handle to) { *milliseconds = 0.5f; return is(from, EVENT) | is(to, EVENT); }
CUresult cuEventDestroy_v2(Handle event) { return is(event, EVENT); }
CUresult cuEventRecord(Handle event, Handle stream) { return is(event, EVENT) | is(stream, STREAM); }
CUresult cuEventSynchronize(Handle event) { return is(event, EVENT); }

static CUresult take(void **memory, size_t bytes)
{
    *memory = bytes ? aligned_alloc(256, (bytes + 255) / 256 * 256) : NULL;
    return *memory ? (memset(*memory, 0xFF, bytes), SUCCESS) : INVALID_VALUE;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) { return fails("memory") && bytes > 100000 ? OUT_OF_MEMORY : take((void **)address, bytes); }
CUresult cuMemFree_v2(CUdeviceptr address) { free((void *)address); return faulted ? ILLEGAL_ADDRESS : SUCCESS; }
CUresult cuMemAllocHost_v2(void **memory, size_t bytes) { return take(memory, bytes); }
CUresult cuMemFreeHost(void *memory) { free(memory); return faulted ? ILLEGAL_ADDRESS : SUCCESS; }
CUresult cuMemGetInfo_v2(size_t *available, size_t *total) { *available = 5000; *total = 10000; return SUCCESS; }
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr device, const void *host, size_t bytes, Handle stream) { memcpy((void *)device, host, bytes); return is(stream, STREAM); }
CUresult cuMemcpyDtoHAsync_v2(void *host, CUdeviceptr device, size_t bytes, Handle stream) { memcpy(host, (void *)device, bytes); return is(stream, STREAM); }
CUresult cuMemsetD8Async(CUdeviceptr device, unsigned char value, size_t bytes, Handle stream) { memset((void *)device, value, bytes); return is(stream, STREAM); }

CUresult cuModuleLoadDataEx(Handle *module, const void *image, unsigned count, int *options, void **values)
{
    if (count != 2 || options[0] != 5 || options[1] != 6 || (size_t)values[1] < 64) return INVALID_VALUE;
    if (fails("module") || !strstr(image, ".version 7.8") || !strstr(image, ".target sm_90")) return strcpy(values[0], "ptxas: line 3"), INVALID_PTX;
    *module = strdup(image);
    return SUCCESS;
}

CUresult cuModuleUnload(Handle module) { free(module); return SUCCESS; }
CUresult cuModuleGetFunction(Handle *function, Handle module, const char *name)
{
    char entry[256];
    snprintf(entry, sizeof entry, ".visible .entry %s(", name);
    *function = strstr(module, entry);
    return *function ? SUCCESS : NOT_FOUND;
}

CUresult cuFuncSetAttribute(Handle function, int attribute, int value) { return attribute == 8 && value > 0 ? SUCCESS : INVALID_VALUE; }

CUresult cuLaunchKernel(Handle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
                        unsigned shared, Handle stream, void **arguments, void **extra)
{
    if (!grid_x || grid_y != 1 || grid_z != 1 || !block_x || block_x > 1024 || block_y != 1 || block_z != 1 || extra) return INVALID_VALUE;
    for (const char *at = function; *at != ')'; at++) {
        if (strncmp(at, ".param .", 8)) continue;
        if (at[9] == '6' && (*(CUdeviceptr *)*arguments < 4096 || *(CUdeviceptr *)*arguments % 16)) return ILLEGAL_ADDRESS;
        if (at[9] == '3' && (*(int *)*arguments < 0 || *(int *)*arguments > 1 << 24)) return INVALID_VALUE;
        arguments++;
    }
    CUresult result = is(stream, STREAM);
    faulted |= fails("fault");
    return result;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *groups, Handle function, int threads, size_t shared)
{
    *groups = 2;
    return function && threads > 0 && threads <= 1024 && shared <= 227 * 1024 ? SUCCESS : INVALID_VALUE;
}

CUresult cuLaunchCooperativeKernel(Handle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
                                   unsigned shared, Handle stream, void **arguments)
{
    if (grid_x > 2 * 132) return TOO_LARGE;
    return cuLaunchKernel(function, grid_x, grid_y, grid_z, block_x, block_y, block_z, shared, stream, arguments, NULL);
}

CUresult cuStreamBeginCapture_v2(Handle stream, int mode) { return mode == 1 ? is(stream, STREAM) : INVALID_VALUE; }
CUresult cuStreamEndCapture(Handle stream, Handle *graph) { return is(stream, STREAM) | give(graph, GRAPH); }
CUresult cuGraphInstantiateWithFlags(Handle *executable, Handle graph, unsigned long long flags) { return flags ? INVALID_VALUE : is(graph, GRAPH) | give(executable, EXECUTABLE); }
CUresult cuGraphDestroy(Handle graph) { return is(graph, GRAPH); }
CUresult cuGraphLaunch(Handle executable, Handle stream) { return is(executable, EXECUTABLE) | is(stream, STREAM); }
CUresult cuGraphExecDestroy(Handle executable) { return is(executable, EXECUTABLE); }
