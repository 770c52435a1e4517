using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>The part of a manifest that says how one function is called.</summary>
internal sealed class PtxFunctionManifest
{
    private readonly PtxFunction _function;
    private readonly KernelProgram _program;
    private readonly Dictionary<DimSymbol, string> _names = [];
    private readonly ImmutableArray<Buffer> _constants;
    private readonly ImmutableArray<Buffer> _buffers;
    private readonly ImmutableArray<KernelLoop> _flags;
    private readonly Dictionary<ProgramItem, PtxKernel> _kernels;

    public PtxFunctionManifest(PtxFunction function)
    {
        (_function, _program) = (function, function.Program.Program);
        foreach (var symbol in _program.Source.Symbols.Concat(_program.Loops.Select(l => l.Position)))
        {
            _names.TryAdd(symbol, Unique(symbol.Name));
        }

        _kernels = function.Module.Kernels.ToDictionary(k => k.Item, (IEqualityComparer<ProgramItem>)ReferenceEqualityComparer.Instance);
        _flags = [.. _program.Loops.Where(l => l.Until is not null || _kernels.ContainsKey(l))];
        _buffers = [.. function.Module.Kernels.SelectMany(k => k.Buffers).Concat(_flags.Where(l => l.Until is not null).Select(l => Storage.Owner(l.Until!))).Distinct()];
        _constants = [.. _buffers.Where(b => b.Place == BufferPlace.Constant)];
    }

    public JsonObject Write() => new()
    {
        ["name"] = _function.Name,
        ["kind"] = _function.Stage is null ? "inference" : "training_step",
        ["modules"] = new JsonObject(_function.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["sizes"] = new JsonArray([.. _program.Source.Symbols.Select(s => new JsonObject { ["name"] = _names[s], ["least"] = s.Minimum })]),
        ["arguments"] = new JsonArray([.. Arguments()]),
        ["flops"] = Formula(_function.Flops),
        ["workspace_bytes"] = Formula(_program.WorkspaceBytes),
        ["flags"] = _flags.Length,
        ["constants"] = new JsonArray([.. _constants.Select(c => new JsonObject
        {
            ["type"] = TypeOf(c.Element),
            ["values"] = new JsonArray([.. c.ConstantValues.Select(v => Number(c.Element, v))]),
        })]),
        ["buffers"] = new JsonArray([.. _buffers.Select(b => b.Place switch
        {
            BufferPlace.Argument => new JsonObject { ["argument"] = b.ArgumentIndex },
            BufferPlace.Workspace => new JsonObject { ["workspace"] = Formula(_program.WorkspaceOffsets[b]) },
            BufferPlace.Constant => new JsonObject { ["constant"] = _constants.IndexOf(b) },
            _ => throw new UnreachableException(),
        })]),
        ["items"] = Items(_program.Items),
    };

    private string Unique(string name)
    {
        var unique = name;
        for (var k = 2; _names.ContainsValue(unique); k++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{k}");
        }

        return unique;
    }

    private string Formula(Dim size) => SizeText.Formula(size, s => _names[s]);

    private IEnumerable<JsonObject> Arguments()
    {
        var source = _program.Source;
        var updated = source.Outputs.Where(o => o.Role == OutputRole.Update).Select(o => o.Updates).ToHashSet();
        var bounds = IndexBounds.Of(source).ToLookup(b => b.Input);
        foreach (var input in source.Inputs)
        {
            var argument = Argument(input.Name, RoleOf(input), updated.Contains(input.Name) ? "inout" : "in", input.Node);
            if (input.Role == InputRole.OptimizerState)
            {
                argument["start"] = StartOf(input.Name);
            }

            if (bounds.Contains(input.Name))
            {
                argument["range"] = new JsonArray([.. bounds[input.Name].Select(b => new JsonObject { ["least"] = -b.Offset, ["below"] = Formula(b.Size - Dim.Constant(b.Offset)) })]);
            }

            yield return argument;
        }

        foreach (var output in source.Outputs.Where(o => o.Role != OutputRole.Update))
        {
            yield return Argument(output.Name, output.Role.ToString().ToLowerInvariant(), "out", output.Node);
        }
    }

    private JsonObject Argument(string name, string role, string direction, Node node) => new()
    {
        ["name"] = name,
        ["role"] = role,
        ["direction"] = direction,
        ["type"] = TypeOf(node.Element),
        ["shape"] = new JsonArray([.. node.Shape.Select(d => (JsonNode)Formula(d))]),
    };

    /// <summary>The first value of what an optimizer keeps; its name may have the stage's before it.</summary>
    private double StartOf(string input) =>
        _function.Stage!.Optimizer.States.First(s => $"/{input}".Contains($"/optimizer/{s.Name}/", StringComparison.Ordinal)).Start;

    private static string RoleOf(GraphInput input) => input.Role switch
    {
        InputRole.Data => "data",
        InputRole.Parameter => "parameter",
        InputRole.State => "state",
        InputRole.OptimizerState => "optimizer",
        InputRole.Control => input.Name switch
        {
            TrainingStep.Seed => "seed",
            TrainingStep.Step => "step",
            TrainingStep.RateFactor => "rate_factor",
            _ => throw new UnreachableException(),
        },
        _ => throw new UnreachableException(),
    };

    private static string TypeOf(ElementType element) => element switch
    {
        ElementType.Real => "f32",
        ElementType.Int => "i32",
        ElementType.Bool => "u8",
        _ => throw new UnreachableException(),
    };

    /// <summary>A value of a constant; those that JSON has no numbers for are words.</summary>
    private static JsonNode Number(ElementType element, double value) =>
        element != ElementType.Real ? (long)value : double.IsFinite(value) ? (JsonNode)(float)value : value.ToString(CultureInfo.InvariantCulture);

    private JsonArray Items(ImmutableArray<ProgramItem> items) => new([.. items.Select(item => item switch
    {
        Kernel kernel => Launch(kernel),
        KernelLoop loop when _kernels.TryGetValue(loop, out var kernel) => LaunchTogether(kernel),
        KernelLoop loop => Loop(loop),
        _ => throw new UnreachableException(),
    })]);

    private JsonObject Launch(Kernel kernel)
    {
        var launch = Describe(_kernels[kernel], Formula(_kernels[kernel].Groups[0]));
        if (!kernel.Conditions.IsEmpty)
        {
            launch["when"] = new JsonArray([.. kernel.Conditions.Select(c => new JsonObject { ["size"] = Formula(c.Size), [c.IsBelow ? "below" : "at_least"] = c.Limit })]);
        }

        return launch;
    }

    private JsonObject LaunchTogether(PtxKernel kernel)
    {
        var launch = Describe(kernel, Formulas(kernel.Groups));
        launch["multiples"] = Formulas(kernel.Multiples);
        return launch;

        JsonArray Formulas(ImmutableArray<Dim> sizes) => new([.. sizes.Select(g => (JsonNode)Formula(g))]);
    }

    /// <param name="groups">A formula, or for a loop those of all kernels in it.</param>
    private JsonObject Describe(PtxKernel kernel, JsonNode groups) => new()
    {
        ["kernel"] = kernel.Name,
        ["what"] = kernel.Title,
        ["threads"] = kernel.Threads,
        [kernel.Loop is null ? "groups" : "together"] = groups,
        ["shared_bytes"] = kernel.SharedBytes,
        ["buffers"] = new JsonArray([.. kernel.Buffers.Select(b => (JsonNode)_buffers.IndexOf(b))]),
        ["flags"] = new JsonArray([.. kernel.Guards.Select(g => g.Loop).Concat(kernel.Loop is { } loop ? [loop] : []).Select(l => (JsonNode)FlagOf(l))]),
        ["sizes"] = new JsonArray([.. kernel.Sizes.Select(s => (JsonNode)_names[s])]),
    };

    private JsonObject Loop(KernelLoop loop)
    {
        var written = new JsonObject
        {
            ["loop"] = _names[loop.Position],
            ["first"] = Formula(loop.First),
            ["steps"] = Formula(loop.Length),
            ["reversed"] = loop.IsReversed,
            ["body"] = Items(loop.Body),
        };
        if (loop.Until is { } until)
        {
            written["until"] = new JsonObject { ["flag"] = FlagOf(loop), ["buffer"] = _buffers.IndexOf(Storage.Owner(until)), ["offset"] = Formula(until.Origin) };
            written["rest"] = Items(loop.Rest);
        }

        return written;
    }

    private int FlagOf(KernelLoop loop) => Enumerable.Range(0, _flags.Length).First(k => ReferenceEquals(_flags[k], loop));
}
