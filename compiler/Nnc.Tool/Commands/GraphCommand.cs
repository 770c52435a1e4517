using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Tool.Drawing;
using Nnc.Tool.Execution;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc graph FILE -o x.svg</c>: the network drawn, a box for each row that <c>nnc summary</c> has.</summary>
internal sealed class GraphCommand
{
    /// <summary>A name longer than this is broken.</summary>
    private const int LongestName = 26;

    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _entry = CommonOptions.Entry();
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write; standard output where none is named." };

    public static Command Create() => new GraphCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("graph", "Draws the network as SVG.") { _file, _model, _entry, _set, _dim, _output };
        command.SetAction(Draw);
        return command;
    }

    private int Draw(ParseResult parsed)
    {
        var set = CommonOptions.Pairs(parsed.GetValue(_set), "--set");
        var sizes = CommonOptions.Sizes(parsed.GetValue(_dim));
        var path = parsed.GetValue(_file)!;
        var file = set.Count > 0 ? ModelFile.LoadModel(path, parsed.GetValue(_model), set) : ModelFile.Load(path, parsed.GetValue(_model), set);
        var entry = file.EntryOrOnly(parsed.GetValue(_entry));
        SizeNames.Check(sizes, [entry.Inference]);
        var drawing = SvgDrawing.Render(Placement.Of(DiagramOf(file, entry, dim => SizeNames.Fill(dim, sizes))));
        if (parsed.GetValue(_output) is { } output)
        {
            Write(output, drawing);
        }
        else
        {
            Console.Out.Write(drawing);
        }

        return ExitCode.Done;
    }

    private static Diagram DiagramOf(ModelFile file, EntryPoint entry, Func<Dim, Dim> fill)
    {
        var (rows, arrows) = ModelSummary.Flow(file, entry);
        var inputs = entry.Inference.Inputs.Select(i => i.Name).ToHashSet();
        var outputs = entry.Inference.Outputs.Select(o => o.Name).ToHashSet();
        return new(file.Model.Name, [.. rows.Select(BoxOf)], arrows);

        BoxKind KindOf(SummaryRow row) =>
            inputs.Contains(row.Name) ? BoxKind.Input : outputs.Contains(row.Name) ? BoxKind.Output : row.Parameters > 0 ? BoxKind.Layer : BoxKind.Value;

        DiagramBox BoxOf(SummaryRow row)
        {
            var type = new TensorType(row.Type.Element, new Shape(row.Type.Shape.Select(fill))).ToString();
            var name = Wrapped(row.Name);
            return new(KindOf(row), name, row.Parameters > 0 ? [type, string.Create(CultureInfo.InvariantCulture, $"{row.Parameters:N0} parameters")] : [type]);
        }
    }

    /// <summary>A long name in several lines, broken behind its dots.</summary>
    private static ImmutableArray<string> Wrapped(string name)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var line = "";
        foreach (var part in name.Split('.').Select((part, i) => i == 0 ? part : "." + part))
        {
            if (line.Length > 0 && line.Length + part.Length > LongestName)
            {
                lines.Add(line);
                line = "";
            }

            line += part;
        }

        lines.Add(line);
        return lines.ToImmutable();
    }

    private static void Write(string path, string drawing)
    {
        try
        {
            File.WriteAllText(path, drawing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure("NN0601", $"`{path}` cannot be written: {exception.Message}");
        }
    }
}
