using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>
/// Every recurrent layer of the standard library has the gradients of its differences in f64, for no step, one and four, by its
/// own parameters and, through a dense layer before it, by its input.
/// </summary>
public sealed class LibraryGradientTests
{
    private static readonly string[] Sequences =
    [
        "rnn(4)", "rnn(4, act: relu, init: identity)", "lstm(4)", "lstm_peephole(4)", "lstm_fgr(3)", "lstm_blocks(2, 3)",
        "gru(4)", "gru(4, reset_after: true)", "mgu(4)",
        "lstm_variant(4, input_gate: false)", "lstm_variant(4, forget_gate: false)", "lstm_variant(4, output_gate: false)",
        "lstm_variant(4, input_act: false)", "lstm_variant(4, output_act: false)", "lstm_variant(4, peepholes: false)",
        "lstm_variant(4, coupled: true)",
    ];

    private static readonly string[] Cells =
    [
        "rnn_cell(4)", "rnn_cell(4, act: relu, init: identity)", "lstm_cell(3)", "gru_cell(4)", "gru_cell(4, reset_after: true)", "mgu_cell(4)",
    ];

    public static TheoryData<string, int> SequenceCases => Cross(Sequences);

    public static TheoryData<string, int> CellCases => Cross(Cells);

    [Theory]
    [MemberData(nameof(SequenceCases))]
    public void Of_layers(string layer, int length) => Check($"{layer}(d)", length);

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Of_cells_over_sequences_of_several_lengths(string cell, int length) => Check($"recurrent({cell})(d, length).h", length);

    [Theory]
    [MemberData(nameof(CellCases))]
    public void Of_cells_in_both_directions(string cell, int length) => Check($"bidirectional({cell})(d, length)", length);

    [Theory]
    [InlineData("deep(gru_cell(3), 3)", 4)]
    [InlineData("deep_bidirectional(rnn_cell(3), 2)", 4)]
    public void Of_layers_of_cells(string layer, int length) => Check($"{layer}(d, length)", length);

    /// <summary>A state that enters the loss with weights of its own, so that no two elements have the same adjoint.</summary>
    private static void Check(string states, int length)
    {
        var run = new RecurrenceRun($$"""
            model M {
              input x : real[N, T, 3]
              input length : int[N]
              d = x |> dense(3)
              h = {{states}}
              weighted[n, t, k] = h[n, t, k] * real(2 + n + 2 * t - k)
              loss = sum(h * weighted) + sum(weighted)
              output h
            }
            """);
        run.With("x", run.Random(2, length, 3)).With("length", new(Graph.ElementType.Int, [2], [length, Math.Min(length, 2)])).CheckGradients();
    }

    private static TheoryData<string, int> Cross(string[] layers)
    {
        var cases = new TheoryData<string, int>();
        foreach (var layer in layers)
        {
            cases.Add(layer, 0);
            cases.Add(layer, 1);
            cases.Add(layer, 4);
        }

        return cases;
    }
}
