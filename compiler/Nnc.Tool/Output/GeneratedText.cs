using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Output;

/// <summary>Generated sequences of numbers as the text that they stand for.</summary>
internal static class GeneratedText
{
    /// <summary>
    /// Each int result of rank 2 as a line a row, up to the end symbol. Other results, and all of them where the weights know no
    /// vocabulary, are printed as numbers.
    /// </summary>
    public static string Print(ImmutableArray<NamedTensor> results, TrainingNotes notes, string format)
    {
        var isText = results.ToLookup(r => notes.Vocabulary is not null && r.Tensor is { Element: TensorElement.Int32, Shape.Length: 2 });
        if (format == "json")
        {
            var json = JsonNode.Parse(TensorOutput.ToJson([.. isText[false]]))!.AsObject();
            foreach (var (name, tensor) in isText[true])
            {
                json[name] = new JsonArray([.. Lines(tensor, notes).Select(l => (JsonNode)JsonValue.Create(l))]);
            }

            return Json.Print(json) + "\n";
        }

        var text = new StringBuilder();
        foreach (var (_, tensor) in isText[true])
        {
            text.AppendJoin('\n', Lines(tensor, notes)).Append('\n');
        }

        return text.Append(TensorOutput.ToText([.. isText[false]])).ToString();
    }

    private static IEnumerable<string> Lines(HostTensor tensor, TrainingNotes notes)
    {
        var (rows, width) = (tensor.Shape[0], tensor.Shape[1]);
        return Enumerable.Range(0, rows).Select(row =>
            TextSymbols.Join(notes.Vocabulary!.Decode(Enumerable.Range(0, width).Select(k => (int)tensor[(row * width) + k])), notes.TextUnit!.Value));
    }
}
