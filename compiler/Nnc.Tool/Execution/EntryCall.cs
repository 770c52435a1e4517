using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>One call of a function on whole arrays, every size taken from them.</summary>
internal sealed record EntryCall(
    ModelGraph Model, IDevice Device, TensorStore Store, ImmutableArray<NamedTensor> Arrays, IReadOnlyDictionary<string, long> GivenSizes, int Seed)
{
    /// <summary>Sizes that hold where none are given.</summary>
    public ImmutableDictionary<string, long> SizeDefaults { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Every output but updates, by name.</summary>
    public ImmutableArray<NamedTensor> Results(GraphFunction function)
    {
        var given = function.Inputs.Where(i => !IsFilled(i)).Select(i => (Input: i, Tensor: ValueOf(i))).ToArray();
        var sizes = Bind(function, given);
        CheckRanges(function, sizes);
        var values = given.ToDictionary(g => g.Input, g => g.Tensor);
        HostTensor[] inputs = [.. function.Inputs.Select(i => values.GetValueOrDefault(i) ?? Filled(i, sizes))];
        var outputs = function.Outputs.Where(o => o.Role != OutputRole.Update).ToArray();
        var results = outputs.Select(o => new NamedTensor(o.Name, Allocate(o.Node, sizes))).ToImmutableArray();
        using var compiled = Device.Compile(function);
        nint[] arguments = [.. inputs.Select(i => i.Address), .. results.Select(r => r.Tensor.Address)];
        compiled.Invoke(arguments, [.. compiled.Symbols.Select(s => sizes[s])]);
        GC.KeepAlive(inputs);
        return results;
    }

    private HostTensor Allocate(Node node, IReadOnlyDictionary<DimSymbol, long> sizes) =>
        new(node.Element.InMemory(Device.Real), [.. node.Shape.Select(d => checked((int)d.Evaluate(s => sizes[s])))]);

    /// <summary>Whether an input is filled with its default.</summary>
    private bool IsFilled(GraphInput input) => input is { Role: InputRole.Data, Default: not null } && Arrays.All(a => a.Name != input.Name);

    private HostTensor Filled(GraphInput input, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        var tensor = Allocate(input.Node, sizes);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor[i] = input.Default!.Value;
        }

        return tensor;
    }

    private HostTensor ValueOf(GraphInput input)
    {
        var element = input.Node.Element.InMemory(Device.Real);
        switch (input.Role)
        {
            case InputRole.Data:
                var array = Arrays.FirstOrDefault(a => a.Name == input.Name)?.Tensor ?? throw new ToolFailure(
                    "NN0553", $"no array is given for input `{input.Name}` ({input.Node.Type})",
                    Arrays.IsEmpty ? "give --inputs FILE.npz" : $"the arrays given are {string.Join(", ", Arrays.Select(a => $"`{a.Name}`"))}");
                return TensorConversion.Convert(element, array, $"`{input.Name}`").OrFail();
            case InputRole.Parameter or InputRole.State or InputRole.OptimizerState:
                return Store.Find(input.Name)!;
            case InputRole.Control:
                return HostTensor.Of(element, [], [input.Name == TrainingStep.Seed ? Seed : 1]);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void CheckRanges(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        foreach (var bound in IndexBounds.Of(function))
        {
            if (Arrays.FirstOrDefault(a => a.Name == bound.Input)?.Tensor is { } array
                && ModelData.RangeOf(bound, new Sizes(null, sizes, [])).Check(array, "the inputs") is { } error)
            {
                throw new ToolFailure(error);
            }
        }
    }

    private IReadOnlyDictionary<DimSymbol, long> Bind(GraphFunction function, (GraphInput Input, HostTensor Tensor)[] inputs)
    {
        var free = new Dictionary<DimSymbol, long>();
        foreach (var symbol in function.FreeDimensions)
        {
            free[symbol] = SizeOf(symbol) ?? throw Undetermined(symbol);
        }

        // A size that only an input filled with its default has is given like a free one.
        var measured = inputs.SelectMany(i => i.Input.Node.Shape).SelectMany(d => d.Symbols()).ToHashSet();
        foreach (var symbol in function.Inputs.Where(IsFilled).SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Where(s => !measured.Contains(s)))
        {
            free[symbol] = SizeOf(symbol) ?? throw Undetermined(symbol);
        }

        var (sizes, error) = SizeSolver.Solve(inputs.Select(i => (i.Input.Name, i.Input.Node.Shape, (IReadOnlyList<int>)i.Tensor.Shape)), free);
        if (error is not null)
        {
            throw new ToolFailure("NN0559", error, "`nnc summary` prints the shapes of the inputs");
        }

        return new Sizes(null, sizes, Model.Constraints).Violated(1) is { } violated ? throw new ToolFailure(violated) : sizes;
    }

    private long? SizeOf(DimSymbol symbol) => GivenSizes.TryGetValue(symbol.Name, out var size) || SizeDefaults.TryGetValue(symbol.Name, out size) ? size : null;

    private static ToolFailure Undetermined(DimSymbol symbol) =>
        new("NN0716", $"no input determines the size of `{symbol.Name}`", $"give --dim {symbol.Name}=SIZE");
}
