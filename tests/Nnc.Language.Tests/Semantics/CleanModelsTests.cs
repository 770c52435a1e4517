using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Xunit;

namespace Nnc.Language.Tests.Semantics;

/// <summary>What is said of a version of a file does not depend on what was known of earlier ones.</summary>
public sealed class CleanModelsTests
{
    private const string Program = """
        import "parts.nnet" as parts

        /// Two products, one after the other.
        layer narrow(width: dim)(x: real[N, D]) -> real[N, width] {
          param W : real[D, width]
          return x @ W
        }

        layer twice(width: dim)(x: real[N, D]) -> real[N, width] {
          return x |> narrow(width) |> narrow(width)
        }

        model First {
          input x : real[N, 8]
          target y : real[N, 3]
          z = x |> twice(3)
          loss = mean((z - y) ^ 2)
        }

        model Second {
          input x : real[N, 4]
          output z = x |> parts.halved() |> dense(2)
        }

        model Third {
          input x : real[N, 4]
          h = x |> dense(2)
          output z = softmax(h)
        }

        train First {
          optimizer = sgd(rate: 0.1)
          batch = 4
        }
        """;

    private const string Parts = """
        layer halved()(x: real[N, D]) -> real[N, D] {
          return 0.5 * x
        }
        """;

    private static readonly string[] s_pieces =
        ["\n", " ", "(", ")", "{", "}", "=", ",", "|>", "@", "x", "z", "narrow(2)", "dense(3)", "3", "7", "layer dense(n: dim)(x: real[N, D]) -> real[N, D] {\n  return x\n}\n", "model Third {\n}\n"];

    [Theory]
    [InlineData("return x @ W", "return x", "First: a layer that another layer applies")]
    [InlineData("real[D, width]\n", "real[width, D]\n", "First: a shape in a layer")]
    [InlineData("real[N, 3]", "real[N, 5]", "First: its own shape")]
    [InlineData("sgd(rate: 0.1)", "sgd(rate: \"x\")", "its train block")]
    [InlineData("parts.halved()", "parts.missing()", "Second: an import's member")]
    public void What_a_change_makes_wrong_is_said(string old, string changed, string what)
    {
        var known = new CleanModels();
        Assert.Empty(Diagnose(Program, Parts, known));
        Assert.True(Diagnose(Program.Replace(old, changed, StringComparison.Ordinal), Parts, known).Any(d => d.StartsWith("Error", StringComparison.Ordinal)), what);
        Assert.Empty(Diagnose(Program, Parts, known));
    }

    [Fact]
    public void A_declaration_that_hides_the_librarys_concerns_who_uses_that()
    {
        var known = new CleanModels();
        Assert.Empty(Diagnose(Program, Parts, known));
        Assert.NotEmpty(Diagnose(Program + "\nlayer dense(n: dim)(x: real[N, T, D]) -> real[N, T, n] {\n  param W : real[D, n]\n  return x @ W\n}\n", Parts, known));
    }

    [Fact]
    public void A_change_of_an_imported_file_concerns_who_uses_it()
    {
        var known = new CleanModels();
        Assert.Empty(Diagnose(Program, Parts, known));
        Assert.NotEmpty(Diagnose(Program, Parts.Replace("0.5 * x", "x[:, 0]", StringComparison.Ordinal), known));
    }

    [Fact]
    public void Random_edits_are_diagnosed_as_in_a_file_that_nobody_saw_before()
    {
        var random = new Random(11);
        var known = new CleanModels();
        var text = Program;
        for (var i = 0; i < 1500; i++)
        {
            text = random.Next(5) == 0 ? Program : Edited(text, random);
            Assert.Equal(Checked(text, Parts), Diagnose(text, Parts, known));
        }
    }

    private static string Edited(string text, Random random)
    {
        var start = random.Next(text.Length);
        return text.Remove(start, Math.Min(random.Next(4), text.Length - start)).Insert(start, random.Next(3) == 0 ? "" : s_pieces[random.Next(s_pieces.Length)]);
    }

    private static string[] Diagnose(string text, string parts, CleanModels known) => Said(ModelOf(text, parts).Diagnose(known));

    private static string[] Checked(string text, string parts) => Said(ModelOf(text, parts).Check.Diagnostics);

    private static SemanticModel ModelOf(string text, string parts)
    {
        var imported = new SourceText("parts.nnet", parts);
        return SemanticModel.Create(new SourceText("main.nnet", text), _ => imported);
    }

    private static string[] Said(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Select(d => $"{d.Severity} {d.Code} {d.Location?.Source.Path} {d.Location?.Span} {d.Message}")];
}
