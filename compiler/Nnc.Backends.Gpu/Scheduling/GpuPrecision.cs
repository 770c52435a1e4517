namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>What a device's units make of the factors of contractions. Sums have 32 bits in all of them, and so has everything else.</summary>
public enum GpuPrecision
{
    /// <summary>Factors of 32 bits, multiplied and added exactly as IEEE 754 says.</summary>
    Single,

    /// <summary>Factors rounded to TensorFloat-32: 8 bits of exponent, 10 of mantissa.</summary>
    Tf32,

    /// <summary>Factors rounded to bfloat16: 8 bits of exponent, 7 of mantissa.</summary>
    Bf16,
}
