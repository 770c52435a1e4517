using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ILGPU.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>A project for ILGPU, compiled against the stand-in for it that these tests have, and ready to run.</summary>
internal sealed class EmittedModel
{
    private readonly IlgpuSource _source;
    private readonly Assembly _assembly;
    private readonly string _className;

    private EmittedModel(IlgpuSource source, Assembly assembly, string className) => (_source, _assembly, _className) = (source, assembly, className);

    /// <summary>Compiles what is emitted; fails where it breaks a rule of ILGPU's compiler or does not compile without a warning.</summary>
    public static EmittedModel Compile(IlgpuSource source)
    {
        var files = IlgpuProject.Write(source);
        var className = files[0].Path[..^".csproj".Length];
        var options = new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.Parse);
        var trees = files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal)).Select(f => CSharpSyntaxTree.ParseText(f.Text, options, f.Path, Encoding.UTF8)).ToArray();
        Assert.Empty(trees.SelectMany(IlgpuRules.Violations));
        var rewriter = new BarrierRewriter();
        var runnable = trees.Select(t => t.FilePath.Count(c => c == '.') == 2 ? t.WithRootAndOptions(rewriter.Visit(t.GetRoot()), options) : t)
            .Append(CSharpSyntaxTree.ParseText(Adapter(source, className), options));
        using var stream = new MemoryStream();
        var result = Compilation(className, runnable).Emit(stream);
        Assert.Empty(result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()));
        return new(source, Assembly.Load(stream.ToArray()), className);
    }

    /// <summary>A model on an accelerator.</summary>
    public object Create(Accelerator accelerator, long seed = 0) => Activator.CreateInstance(_assembly.GetType($"Nnc.Compiled.{_className}")!, accelerator, seed)!;

    /// <summary>Calls a method by the function's name; returns all results by name, updates read back from the model.</summary>
    public ImmutableDictionary<string, ReferenceTensor> Call(object model, string function, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        var graph = _source.Functions.First(f => f.Name == function).Graph;
        var arrays = graph.Inputs.Where(i => i.Role == InputRole.Data).Select(i => ToArray(inputs[i.Name])).ToList();
        var results = graph.Outputs.Where(o => o.Role != OutputRole.Update).ToArray();
        var shapes = results.ToDictionary(o => o.Name, o => o.Node.Shape.Select(d => (int)d.Evaluate(s => sizes[s])).ToArray());
        arrays.AddRange(results.Where(r => r.Node.Shape.Rank > 0).Select(r => ToArray(ReferenceTensor.Zeros(r.Node.Element, shapes[r.Name]))));
        var seed = inputs.TryGetValue(TrainingStep.Seed, out var given) ? (long)given.Values[0] : 0;
        var returned = Invoke(_assembly.GetType("Adapter")!, function, model, graph.Symbols.Select(s => sizes[s]).ToArray(), seed, arrays.ToArray());
        var scalars = returned is ITuple tuple ? Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToArray() : [returned];
        var named = ImmutableDictionary.CreateBuilder<string, ReferenceTensor>();
        var (span, scalar) = (graph.Inputs.Count(i => i.Role == InputRole.Data), 0);
        foreach (var result in results)
        {
            var values = result.Node.Shape.Rank > 0 ? Values(arrays[span++]) : [Convert.ToDouble(scalars[scalar++], CultureInfo.InvariantCulture)];
            named.Add(result.Name, new(result.Node.Element, [.. shapes[result.Name]], values));
        }

        foreach (var update in graph.Outputs.Where(o => o.Role == OutputRole.Update))
        {
            named.Add(update.Name, Get(model, update.Updates!, update.Node.Type));
        }

        return named.ToImmutable();
    }

    /// <summary>Gives a model the weights of a safetensors file.</summary>
    public void Load(object model, byte[] file) => Invoke(_assembly.GetType("Adapter")!, "load", model, [], 0, [file]);

    /// <summary>Calls a method of the data's and the sizes' order, unchecked.</summary>
    public object? Call(object model, string function, long[] sizes, params Array[] arrays) => Call(model, function, sizes, 0, arrays);

    public object? Call(object model, string function, long[] sizes, long seed, params Array[] arrays) => Invoke(_assembly.GetType("Adapter")!, function, model, sizes, seed, arrays);

    /// <summary>A parameter, a state or an optimizer's state.</summary>
    public static ReferenceTensor Get(object model, string name, TensorType type) =>
        new(type.Element, [.. type.Shape.Select(d => (int)d.ConstantValue)], (double[])model.GetType().GetMethod("Get")!.Invoke(model, [name])!);

    /// <summary>Gives a parameter, a state or an optimizer's state new values.</summary>
    public static void Set(object model, string name, ReferenceTensor values) => model.GetType().GetMethod("Set")!.Invoke(model, [name, values.Values.ToArray()]);

    private static object? Invoke(Type adapter, string function, object model, long[] sizes, long seed, Array[] arrays)
    {
        try
        {
            return adapter.GetMethod(Names.Pascal(function))!.Invoke(null, [model, sizes, seed, arrays]);
        }
        catch (TargetInvocationException error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error.InnerException!).Throw();
            throw;
        }
    }

    private static CSharpCompilation Compilation(string name, IEnumerable<SyntaxTree> trees)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(p) is "netstandard.dll" or "mscorlib.dll");
        return CSharpCompilation.Create(
            $"{name}-{Guid.NewGuid():N}", trees, [.. platform.Append(typeof(Accelerator).Assembly.Location).Select(p => MetadataReference.CreateFromFile(p))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
    }

    /// <summary>Spans cannot be passed by reflection, arrays can.</summary>
    private static string Adapter(IlgpuSource source, string className)
    {
        var text = new StringBuilder("using Nnc.Compiled;\n\npublic static class Adapter\n{\n");
        foreach (var function in source.Functions)
        {
            var graph = function.Graph;
            var data = graph.Inputs.Where(i => i.Role == InputRole.Data).Select(i => i.Node)
                .Concat(graph.Outputs.Where(o => o.Role != OutputRole.Update && o.Node.Shape.Rank > 0).Select(o => o.Node)).ToArray();
            var takesSeed = !function.IsTraining && graph.Inputs.Any(i => i is { Role: InputRole.Control, Name: TrainingStep.Seed });
            var arguments = graph.Symbols.Select((_, k) => $"sizes[{k}]").Concat(takesSeed ? ["seed"] : [])
                .Concat(data.Select((n, k) => $"({KernelSignature.StoredType(n.Element, source.RealBytes == 4 ? "float" : "double")}[])arrays[{k}]"));
            var call = $"(({className})model).{Names.Pascal(function.Name)}({string.Join(", ", arguments)})";
            var returns = graph.Outputs.Any(o => o.Role != OutputRole.Update && o.Node.Shape.Rank == 0);
            text.Append(CultureInfo.InvariantCulture, $"    public static object? {Names.Pascal(function.Name)}(object model, long[] sizes, long seed, System.Array[] arrays)\n");
            text.Append(returns ? $"        => {call};\n" : $"    {{\n        {call};\n        return null;\n    }}\n");
        }

        text.Append("    public static object? Load(object model, long[] sizes, long seed, System.Array[] arrays)\n    {\n        ((CompiledModel)model).Load((byte[])arrays[0]);\n        return null;\n    }\n");
        return text.Append("}\n").ToString();
    }

    private Array ToArray(ReferenceTensor tensor) => tensor.Element switch
    {
        ElementType.Real when _source.RealBytes == 4 => tensor.Values.Select(v => (float)v).ToArray(),
        ElementType.Real => tensor.Values.ToArray(),
        ElementType.Int => tensor.Values.Select(v => (int)v).ToArray(),
        ElementType.Bool => tensor.Values.Select(v => (byte)v).ToArray(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static double[] Values(Array array) => [.. array.Cast<object>().Select(v => Convert.ToDouble(v, CultureInfo.InvariantCulture))];
}
