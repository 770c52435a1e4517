using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>The cells among the programs of the whole language: they elaborate in a model, and their gradients are right.</summary>
public sealed class DesignCellTests
{
    [Theory]
    [InlineData("19_rnn", "rnn(3)")]
    [InlineData("22_bidirectional", "birnn(2)")]
    [InlineData("24_cell_blocks", "lstm_blocks(2, 3)")]
    [InlineData("25_lstm_variants", "lstm_fgr(2)")]
    [InlineData("25_lstm_variants", "lstm_cifg(2)")]
    [InlineData("26_gru", "gru(3)")]
    [InlineData("26_gru", "gru(3, reset_after: true)")]
    [InlineData("26b_mgu", "gru_one_gate(3)")]
    public void HasTheGradientsOfItsDifferences(string program, string layer)
    {
        var source = File.ReadAllText(Path.Combine(Testing.Snapshot.RepositoryRoot, "tests/Nnc.Language.Tests/Syntax/Programs", program + ".nnet"));
        var run = new RecurrenceRun(source + $$"""

            model M {
              input x : real[N, T, 2]
              h = x |> {{layer}}
              output h
              loss = sum(h^2)
            }
            """);
        run.With("x", run.Random(2, 3, 2)).CheckGradients();
    }
}
