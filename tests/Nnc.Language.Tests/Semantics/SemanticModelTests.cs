using System.Text;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Semantics;

/// <summary>What an editor knows of each name in Cases/*.nnet: what it means, where that is defined, and what its values are.</summary>
public sealed class SemanticModelTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Cases");

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(_folder, "*.nnet").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void KnowsEveryName(string name)
    {
        var source = new SourceText(name + ".nnet", File.ReadAllText(Path.Combine(_folder, name + ".nnet")));
        Snapshot.Verify(Describe(SemanticModel.Create(source)), _folder, name);
    }

    [Fact]
    public void HasNoOrphans() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder, "*.verified.txt"), f => !File.Exists(f.Replace(".verified.txt", ".nnet")));

    private static string Describe(SemanticModel model)
    {
        var text = new StringBuilder();
        for (var line = 0; line < model.Source.LineCount; line++)
        {
            text.Append(model.Source.LineText(line)).Append('\n');
            var (start, end) = (model.Source.LineStart(line), model.Source.LineStart(line) + model.Source.LineText(line).Length);
            for (var offset = start; offset < end; offset++)
            {
                if (model.UseAt(offset) is { } use && use.Span.Span.Start == offset)
                {
                    text.Append("  | ").Append(Describe(model, use)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static string Describe(SemanticModel model, SymbolUse use)
    {
        var symbol = use.Symbol;
        var place = symbol.Definition is not { } definition ? "built in"
            : definition.Source == model.Source ? $"{definition.Start.Line + 1}:{definition.Start.Column + 1}" : definition.Source.Path;
        var head = $"{use.Span.Text}: {symbol.Kind}{(use.IsDefinition ? "" : $" of {place}")}";
        var values = use.IsDefinition ? model.ValuesOf(symbol) : [];
        return $"{head}{string.Concat(values.Select(v => $" = {v.Text}{(v.IsGeneral ? " in general" : v.Instance.Length > 0 ? $" in {v.Instance}" : "")}"))}";
    }
}
