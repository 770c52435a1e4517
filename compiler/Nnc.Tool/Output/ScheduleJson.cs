using System.Text.Json.Nodes;
using Nnc.Core.Dimensions;
using Nnc.Graph.Explanation;

namespace Nnc.Tool.Output;

/// <summary>A schedule's report for programs; sizes are numbers where they are known, else formulas.</summary>
internal static class ScheduleJson
{
    public static JsonObject Of(string model, IEnumerable<FunctionReport> reports) => new()
    {
        ["model"] = model,
        ["functions"] = new JsonArray([.. reports.Select(r => (JsonNode)new JsonObject
        {
            ["name"] = r.Name,
            ["recurrences"] = new JsonArray([.. r.Schedule.Recurrences.Select(Of)]),
            ["kernels"] = new JsonArray([.. r.Schedule.Kernels.Select(Of)]),
        })]),
    };

    private static JsonNode Of(RecurrenceReport recurrence) => new JsonObject
    {
        ["number"] = recurrence.Number,
        ["states"] = Texts(recurrence.States),
        ["scope"] = recurrence.Scope,
        ["position"] = recurrence.Position,
        ["reversed"] = recurrence.IsReversed,
        ["length"] = Value(recurrence.Length),
        ["path"] = recurrence.Span?.Source.Path,
        ["line"] = recurrence.Span?.Line,
        ["transformations"] = new JsonArray([.. recurrence.Transformations.Select(Of)]),
    };

    private static JsonNode Of(Transformation transformation)
    {
        var figures = new JsonObject();
        foreach (var figure in transformation.Figures)
        {
            figures[figure.Name] = Value(figure.Value);
        }

        return new JsonObject
        {
            ["number"] = transformation.Number,
            ["name"] = transformation.Name,
            ["verdict"] = ScheduleText.Of(transformation.Verdict),
            ["details"] = Texts(transformation.Details),
            ["figures"] = figures,
        };
    }

    private static JsonNode Of(KernelReport kernel) => new JsonObject
    {
        ["number"] = kernel.Number,
        ["recurrence"] = kernel.Recurrence,
        ["kind"] = kernel.Kind,
        ["stores"] = Texts(kernel.Stores),
        ["points"] = new JsonArray([.. kernel.Points.Select(p => (JsonNode?)Value(p))]),
        ["computes"] = kernel.Fused,
        ["flops"] = Value(kernel.Flops),
        ["tile"] = kernel.Tile,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)JsonValue.Create(t))]);

    private static JsonNode Value(Dim dim) => dim.IsConstant ? JsonValue.Create(dim.ConstantValue) : JsonValue.Create(dim.ToString());
}
