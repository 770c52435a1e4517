using System.Collections.Immutable;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>An argument that lies in the pool during a call, because it does not stay on the device.</summary>
internal readonly record struct PassedArgument(int Argument, long Offset, long Bytes);

/// <summary>Where the pool holds what a call passes: inputs first, then outputs, then the workspace. A slot of the host has the same places.</summary>
/// <param name="Returned">The inputs that the call overwrites.</param>
/// <param name="InputBytes">From the start to the first output.</param>
/// <param name="ArgumentBytes">From the start to the workspace.</param>
internal sealed record CudaLayout(
    ImmutableArray<PassedArgument> Inputs, ImmutableArray<PassedArgument> Outputs, ImmutableArray<PassedArgument> Returned, long InputBytes, long ArgumentBytes, long TotalBytes)
{
    private const long Alignment = 256;

    /// <param name="isPassed">Whether an argument goes through the pool.</param>
    /// <param name="bytes">The size of an argument.</param>
    public static CudaLayout Of(int inputs, int arguments, IReadOnlySet<int> updated, Func<int, bool> isPassed, Func<int, long> bytes, long workspace)
    {
        var next = 0L;
        var passed = Place(0, inputs);
        var inputBytes = next;
        var results = Place(inputs, arguments);
        return new(passed, results, [.. passed.Where(p => updated.Contains(p.Argument))], inputBytes, next, next + workspace);

        ImmutableArray<PassedArgument> Place(int first, int end)
        {
            var placed = ImmutableArray.CreateBuilder<PassedArgument>();
            for (var k = first; k < end; k++)
            {
                if (isPassed(k))
                {
                    placed.Add(new(k, next, bytes(k)));
                    next += (bytes(k) + Alignment - 1) / Alignment * Alignment;
                }
            }

            return placed.ToImmutable();
        }
    }
}
