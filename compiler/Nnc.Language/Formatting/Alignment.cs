using System.Collections.Immutable;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Formatting;

/// <summary>
/// Keeps below each other what the author put there with spaces: signs or words of one kind, in one column of
/// neighbouring lines. The names of inputs and targets always stand so.
/// <code>
/// mu   = if training then a else c        mu  = if training then a else c
/// var  = if training then bb else d   →   var = if training then bb else d
/// input x : real[N]                       input  x : real[N]
/// target y : int[N]                       target y : int[N]
/// </code>
/// </summary>
internal static class Alignment
{
    /// <summary>Pads the pieces of every group; the lines are decided and placed.</summary>
    public static void Apply(ImmutableArray<Piece> pieces)
    {
        var lines = Lines(pieces);
        var inputs = InputGroups(lines).ToArray();
        var isInput = inputs.SelectMany(g => g).ToHashSet();
        foreach (var group in inputs.Concat(WrittenGroups(lines, isInput)))
        {
            Align(pieces, group);
        }
    }

    private static void Align(ImmutableArray<Piece> pieces, IReadOnlyList<Piece> group)
    {
        var column = group.Max(p => p.Column);
        foreach (var piece in group)
        {
            piece.Padding += column - piece.Column;
        }

        LineLayout.Place(pieces);
    }

    private static List<Piece[]> Lines(ImmutableArray<Piece> pieces)
    {
        var lines = new List<Piece[]>();
        for (var i = 0; i < pieces.Length;)
        {
            var end = i + 1;
            while (end < pieces.Length && !pieces[end].BeginsLine)
            {
                end++;
            }

            lines.Add([.. pieces[i..end]]);
            i = end;
        }

        return lines;
    }

    /// <summary>The names behind `input` and `target` in runs of lines that have both.</summary>
    private static IEnumerable<List<Piece>> InputGroups(List<Piece[]> lines)
    {
        var run = new List<Piece[]>();
        foreach (var line in lines.Append([]))
        {
            if (line is [{ StartsStatement: true, Type: INPUT or TARGET }, { IsComment: false }, ..] && line[1].Type != ASSIGN && (run.Count == 0 || !line[0].FollowsBlankLine))
            {
                run.Add(line);
                continue;
            }

            if (run.Select(l => l[0].Type).Distinct().Count() == 2)
            {
                yield return [.. run.Select(l => l[1])];
            }

            run.Clear();
        }
    }

    /// <summary>The pieces in one column of neighbouring lines, where spaces brought at least one of them there; from left to right.</summary>
    private static IEnumerable<List<Piece>> WrittenGroups(List<Piece[]> lines, HashSet<Piece> others)
    {
        var groupOf = new Dictionary<Piece, List<Piece>>();
        var groups = new List<List<Piece>>();
        for (var i = 1; i < lines.Count; i++)
        {
            if (!StandAlike(lines[i - 1][0], lines[i][0]))
            {
                continue;
            }

            var above = Alignable(lines[i - 1]).GroupBy(p => p.Source.Column).ToDictionary(g => g.Key, g => g.First());
            foreach (var piece in Alignable(lines[i]).Where(p => !others.Contains(p)))
            {
                if (above.TryGetValue(piece.Source.Column, out var upper) && IsBelow(upper, piece) && !others.Contains(upper))
                {
                    if (!groupOf.TryGetValue(upper, out var group))
                    {
                        groups.Add(groupOf[upper] = group = [upper]);
                    }

                    group.Add(piece);
                    groupOf[piece] = group;
                }
            }
        }

        return groups.Where(g => g.Any(WasPadded)).OrderBy(g => g[0].Source.Column);
    }

    /// <summary>All but the first of a line, and what stands directly at its neighbour.</summary>
    private static IEnumerable<Piece> Alignable(Piece[] line) =>
        line.Skip(1).Zip(line, (piece, previous) => (Piece: piece, Previous: previous))
            .Where(p => LineLayout.NaturalGap(p.Previous, p.Piece).Length > 0).Select(p => p.Piece);

    /// <summary>Whether two lines begin in one column whatever moves: only these stay aligned.</summary>
    private static bool StandAlike(Piece first, Piece second) => Place(first) == Place(second);

    private static Anchor? Place(Piece first) =>
        first.Anchor is { Origin: { BeginsLine: true } above, Distance: 0, IsFromLine: false } ? Place(above) : first.Anchor;

    private static bool IsBelow(Piece upper, Piece lower) =>
        upper.Type == lower.Type && upper.Source.Line + 1 == lower.Source.Line && !upper.HasNewline && !lower.HasNewline;

    private static bool WasPadded(Piece piece) => piece.SourceGap > (piece.IsComment ? 2 : 1);
}
