/* Which of the levels of x86-64 the processor and the system have: 1, 3 (AVX2 and FMA) or 4 (AVX-512 F, BW, CD, DQ, VL). */
#include <cpuid.h>
#include <stdint.h>

static uint64_t enabled_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low | ((uint64_t)high << 32);
}

int32_t nnc_cpu_level(void) {
    uint32_t a, b, c, d;
    const uint32_t basic = bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT | bit_MOVBE | bit_FMA | bit_AVX | bit_F16C | bit_OSXSAVE;
    const uint32_t wide = bit_AVX2 | bit_BMI | bit_BMI2, widest = bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & basic) != basic || (enabled_state() & 0x6) != 0x6) {
        return 1;
    }

    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & wide) != wide) {
        return 1;
    }

    uint32_t levels = b;
    if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || (c & bit_LZCNT) == 0) {
        return 1;
    }

    return (levels & widest) == widest && (enabled_state() & 0xE6) == 0xE6 ? 4 : 3;
}
