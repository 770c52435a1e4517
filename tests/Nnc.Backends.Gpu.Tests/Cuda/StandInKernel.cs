using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Core.Dimensions;
using Buffer = Nnc.Graph.Kernels.Buffer;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>A kernel as its text says, so that a launch passes what the kernel takes: pointers first, then integers of four bytes.</summary>
internal sealed partial record StandInKernel(PtxKernel Kernel)
{
    /// <summary>Which pointer is the counter of the grid's barrier, the last one; null where groups do not wait for each other.</summary>
    public int? Barrier { get; private init; }

    /// <summary>What a group shares in arrays of the kernel's own, in bytes.</summary>
    public int OwnBytes { get; private init; }

    /// <summary>The kernels of a module.</summary>
    public static ImmutableArray<StandInKernel> Parse(string ir)
    {
        var arrays = Array().Matches(ir).ToLookup(
            m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture) * (m.Groups[3].Value == "i8" ? 1 : 4));
        return [.. Definition().Matches(ir).Select(m => Of(m.Groups[1].Value, m.Groups[2].Value) with { OwnBytes = arrays[m.Groups[1].Value].Sum() })];
    }

    /// <summary>The values of a launch, by the addresses of its arguments.</summary>
    public unsafe (nint[] Pointers, int[] Sizes) Read(nint* arguments)
    {
        var (pointers, sizes) = (new nint[Kernel.Buffers.Length], new int[Kernel.Sizes.Length]);
        for (var k = 0; k < pointers.Length; k++)
        {
            pointers[k] = *(nint*)arguments[k];
        }

        for (var k = 0; k < sizes.Length; k++)
        {
            sizes[k] = *(int*)arguments[pointers.Length + k];
        }

        return (pointers, sizes);
    }

    private static StandInKernel Of(string name, string parameters)
    {
        var types = parameters.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(' ')[0]).ToArray();
        var pointers = types.TakeWhile(t => t == "ptr").Count();
        if (types.Skip(pointers).Any(t => t != "i32"))
        {
            throw new InvalidOperationException($"`{name}` takes {parameters}");
        }

        // Only how many there are matters to a launch.
        return new(new PtxKernel(name, null!, [.. new Buffer[pointers]], [.. new DimSymbol[types.Length - pointers]], 0, [Dim.One], 0))
        {
            Barrier = parameters.Contains(" %barrier", StringComparison.Ordinal) ? pointers - 1 : null,
        };
    }

    [GeneratedRegex(@"^@(\w+)\.\S+ = internal addrspace\(3\) global \[([0-9]+) x (\w+)\]", RegexOptions.Multiline)]
    private static partial Regex Array();

    [GeneratedRegex(@"^define ptx_kernel void @([^(\s]+)\((.*)\) \{$", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
