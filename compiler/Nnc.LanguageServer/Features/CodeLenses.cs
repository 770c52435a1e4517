using System.Collections.Immutable;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Explanation;
using Nnc.Graph.Models;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>Above a model its parameters, its work and what can be shown of it; above a layer how often it is used.</summary>
internal static class CodeLenses
{
    public static ImmutableArray<CodeLens> Of(CodeLensParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var model = document.ModelIn(context);
        var calls = model.Tree.Root.DescendantsAndSelf().OfType<CallExpression>()
            .ToLookup(c => model.Names.UseAt(c.Callee.Span.Span.End)?.Symbol.Declaration as LayerDeclaration, ReferenceEqualityComparer.Instance);
        return [.. model.Tree.Root.Declarations.SelectMany(d => d switch
        {
            ModelDeclaration declaration => OfModel(declaration, model, document),
            LayerDeclaration declaration => OfLayer(declaration, model, calls[declaration]),
            _ => [],
        })];
    }

    private static IEnumerable<CodeLens> OfModel(ModelDeclaration declaration, SemanticModel model, Document document)
    {
        // The last one has the options of a train block, if there is one.
        if (model.Check.Models.LastOrDefault(m => m.Name == declaration.Name.Text) is not { } graph)
        {
            yield break;
        }

        var range = LineTable.RangeOf(declaration.Name.Span);
        yield return new(range) { Command = ServerCommands.Make(Size(graph), ServerCommands.ShowSummary, document.Uri, graph.Name) };
        if (graph.Entries.Any(e => e.Training is not null))
        {
            yield return new(range) { Command = ServerCommands.Make("show gradient", ServerCommands.ShowGradient, document.Uri, graph.Name) };
        }

        yield return new(range) { Command = ServerCommands.Make("show schedule", ServerCommands.ShowSchedule, document.Uri, graph.Name) };
    }

    private static string Size(ModelGraph graph)
    {
        var parameters = $"{Number(graph.ParameterCount)} parameters";
        var flops = graph.Entries.Select(e => (e.Name, Flops: FlopCount.Of(e.Inference.Nodes()).Values.Aggregate(Dim.Zero, (sum, f) => sum + f))).ToArray();
        return flops is [var only]
            ? $"{parameters} · {only.Flops} FLOPs"
            : string.Join(" · ", flops.Select(f => $"{f.Name} {f.Flops} FLOPs").Prepend(parameters));
    }

    /// <param name="calls">Where the layer is given its options.</param>
    private static IEnumerable<CodeLens> OfLayer(LayerDeclaration declaration, SemanticModel model, IEnumerable<CallExpression> calls)
    {
        string[] instances = [.. calls.SelectMany(c => model.InstancesAt(c.Span)).Distinct()];
        if (instances.Length > 0)
        {
            var count = instances.SelectMany(model.ParametersOf).DistinctBy(p => p.Name).Sum(p => p.Type.Shape.ElementCount.ConstantValue);
            var title = $"{Number(instances.Length)} {(instances.Length == 1 ? "instance" : "instances")} · {Number(count)} parameters";
            yield return new(LineTable.RangeOf(declaration.Name.Span)) { Command = ServerCommands.Say(title) };
        }
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
