using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Runtime.Files;
using Nnc.Testing;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>
/// What PyTorch computes for a workload (tests/fixtures/make_fixtures.py), and the parameters and data it computes it from, which
/// both sides draw from the same integer hash.
/// </summary>
internal sealed class TorchFixture
{
    private readonly ImmutableDictionary<string, (int[] Shape, double[] Values)> _arrays;

    public TorchFixture(string name)
    {
        var path = Path.Combine(Snapshot.RepositoryRoot, "tests", "fixtures", name + ".npz");
        var arrays = Npz.Read(path).Value;
        Names = [.. arrays.Select(a => a.Name)];
        _arrays = arrays.ToImmutableDictionary(a => a.Name, a => (a.Tensor.Shape.ToArray(), a.Tensor.ToDoubles()));
    }

    public double this[string name] => _arrays[name].Values[0];

    /// <summary>The names in PyTorch's order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>An array as this language lays it out: dense weights are [in, out] here and [out, in] there.</summary>
    public ReferenceTensor Array(string name)
    {
        var (shape, values) = _arrays[name];
        return name.EndsWith(".weight", StringComparison.Ordinal) && shape.Length == 2
            ? Transposed(shape, values)
            : new ReferenceTensor(ElementType.Real, shape, values);
    }

    /// <summary>The name of one of PyTorch's parameters or statistics in this language.</summary>
    public static string NameOf(string torch, bool isNormalization)
    {
        var (owner, leaf) = (torch[..torch.LastIndexOf('.')], torch[(torch.LastIndexOf('.') + 1)..]);
        var own = leaf switch
        {
            "weight" => isNormalization ? "gamma" : "W",
            "bias" => isNormalization ? "beta" : "b",
            _ => leaf,
        };

        // A list of blocks there is a family of equations here, whose members are named after what they make.
        var parts = owner.Split('.');
        return string.Join('.', parts[0] == "a" ? [parts[0], parts[1], "block", .. parts[2..]] : parts) + "." + own;
    }

    /// <summary>The parameter that is k-th in PyTorch's order, with this language's type.</summary>
    public static ReferenceTensor Parameter(int k, TensorType type, bool isScale)
    {
        int[] shape = [.. type.Shape.Select(d => (int)d.ConstantValue)];
        int[] theirs = shape.Length == 2 ? [shape[1], shape[0]] : shape;
        var count = shape.Aggregate(1, (a, b) => a * b);
        var values = Uniform(100 + k, count);
        var fanIn = (float)Math.Sqrt((float)(count / theirs[0]));
        var scaled = values.Select(u => (double)(shape.Length > 1 ? u / fanIn : isScale ? 1 + u / 4 : u / 8)).ToArray();
        return shape.Length == 2 ? Transposed(theirs, scaled) : new ReferenceTensor(ElementType.Real, shape, scaled);
    }

    public static ReferenceTensor Images(int[] shape) =>
        new(ElementType.Real, shape, [.. Uniform(1, shape.Aggregate(1, (a, b) => a * b)).Select(u => (double)(u * 1.75f))]);

    public static ReferenceTensor Labels(int count) => new(ElementType.Int, [count], [.. Enumerable.Range(0, count).Select(n => (double)(n * 7 % 10))]);

    /// <summary>Values in [−1, 1): splitmix64 of a stream and a position, its top 24 bits scaled.</summary>
    private static float[] Uniform(int stream, int count) => [.. Enumerable.Range(0, count).Select(position =>
    {
        unchecked
        {
            var z = ((ulong)stream << 32) + (ulong)position + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (z >> 40) / (float)(1 << 23) - 1f;
        }
    })];

    private static ReferenceTensor Transposed(int[] shape, double[] values)
    {
        var (rows, columns) = (shape[0], shape[1]);
        return new ReferenceTensor(ElementType.Real, [columns, rows], [.. Enumerable.Range(0, values.Length).Select(k => values[k % rows * columns + k / rows])]);
    }
}
