using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Nnc.Graph.Models;

namespace Nnc.Tool.Commands;

/// <summary><c>--fold K</c> or <c>--fold all</c>: which parts of a k-fold split test, each in a run of its own.</summary>
internal sealed class FoldOption
{
    private const string All = "all";

    private readonly Option<string?> _fold = new("--fold")
    {
        Description = "Which part of a k-fold split tests, from 0, where nothing is said 0; `all` trains once for each and gives mean and deviation.",
    };

    public void AddTo(Command command) => command.Add(_fold);

    /// <summary>The parts, each of which tests in a run; null where the run is one, and no split into parts is made.</summary>
    public ImmutableArray<int>? Select(ParseResult parsed, SplitSpec split)
    {
        var given = parsed.GetValue(_fold);
        if (split is not KFoldSplit { Folds: var folds })
        {
            return given is null ? null : throw Failure(
                $"`--fold {given}` chooses a part of a k-fold split, and this run has none", "say `split = kfold(5)` in the train block, or give --split \"kfold(5)\"");
        }

        return given switch
        {
            null => [0],
            All => [.. Enumerable.Range(0, folds)],
            _ when int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var fold) && fold < folds => [fold],
            _ => throw Failure($"`--fold {given}`: one of 0 to {folds - 1}, or `all`, was expected", null),
        };
    }

    private static ToolFailure Failure(string message, string? help) => new("NN0725", message, help, ExitCode.Usage);
}
