using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Nnc.Backends.Llvm;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Libraries.Text;

namespace Nnc.Libraries.Interface;

/// <summary>Lays out blocks, names arguments and numbers statuses.</summary>
public sealed class InterfaceBuilder
{
    private static readonly string[] _parameterNames = ["params", "optimizer", "dims", "seed", "workspace", "workspace_bytes", "parallel"];

    private readonly LibrarySource _source;
    private readonly int _realBytes;
    private readonly StatusTable _statuses = new();
    private readonly List<InterfaceDim> _dims = [];
    private readonly MemberNames _dimNames = new();

    private InterfaceBuilder(LibrarySource source, int realBytes) => (_source, _realBytes) = (source, realBytes);

    /// <param name="realBytes">4 for f32, 8 for f64.</param>
    public static LibraryInterface Build(LibrarySource source, int realBytes) => new InterfaceBuilder(source, realBytes).Build();

    private LibraryInterface Build()
    {
        var functions = _source.Functions.Select(f => Function(f.Name, FunctionKind.Inference, f.Graph))
            .Concat(_source.Stages.Select(s => Function(s.Name, FunctionKind.TrainingStep, s.Step)))
            .ToImmutableArray();
        var model = _source.Model;
        var weights = model.Parameters.Select(p => (p.Name, p.Type, p.Initializer, Role: InputRole.Parameter))
            .Concat(model.States.Select(s => (s.Name, s.Type, s.Initializer, Role: InputRole.State)));
        var result = new LibraryInterface(_source.Name, model, _realBytes)
        {
            Functions = functions,
            Params = Block(weights, isFile: true),
            Optimizer = _source.Stages.IsEmpty ? null : Block(OptimizerStates(), isFile: false),
            Dims = [.. _dims],
        };
        result = result with { Messages = _statuses.Messages };
        return result with { Abi = AbiOf(result) };
    }

    /// <summary>The header tells all that a caller is compiled against.</summary>
    private static ulong AbiOf(LibraryInterface library)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(HeaderWriter.Write(library)));
        return ((ulong)LibraryInterface.AbiVersion << 48) | (BitConverter.ToUInt64(hash) & 0xFFFF_FFFF_FFFF);
    }

    private IEnumerable<(string Name, TensorType Type, Initializer Start, InputRole Role)> OptimizerStates()
    {
        var seen = new HashSet<string>();
        foreach (var (_, stage, step) in _source.Stages)
        {
            foreach (var input in step.Inputs.Where(i => i.Role == InputRole.OptimizerState && seen.Add(i.Name)))
            {
                var start = stage.Optimizer.States.First(s => input.Name.Contains($"optimizer/{s.Name}/", StringComparison.Ordinal)).Start;
                yield return (input.Name, input.Node.Type, new ConstantInitializer(start), InputRole.OptimizerState);
            }
        }
    }

    private InterfaceBlock Block(IEnumerable<(string Name, TensorType Type, Initializer Start, InputRole Role)> tensors, bool isFile)
    {
        var names = new MemberNames("abi", "step", "seed", "rate_factor", "reserved");
        var placed = ImmutableArray.CreateBuilder<InterfaceTensor>();
        long offset = InterfaceBlock.HeadBytes;
        foreach (var (name, type, start, role) in tensors)
        {
            var shape = type.Shape.Select(d => d.ConstantValue).ToImmutableArray();
            var bytes = shape.Aggregate(1L, (product, size) => product * size) * BytesOf(type.Element);
            var status = isFile ? FileStatuses(name, shape) : 0;
            placed.Add(new(name, names.Of(name.Replace("optimizer/", "", StringComparison.Ordinal)), type.Element, shape, start, role, offset, bytes, status));
            offset = (offset + bytes + InterfaceBlock.Alignment - 1) / InterfaceBlock.Alignment * InterfaceBlock.Alignment;
        }

        return new(placed.ToImmutable(), offset);
    }

    private int FileStatuses(string name, ImmutableArray<long> shape) => _statuses.OfFour(
        $"the weights lack `{name}`",
        $"`{name}` has another shape in the weights than [{string.Join(", ", shape)}]",
        $"`{name}` has another element type in the weights",
        $"`{name}` holds a NaN or an infinity in the weights");

    private long BytesOf(ElementType element) => new Nnc.Graph.Kernels.KernelProgramOptions(_realBytes).Bytes(element);

    private InterfaceFunction Function(string name, FunctionKind kind, GraphFunction graph)
    {
        var arguments = Arguments(graph);
        var symbols = LlvmObjects.SymbolsOf(graph);
        return new InterfaceFunction(name, kind, graph)
        {
            Arguments = arguments,
            Dims = Dims(symbols),
            Constraints = [.. _source.Model.Constraints
                .Where(c => c.Holds.Symbols().All(symbols.Contains) && !c.Holds.IsConstant)
                .Select(c => new FunctionConstraint(c, _statuses.Of(c.Message)))],
            Bounds = [.. IndexBounds.Of(graph).Select(b => Bound(b, arguments))],
        };
    }

    private ImmutableArray<FunctionArgument> Arguments(GraphFunction graph)
    {
        var names = new MemberNames(_parameterNames);
        var data = graph.Inputs.Where(i => i.Role == InputRole.Data).Select(i => Argument(i.Name, i.Node, isResult: false));
        var results = graph.Outputs.Where(o => o.Role != OutputRole.Update).Select(o => Argument(o.Name, o.Node, isResult: true));
        return [.. data.Concat(results)];

        FunctionArgument Argument(string source, Node node, bool isResult)
        {
            // `main.loss` is the loss of the model's own inputs, which has no other name.
            var plain = source.StartsWith("main.", StringComparison.Ordinal) ? source["main.".Length..] : source;
            return new(names.Of(plain), source, node, isResult, isResult && node.Shape.Rank == 0, _statuses.Of($"`{plain}` is NULL"));
        }
    }

    private ImmutableArray<FunctionDim> Dims(ImmutableArray<DimSymbol> symbols)
    {
        var dims = ImmutableArray.CreateBuilder<FunctionDim>();
        var used = new HashSet<int>();
        foreach (var symbol in symbols)
        {
            // Entries share a field by name; two of one function that are named alike have one each.
            var field = Enumerable.Range(0, _dims.Count).FirstOrDefault(k => _dims[k].Symbol == symbol.Name && !used.Contains(k), _dims.Count);
            if (field == _dims.Count)
            {
                _dims.Add(new(symbol.Name, _dimNames.Of(symbol.Name)));
            }

            used.Add(field);
            var small = _statuses.Of(string.Create(CultureInfo.InvariantCulture, $"`{symbol.Name}` must be at least {symbol.Minimum}"));
            dims.Add(new(symbol, field, small, _statuses.Of($"`{symbol.Name}` must be less than 2^31")));
        }

        return dims.ToImmutable();
    }

    private FunctionBound Bound(IndexBound bound, ImmutableArray<FunctionArgument> arguments)
    {
        var position = arguments.IndexOf(arguments.First(a => !a.IsResult && a.SourceName == bound.Input));
        var end = bound.Size - Dim.Constant(1 + bound.Offset);
        var range = end.IsConstant
            ? string.Create(CultureInfo.InvariantCulture, $"{-bound.Offset} to {end.ConstantValue}")
            : string.Create(CultureInfo.InvariantCulture, $"{-bound.Offset} to {end}");
        return new(bound, position, _statuses.Of($"`{bound.Input}` holds a value that is not in {range}"));
    }
}
