using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A kernel of a module, and what a launch passes.</summary>
/// <param name="Name">The code's: kernels that do the same with other memory share it.</param>
/// <param name="Item">A kernel, or a loop that is one: see <see cref="GridLoop"/>.</param>
/// <param name="Buffers">A pointer to each, in the kernel's order; the memory of what owns it.</param>
/// <param name="Sizes">An i32 for each, behind the pointers.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="Groups">Groups of a launch; of a loop those of each kernel in it, of which the launch has the most, or as many as the device holds at once.</param>
/// <param name="SharedBytes">
/// Dynamic shared memory of a group, which a launch asks for. More than 44 KiB must be allowed beforehand, since 48 KiB is what a group
/// may have together with arrays of its own:
/// <c>cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes)</c>.
/// </param>
/// <remarks>All pointers must be aligned to 16 bytes, which kernels copy at once.</remarks>
public sealed record PtxKernel(
    string Name, ProgramItem Item, ImmutableArray<Buffer> Buffers, ImmutableArray<DimSymbol> Sizes, int Threads, ImmutableArray<Dim> Groups, int SharedBytes)
{
    /// <summary>A pointer to a byte for each, between the buffers and the sizes: a launch does nothing where one says so.</summary>
    public ImmutableArray<PtxGuard> Guards { get; init; } = [];

    /// <summary>
    /// For a loop: numbers that its groups should be a multiple of, where there are fewer than would have work. Then a group's work is
    /// always in the same columns of a product, whose factors it has.
    /// </summary>
    public ImmutableArray<Dim> Multiples { get; init; } = [];

    /// <summary>The loop that the kernel runs; its groups must all be on the device at once, and meet at a counter that a pointer behind the guards' points to.</summary>
    public KernelLoop? Loop => Item as KernelLoop;

    /// <summary>What it does, in the words of the program.</summary>
    public string Title => Item switch
    {
        Kernel kernel => kernel.Name,
        KernelLoop loop => $"{loop.Position.Name} < {loop.Length}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>
/// The kernels of a program as one module of LLVM IR for NVPTX. What the device itself gives (its position, barriers, functions) is
/// called by names of the prelude, so that the kernels are plain IR. Reals have 32 bits.
/// </summary>
/// <param name="Kernels">In the program's order.</param>
/// <param name="Ir">The kernels, without a prelude.</param>
public sealed record PtxModule(ImmutableArray<PtxKernel> Kernels, string Ir)
{
    /// <summary>The kernel that one thread runs after a step of a loop with <see cref="KernelLoop.Until"/>: it takes the loop's byte, and the flag of the step.</summary>
    public const string Until = "until";

    /// <summary>The bytes of a launch's arguments before PTX 8.1, by the driver's reference.</summary>
    private const int MostArgumentBytes = 4096;

    /// <summary>What NVPTX kernels call.</summary>
    public static string Prelude { get; } = Resource("device.ll") + Functions;

    /// <summary>Functions that need nothing of a device but fma, sqrt and floor.</summary>
    internal static string Functions => Resource("functions.ll") + Resource("exponential.ll") + Resource("trigonometric.ll");

    /// <exception cref="CudaException">NN0758: a kernel touches more tensors than a launch can pass.</exception>
    public static PtxModule Write(GpuProgram program)
    {
        var (text, kernels, codes) = (new StringBuilder(), ImmutableArray.CreateBuilder<PtxKernel>(), new Dictionary<string, string>());
        foreach (var (item, guards) in Launches(program, program.Program.Items, []))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"k{codes.Count}");
            var (kernel, ir) = item is KernelLoop loop
                ? IrGridLoop.Write(program.Loops[loop], program.Plans, name, guards)
                : IrKernel.Write(program.Plans[(Kernel)item], name, program.Target, guards);
            CheckArguments(kernel);

            // Layers and gates repeat: what differs between their kernels is often nothing but the memory, which a launch passes.
            var code = ir.Replace($"@{name}", "@k", StringComparison.Ordinal);
            if (codes.TryAdd(code, name))
            {
                text.Append(ir);
            }

            kernels.Add(kernel with { Name = codes[code] });
        }

        return new(kernels.ToImmutable(), program.Program.Loops.Any(l => l.Until is not null) ? text + Resource("until.ll") : text.ToString());
    }

    /// <summary>Kernels, and loops that are one, in the program's order, each with the loops around it that may end early.</summary>
    private static IEnumerable<(ProgramItem Item, ImmutableArray<PtxGuard> Guards)> Launches(
        GpuProgram program, ImmutableArray<ProgramItem> items, ImmutableArray<PtxGuard> guards) => items.SelectMany(item => item switch
        {
            Kernel => [(item, guards)],
            KernelLoop loop when program.Loops.ContainsKey(loop) => [(item, guards)],
            KernelLoop loop => Launches(program, loop.Body, loop.Until is null ? guards : guards.Add(new(loop, IsRest: false)))
                .Concat(Launches(program, loop.Rest, guards.Add(new(loop, IsRest: true)))),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private static void CheckArguments(PtxKernel kernel)
    {
        var pointers = kernel.Buffers.Length + kernel.Guards.Length + (kernel.Loop is null ? 0 : 1);
        var most = (MostArgumentBytes - (sizeof(int) * kernel.Sizes.Length)) / sizeof(long);
        if (pointers > most)
        {
            throw CudaErrors.TooManyTensors(kernel.Title, pointers, most);
        }
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
