using System.Text;
using Nnc.Core.Diagnostics;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Diagnostics;

/// <summary>docs/errors/README.md lists every page; <c>NNC_ACCEPT=1</c> writes it anew.</summary>
public sealed class ErrorIndexTests
{
    /// <summary>What the codes of a range are about, by the range's first code.</summary>
    private static readonly (string From, string Title)[] _groups =
    [
        ("NN0001", "Notation"),
        ("NN0101", "Names and modules"),
        ("NN0201", "Shapes and sizes"),
        ("NN0301", "Values and arguments"),
        ("NN0401", "Layers, parameters, states"),
        ("NN0451", "Recurrences"),
        ("NN0501", "Train blocks"),
        ("NN0551", "Data"),
        ("NN0570", "Running"),
        ("NN0601", "Files"),
        ("NN0701", "The command line"),
        ("NN0801", "Not supported yet"),
        ("NN9001", "The compiler itself"),
    ];

    [Fact]
    public void The_index_is_that_of_the_pages()
    {
        var path = Path.Combine(Snapshot.RepositoryRoot, "docs", "errors", "README.md");
        var index = Index();
        if (Snapshot.Accepts)
        {
            File.WriteAllText(path, index);
            return;
        }

        Assert.Equal(index, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Index()
    {
        var text = new StringBuilder("# Diagnostics\n\nEvery code with its page; `nnc explain NN0203` prints the same page. This index is generated from the pages.\n");
        foreach (var group in ErrorCatalogue.Pages.GroupBy(p => _groups.Last(g => string.CompareOrdinal(g.From, p.Code) <= 0).Title))
        {
            text.Append($"\n## {group.Key}\n\n| Code | Title |\n| --- | --- |\n");
            foreach (var page in group)
            {
                text.Append($"| [{page.Code}]({page.Code}.md) | {page.Title.Replace("|", "\\|")} |\n");
            }
        }

        return text.ToString();
    }
}
