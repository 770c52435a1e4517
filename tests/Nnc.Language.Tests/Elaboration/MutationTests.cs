using System.Text.RegularExpressions;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>
/// Programs with words exchanged, so that most still parse: whatever they mean, checking answers within a second and throws nothing
/// (<see cref="MutationRun"/>).
/// </summary>
public sealed partial class MutationTests(ITestOutputHelper output)
{
    private static readonly string[] _words =
    [
        "0", "1", "2", "-1", "3", "1000000", "9223372036854775807", "0.5", "1e300", "inf", "pi", "true", "training", "N", "x", "y", "last", "_", ":", "...",
        "+", "-", "*", "/", "%", "@", "^", "==", "<", "and", "not", "relu", "max", "sum", "mean", "argmax", "concat", "stack", "fill", "iota", "reshape",
        "gather", "onehot", "transpose", "pad", "reverse", "flatten", "dense(3)", "conv2d(4, kernel: 3)", "max_pool2d(2)", "batch_norm()", "dropout(0.5)",
        "embedding(5, 2)", "grad", "axis: 1", "keep: true", "[1, 2]", "(a: 1, b: 2)", "real", "int", "bool", "dim", "identity", "same", "valid", "\"*.W\"",
    ];

    [Fact]
    public void NeverThrowsAndNeverHangs()
    {
        var programs = Sources().ToArray();
        Run(programs[0]);
        new MutationRun(output).Run(600, seed: 20_26, (number, random) => Damage(programs[number % programs.Length], random), Run);
    }

    private static IEnumerable<string> Sources()
    {
        var root = Snapshot.RepositoryRoot;
        return new[] { "examples", "bench/workloads", "tests/Nnc.Language.Tests/Syntax/Programs", "tests/Nnc.Language.Tests/Elaboration/Errors", "stdlib" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*.nnet", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .Select(File.ReadAllText);
    }

    private static void Run(string text) =>
        _ = DiagnosticRenderer.Render(Compilation.Create(new SourceText("mutated.nnet", text)).Check().Diagnostics);

    private static string Damage(string text, Random random)
    {
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            text = Mutate(text, random);
        }

        return text;
    }

    /// <summary>Replaces, removes, repeats or moves a word, or exchanges two.</summary>
    private static string Mutate(string text, Random random)
    {
        var words = Word().Matches(text);
        if (words.Count < 2)
        {
            return text;
        }

        var (a, b) = (words[random.Next(words.Count)], words[random.Next(words.Count)]);
        return random.Next(6) switch
        {
            0 => Replace(a, ""),
            1 => Replace(a, b.Value),
            2 => Replace(a, $"{a.Value} {b.Value}"),
            3 => Replace(a, $"{a.Value} |> {_words[random.Next(_words.Length)]}"),
            _ => Replace(a, _words[random.Next(_words.Length)]),
        };

        string Replace(Match at, string by) => text.Remove(at.Index, at.Length).Insert(at.Index, by);
    }

    [GeneratedRegex(@"[A-Za-z_]\w*|[0-9][\w.]*|\|>|->|==|[^\s\w]")]
    private static partial Regex Word();
}
