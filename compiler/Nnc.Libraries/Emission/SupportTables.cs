using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Nnc.Backends.Llvm;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Libraries.Interface;
using Nnc.Libraries.Text;

namespace Nnc.Libraries.Emission;

/// <summary>A model's tables as constants of LLVM IR. Each structure is laid out as Support/support.h declares it.</summary>
internal sealed class SupportTables(LibraryInterface library, IrConstants constants)
{
    private const string
        Tensor = "{ ptr, ptr, ptr, i64, i64, i64, i64, double, double, i64, i32, i32, i32, i32 }",
        Dimension = "{ i64, i64, i32, i32 }",
        Constraint = "{ ptr, i32, i32 }",
        Given = "{ i32, i32 }",
        Bound = "{ ptr, ptr, i64, i32, i32 }",
        Argument = "{ i64, i64 }",
        Code = "{ ptr, ptr }",
        Function = "{ ptr, ptr, ptr, ptr, ptr, ptr, i64, i64, i64, i64, i64 }",
        Block = "{ ptr, i64, i64 }",
        ModelType = $"{{ i64, ptr, i64, {Block}, {Block}, ptr, i64, i64, i64, ptr, i64 }}";

    /// <summary>The bytes that orthogonal starts take while they are made.</summary>
    public static long InitWorkspace(LibraryInterface library) => library.Params.Tensors
        .Where(t => t.Start is OrthogonalInitializer)
        .Select(t => (t.Count * sizeof(double)) + 63)
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>The length of the weights as a file.</summary>
    public static long WeightsBytes(LibraryInterface library) => WeightsHeader(library).Length + library.Params.Tensors.Sum(t => t.Bytes);

    /// <param name="levels">The levels of processors, best first.</param>
    public string Model(ImmutableArray<int> levels)
    {
        var header = WeightsHeader(library);
        var levelTable = constants.Array("i32", [.. levels.Select(Number)]);
        var messages = constants.Array("ptr", [.. library.Messages.Select(constants.String)]);
        return constants.Structure(ModelType, $"{{ i64 {Number((long)library.Abi)}, ptr {levelTable}, i64 {levels.Length}, "
            + $"{Block} {TableOf(library.Params)}, {Block} {(library.Optimizer is { } optimizer ? TableOf(optimizer) : "zeroinitializer")}, "
            + $"ptr {constants.Bytes(header)}, i64 {header.Length}, i64 {Number(InitWorkspace(library))}, i64 {library.RealBytes}, "
            + $"ptr {messages}, i64 {library.Messages.Length} }}");
    }

    /// <summary>The texts of the statuses that all libraries have.</summary>
    public string GeneralMessages() => constants.Array("ptr", [.. Statuses.General.Select(s => constants.String(s.Message))]);

    /// <param name="codes">The function's code for each level.</param>
    public string FunctionTable(InterfaceFunction function, ImmutableArray<ObjectModule> codes)
    {
        ImmutableArray<DimSymbol> symbols = [.. function.Dims.Select(d => d.Symbol)];
        var arguments = constants.Array(Argument, [.. Sources(function).Select(s => $"{{ i64 {s.Source}, i64 {Number(s.Position)} }}")]);
        var dims = constants.Array(Dimension, [.. function.Dims.Select(d => $"{{ i64 {d.Field}, i64 {Number(d.Symbol.Minimum)}, i32 {d.TooSmall}, i32 {d.TooLarge} }}")]);
        var constraints = constants.Array(Constraint, [.. function.Constraints.Select(c =>
            $"{{ ptr {Program(c.Constraint.Holds)}, i32 {(c.Constraint.Kind == ConstraintKind.Zero ? 1 : 0)}, i32 {c.Status} }}")]);
        var givens = constants.Array(Given, [.. function.Arguments.Select(a => $"{{ i32 {(a.MayBeNull ? 1 : 0)}, i32 {a.Status} }}")]);
        var bounds = constants.Array(Bound, [.. function.Bounds.Select(b =>
            $"{{ ptr {Program(b.Bound.Size)}, ptr {Program(function.Arguments[b.Argument].Node.Shape.ElementCount)}, i64 {Number(b.Bound.Offset)}, i32 {b.Argument}, i32 {b.Status} }}")]);
        var code = constants.Array(Code, [.. codes.Select(c => $"{{ ptr @{c.EntryPoint}, ptr {Program(c.WorkspaceBytes)} }}")]);
        return constants.Structure(Function, $"{{ ptr {arguments}, ptr {dims}, ptr {constraints}, ptr {givens}, ptr {bounds}, ptr {code}, "
            + $"i64 {Sources(function).Count()}, i64 {function.Dims.Length}, i64 {function.Constraints.Length}, i64 {function.Arguments.Length}, i64 {function.Bounds.Length} }}");

        string Program(Dim size) => constants.Words(DimProgram.Of(size, symbols));
    }

    /// <summary>Where each pointer comes from that the kernels take: inputs in the graph's order, then results.</summary>
    private IEnumerable<(int Source, long Position)> Sources(InterfaceFunction function)
    {
        const int Params = 0, Optimizer = 1, Caller = 2, Seed = 3, Step = 4, Rate = 5;
        var next = 0;
        foreach (var input in function.Graph.Inputs)
        {
            yield return input.Role switch
            {
                InputRole.Data => (Caller, next++),
                InputRole.Parameter or InputRole.State => (Params, OffsetIn(library.Params, input.Name)),
                InputRole.OptimizerState => (Optimizer, OffsetIn(library.Optimizer!, input.Name)),
                InputRole.Control => input.Name switch
                {
                    TrainingStep.Seed => (Seed, 0L),
                    TrainingStep.Step => (Step, 0L),
                    TrainingStep.RateFactor => (Rate, 0L),
                    _ => throw new UnreachableException(),
                },
                _ => throw new UnreachableException(),
            };
        }

        foreach (var _ in function.Graph.Outputs.Where(o => o.Role != OutputRole.Update))
        {
            yield return (Caller, next++);
        }
    }

    private static long OffsetIn(InterfaceBlock block, string tensor) => block.Tensors.First(t => t.Name == tensor).Offset;

    private string TableOf(InterfaceBlock block) =>
        $"{{ ptr {constants.Array(Tensor, [.. block.Tensors.Select(TableOf)])}, i64 {block.Tensors.Length}, i64 {Number(block.Bytes)} }}";

    private string TableOf(InterfaceTensor tensor)
    {
        var (start, first, second) = Start(tensor.Start);
        var values = tensor.Start is ValuesInitializer given ? constants.Doubles(given.Values) : "null";
        var element = tensor.Element switch
        {
            ElementType.Real => library.RealBytes == 4 ? 0 : 1,
            ElementType.Int => 2,
            ElementType.Bool => 3,
            _ => throw new UnreachableException(),
        };
        return $"{{ ptr {constants.String(tensor.Name)}, ptr {constants.Words(tensor.Shape)}, ptr {values}, i64 {tensor.Shape.Length}, i64 {Number(tensor.Count)}, "
            + $"i64 {Number(tensor.Bytes)}, i64 {Number(tensor.Offset)}, double {IrConstants.Double(first)}, double {IrConstants.Double(second)}, "
            + $"i64 {Number((long)StreamOf(tensor.Name))}, i32 {element}, i32 {start}, i32 {tensor.Status}, i32 0 }}";
    }

    private static (int Start, double First, double Second) Start(Initializer initializer) => initializer switch
    {
        ConstantInitializer c => (0, c.Value, 0),
        ValuesInitializer => (1, 0, 0),
        UniformInitializer u => (2, u.Low, u.High),
        NormalInitializer n => (3, n.Mean, n.StandardDeviation),
        OrthogonalInitializer o => (4, o.Gain, 0),
        IdentityInitializer i => (5, i.Gain, 0),
        _ => throw new UnreachableException(),
    };

    /// <summary>FNV-1a over the name's UTF-8 bytes: the stream of random numbers that the runtime gives a tensor of this name.</summary>
    private static ulong StreamOf(string name) =>
        Encoding.UTF8.GetBytes(name).Aggregate(0xCBF29CE484222325, (hash, value) => (hash ^ value) * 0x100000001B3);

    /// <summary>What a weights file begins with: the header's length, and the header padded to 8 bytes.</summary>
    private static byte[] WeightsHeader(LibraryInterface library)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "nnc");
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in library.Params.Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", CTypes.FileType(tensor.Element, library.RealBytes));
                json.WritePropertyName("shape");
                JsonSerializer.Serialize(json, tensor.Shape);
                json.WritePropertyName("data_offsets");
                JsonSerializer.Serialize(json, (long[])[offset, offset += tensor.Bytes]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write("       "u8[..(int)((8 - (buffer.Length % 8)) % 8)]);
        var bytes = buffer.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
        return bytes;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
