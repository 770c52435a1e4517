using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Models;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A function of a model as kernels.</summary>
/// <param name="Flops">The floating-point operations of the contractions of a call, as the model says them.</param>
/// <param name="Stage">For a training step: its stage, whose optimizer says how its states start.</param>
/// <param name="Files">The file with its PTX for each processor.</param>
public sealed record PtxFunction(string Name, GpuProgram Program, PtxModule Module, Dim Flops, StageSpec? Stage, ImmutableSortedDictionary<string, string> Files);

/// <summary>
/// Says for programs to read what they must do with a model's kernels: memory, launches in their order, loops. Sizes are formulas of
/// the names that stand under <c>sizes</c> and of loops, with <c>+ - *</c> and <c>floor_div(a, b)</c>.
/// </summary>
public static class PtxManifest
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions _options = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="weights">The file of weights; null where none is written.</param>
    public static string Write(string name, ModelGraph model, ImmutableArray<PtxFunction> functions, string? weights)
    {
        var manifest = new JsonObject
        {
            ["version"] = Version,
            ["name"] = name,
            ["model"] = model.Name,
            ["precision"] = functions[0].Program.Target.Precision switch
            {
                GpuPrecision.Single => "f32",
                GpuPrecision.Tf32 => "tf32",
                GpuPrecision.Bf16 => "bf16",
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            ["weights"] = weights,
            ["constraints"] = new JsonArray([.. model.Constraints.Select(c => (JsonNode)c.Message)]),
            ["functions"] = new JsonArray([.. functions.Select(f => new PtxFunctionManifest(f).Write())]),
        };
        return manifest.ToJsonString(_options) + "\n";
    }
}
