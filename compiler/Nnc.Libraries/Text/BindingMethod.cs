using System.Globalization;
using System.Text;
using Nnc.Core.Dimensions;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries.Text;

/// <summary>A method of the bindings: spans and sizes in, scalars returned.</summary>
internal sealed class BindingMethod
{
    private readonly LibraryInterface _library;
    private readonly InterfaceFunction _function;
    private readonly string[] _dims;
    private readonly Dictionary<FunctionArgument, string> _names = [];
    private readonly StringBuilder _text = new();

    public BindingMethod(LibraryInterface library, InterfaceFunction function)
    {
        (_library, _function) = (library, function);
        var names = new MemberNames("sizes", "bytes", "pool", "seed");
        _dims = [.. function.Dims.Select(d => CSharpNames.Camel(names.Of(CSharpNames.Camel(library.Dims[d.Field].Member))))];
        foreach (var argument in function.Arguments)
        {
            _names.Add(argument, CSharpNames.Camel(names.Of(CSharpNames.Camel(argument.Name).TrimStart('@'))));
        }
    }

    private bool IsTraining => _function.Kind == FunctionKind.TrainingStep;

    private string Name => CSharpNames.Pascal(_function.Name);

    private IEnumerable<FunctionArgument> Scalars => _function.Arguments.Where(a => a.MayBeNull);

    private IEnumerable<FunctionArgument> Spans => _function.Arguments.Where(a => !a.MayBeNull);

    public override string ToString()
    {
        _text.Clear();
        WriteHead();
        WriteSizes();
        WriteCall();
        var scalars = Scalars.ToArray();
        return _text
            .Append(scalars.Length switch { 0 => "", 1 => $"\n        return {Local(scalars[0])};\n", _ => $"\n        return ({string.Join(", ", scalars.Select(Local))});\n" })
            .Append("    }\n")
            .ToString();
    }

    private void WriteHead()
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n    /// <summary>{(IsTraining ? "One training step: forward, backward and the optimizer's update." : "Leaves the parameters as they are.")}</summary>\n");
        foreach (var (dim, name) in _function.Dims.Zip(_dims))
        {
            Document(name, $"The size {dim.Symbol}.");
        }

        if (_function.TakesSeed)
        {
            Document("seed", "The seed of random draws.");
        }

        foreach (var argument in Spans)
        {
            Document(_names[argument], $"{CTypes.Shape(argument.Node.Shape)}{(argument.IsResult ? ", written" : "")}.");
        }

        var results = Scalars.Select(a => (Type: TypeOf(a), Name: CSharpNames.Pascal(a.Name))).ToArray();
        var returned = results.Length switch { 0 => "void", 1 => results[0].Type, _ => $"({string.Join(", ", results.Select(r => $"{r.Type} {r.Name}"))})" };
        var parameters = _dims.Select(d => $"long {d}")
            .Concat(_function.TakesSeed ? ["long seed"] : [])
            .Concat(Spans.Select(a => $"{(a.IsResult ? "" : "ReadOnly")}Span<{TypeOf(a)}> {_names[a]}"));
        _text.Append(CultureInfo.InvariantCulture, $"    public {returned} {Name}({string.Join(", ", parameters)})\n    {{\n");
    }

    private void Document(string name, string text) =>
        _text.Append(CultureInfo.InvariantCulture, $"    /// <param name=\"{name.TrimStart('@')}\">{CSharpNames.Documentation(text)}</param>\n");

    private void WriteSizes()
    {
        _text.Append(CultureInfo.InvariantCulture, $"        var sizes = stackalloc long[{Math.Max(1, _library.Dims.Length)}];\n");
        foreach (var (dim, name) in _function.Dims.Zip(_dims))
        {
            _text.Append(CultureInfo.InvariantCulture, $"        sizes[{dim.Field}] = {name};\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"        nuint bytes;\n        Check(Native.{Name}Workspace(sizes, &bytes));\n        Reserve(bytes);\n");
        foreach (var argument in Spans)
        {
            _text.Append(CultureInfo.InvariantCulture, $"        Require({_names[argument]}.Length, checked({DimExpression.Of(argument.Node.Shape.ElementCount, SizeOf)}), \"{argument.Name}\");\n");
        }
    }

    private void WriteCall()
    {
        foreach (var scalar in Scalars)
        {
            _text.Append(CultureInfo.InvariantCulture, $"        {TypeOf(scalar)} {Local(scalar)} = default;\n");
        }

        foreach (var argument in Spans)
        {
            _text.Append(CultureInfo.InvariantCulture, $"        fixed ({TypeOf(argument)}* {Local(argument)} = {_names[argument]})\n");
        }

        string[] passed =
        [
            "_params", .. IsTraining ? ["_optimizer"] : Array.Empty<string>(), "sizes", .. _function.TakesSeed ? ["seed"] : Array.Empty<string>(),
            .. _function.Arguments.Select(a => a.MayBeNull ? $"&{Local(a)}" : Local(a)), "_workspace", "_workspaceBytes", "Threads > 1 ? &pool : null",
        ];
        _text.Append(CultureInfo.InvariantCulture, $$"""
                    {
                        var pool = new Pool { Context = (nint)Threads, Run = &RunPieces };
                        Check(Native.{{Name}}({{string.Join(", ", passed)}}));
                    }

            """);
    }

    private string SizeOf(DimSymbol symbol) => _dims[_function.Dims.IndexOf(_function.Dims.First(d => d.Symbol == symbol))];

    private string TypeOf(FunctionArgument argument) => CSharpNames.TypeOf(argument.Node.Element, _library.RealBytes);

    private static string Local(FunctionArgument argument) => $"p_{argument.Name}";
}
