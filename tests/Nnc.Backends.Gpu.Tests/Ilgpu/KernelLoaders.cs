namespace ILGPU.Runtime;

/// <summary>
/// ILGPU's loaders of kernels, for as many parameters as kernels may have. A kernel with barriers is an iterator here.
/// </summary>
public static class KernelLoaders
{
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(this Accelerator accelerator, Action<T1> kernel) =>
        (config, a1) => accelerator.Run(config, () => kernel(a1));

    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(this Accelerator accelerator, Func<T1, IEnumerable<int>> kernel) =>
        (config, a1) => accelerator.Run(config, () => kernel(a1));

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(this Accelerator accelerator, Action<T1, T2> kernel) =>
        (config, a1, a2) => accelerator.Run(config, () => kernel(a1, a2));

    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(this Accelerator accelerator, Func<T1, T2, IEnumerable<int>> kernel) =>
        (config, a1, a2) => accelerator.Run(config, () => kernel(a1, a2));

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(this Accelerator accelerator, Action<T1, T2, T3> kernel) =>
        (config, a1, a2, a3) => accelerator.Run(config, () => kernel(a1, a2, a3));

    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(this Accelerator accelerator, Func<T1, T2, T3, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3) => accelerator.Run(config, () => kernel(a1, a2, a3));

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(this Accelerator accelerator, Action<T1, T2, T3, T4> kernel) =>
        (config, a1, a2, a3, a4) => accelerator.Run(config, () => kernel(a1, a2, a3, a4));

    public static Action<KernelConfig, T1, T2, T3, T4> LoadStreamKernel<T1, T2, T3, T4>(this Accelerator accelerator, Func<T1, T2, T3, T4, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4) => accelerator.Run(config, () => kernel(a1, a2, a3, a4));

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5> kernel) =>
        (config, a1, a2, a3, a4, a5) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5));

    public static Action<KernelConfig, T1, T2, T3, T4, T5> LoadStreamKernel<T1, T2, T3, T4, T5>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6> kernel) =>
        (config, a1, a2, a3, a4, a5, a6) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> LoadStreamKernel<T1, T2, T3, T4, T5, T6>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14));

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> LoadStreamKernel<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(this Accelerator accelerator, Func<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, IEnumerable<int>> kernel) =>
        (config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14) => accelerator.Run(config, () => kernel(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14));
}
