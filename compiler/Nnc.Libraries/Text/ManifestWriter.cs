using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries.Text;

/// <summary>Writes what the header says for programs to read: sizes and their constraints, layouts, functions, statuses, origin.</summary>
public static class ManifestWriter
{
    /// <summary>Letters of names stay as they are.</summary>
    private static readonly JsonWriterOptions _options = new()
    {
        Indented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="processors">What the code is compiled for, best first.</param>
    public static string Write(LibraryInterface library, LibrarySource source, ImmutableArray<string> processors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            json.WriteNumber("abi_version", LibraryInterface.AbiVersion);
            json.WriteString("abi", string.Create(CultureInfo.InvariantCulture, $"0x{library.Abi:x16}"));
            json.WriteString("name", library.Name);
            json.WriteString("model", library.Model.Name);
            json.WriteStartObject("source");
            json.WriteString("file", source.FileName);
            json.WriteString("sha256", source.Hash);
            json.WriteEndObject();
            json.WriteString("real", library.RealBytes == 4 ? "f32" : "f64");
            WriteTexts(json, "processors", processors);
            WriteTexts(json, "dims", library.Dims.Select(d => d.Member));
            WriteBlock(json, library, "params", library.Params);
            if (library.Optimizer is { } optimizer)
            {
                WriteBlock(json, library, "optimizer", optimizer);
            }

            json.WriteNumber("init_workspace", Emission.SupportTables.InitWorkspace(library));
            json.WriteNumber("weights_bytes", Emission.SupportTables.WeightsBytes(library));
            json.WriteStartArray("functions");
            foreach (var function in library.Functions)
            {
                WriteFunction(json, library, function);
            }

            json.WriteEndArray();
            WriteStatuses(json, library);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteBlock(Utf8JsonWriter json, LibraryInterface library, string name, InterfaceBlock block)
    {
        json.WriteStartObject(name);
        json.WriteNumber("bytes", block.Bytes);
        json.WriteStartArray("tensors");
        foreach (var tensor in block.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("member", tensor.Member);
            json.WriteString("role", tensor.Role switch
            {
                InputRole.Parameter => "parameter",
                InputRole.State => "state",
                InputRole.OptimizerState => "optimizer",
                InputRole.Data or InputRole.Control => throw new System.Diagnostics.UnreachableException(),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
            json.WriteString("type", CTypes.FileType(tensor.Element, library.RealBytes));
            json.WritePropertyName("shape");
            json.WriteRawValue($"[{string.Join(", ", tensor.Shape)}]");
            json.WriteNumber("offset", tensor.Offset);
            json.WriteNumber("bytes", tensor.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFunction(Utf8JsonWriter json, LibraryInterface library, InterfaceFunction function)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{library.Name}_{function.Name}");
        json.WriteString("kind", function.Kind == FunctionKind.TrainingStep ? "training_step" : "inference");
        json.WriteBoolean("seed", function.TakesSeed);
        WriteTexts(json, "dims", function.Dims.Select(d => library.Dims[d.Field].Member));
        WriteTexts(json, "constraints", function.Constraints.Select(c => c.Constraint.Message));
        json.WriteStartArray("arguments");
        foreach (var argument in function.Arguments)
        {
            json.WriteStartObject();
            json.WriteString("name", argument.Name);
            json.WriteString("direction", argument.IsResult ? "out" : "in");
            json.WriteString("type", CTypes.FileType(argument.Node.Element, library.RealBytes));
            WriteTexts(json, "shape", argument.Node.Shape.Select(d => Size(library, function, d)));
            json.WriteBoolean("optional", argument.MayBeNull);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A size in the names of the caller's fields.</summary>
    private static string Size(LibraryInterface library, InterfaceFunction function, Dim size) =>
        size.Substitute(s => Dim.Symbol(library.Dims[function.Dims.First(d => d.Symbol == s).Field].Member)).ToString();

    private static void WriteStatuses(Utf8JsonWriter json, LibraryInterface library)
    {
        json.WriteStartArray("statuses");
        var own = library.Messages.Select((message, k) => (Code: Statuses.OfModel + k, Message: message));
        foreach (var (code, message) in Statuses.General.Select((s, k) => (k, s.Message)).Concat(own))
        {
            json.WriteStartObject();
            json.WriteNumber("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WritePropertyName(name);
        json.WriteRawValue($"[{string.Join(", ", texts.Select(t => $"\"{JsonEncodedText.Encode(t, _options.Encoder)}\""))}]");
    }
}
