using System.Text.RegularExpressions;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// Looks in PTX for what all threads must do together, where not all of them may come: a value is the thread's own if it is computed
/// from its position, and what a branch on such a value decides (Ferrante, Ottenstein and Warren 1987) only some threads reach.
/// </summary>
internal sealed partial class PtxUniformity
{
    private readonly List<Block> _blocks = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly HashSet<string> _varying = [];
    private readonly List<HashSet<int>> _postdominators = [];

    private PtxUniformity(string body)
    {
        Parse(body);
        for (var k = 0; k < _blocks.Count; k++)
        {
            _blocks[k].Next.AddRange(Successors(k));
        }

        FindPostdominators();
    }

    /// <summary>Each instruction that only some threads of a warp or group may reach, with its kernel's name; none where all is well.</summary>
    public static IEnumerable<string> Divergent(string ptx) => ptx.Split(".entry ").Skip(1).SelectMany(kernel =>
    {
        var name = kernel[..kernel.IndexOf('(')];
        var text = kernel[(kernel.IndexOf(')') + 1)..];
        return new PtxUniformity(text[(text.IndexOf('{') + 1)..]).Divergent().Select(i => $"{name}: {i}");
    });

    private IEnumerable<string> Divergent()
    {
        for (var count = -1; count != _varying.Count;)
        {
            count = _varying.Count;
            for (var k = 0; k < _blocks.Count; k++)
            {
                Spread(k);
            }
        }

        return from k in Enumerable.Range(0, _blocks.Count)
               from instruction in _blocks[k].Instructions
               where Together().IsMatch(instruction.Code)
               where IsDecidedByThread(k) || _varying.Contains(instruction.Predicate)
               select instruction.Text;
    }

    /// <summary>Whether a branch on the thread's own value decides that the block runs.</summary>
    private bool IsDecidedByThread(int block) => Deciding(block).Any();

    private IEnumerable<Block> Deciding(int block) => Enumerable.Range(0, _blocks.Count).Where(k => _blocks[k].Next.Count > 1
        && _varying.Contains(_blocks[k].Instructions[^1].Predicate)
        && _blocks[k].Next.Any(n => _postdominators[n].Contains(block)) && (k == block || !_postdominators[k].Contains(block))).Select(k => _blocks[k]);

    /// <summary>Whether a write gives what was there already when the branch was taken.</summary>
    private bool IsRepeated(int block, Instruction write) => write.Sources.All(s => Writes.GetValueOrDefault(s) == 1)
        && Deciding(block).All(b => b.Instructions.LastOrDefault(i => i.Results.Intersect(write.Results).Any())?.Text == write.Text);

    private void Spread(int block)
    {
        // A register that is written on several ways has what it is given on that by which the thread came.
        var isDecided = IsDecidedByThread(block);
        foreach (var instruction in _blocks[block].Instructions)
        {
            if (instruction.Sources.Any(_varying.Contains) || Position().IsMatch(instruction.Text) || _varying.Contains(instruction.Predicate)
                || (isDecided && instruction.Results.Any(r => Writes[r] > 1) && !IsRepeated(block, instruction)))
            {
                _varying.UnionWith(instruction.Results);
            }
        }
    }

    private Dictionary<string, int> Writes { get; } = [];

    private void Parse(string body)
    {
        _blocks.Add(new());
        foreach (var statement in Comment().Replace(body, "").Split(';'))
        {
            var text = statement.Trim(' ', '\t', '\n', '\r');
            for (var label = Label().Match(text); label.Success; label = Label().Match(text))
            {
                _blocks.Add(new());
                _labels[label.Groups[1].Value] = _blocks.Count - 1;
                text = text[label.Length..].TrimStart(' ', '\t', '\n', '\r', '{', '}');
            }

            text = text.TrimStart('{', '}', ' ', '\t', '\n', '\r');
            if (text.Length == 0 || text[0] == '.')
            {
                continue;
            }

            var instruction = Instruction.Of(text);
            foreach (var result in instruction.Results)
            {
                Writes[result] = Writes.GetValueOrDefault(result) + 1;
            }

            _blocks[^1].Instructions.Add(instruction);
            if (instruction.Code.StartsWith("bra", StringComparison.Ordinal) || instruction.Code is "ret" or "exit" or "trap")
            {
                _blocks.Add(new());
            }
        }
    }

    private IEnumerable<int> Successors(int block)
    {
        var last = _blocks[block].Instructions.LastOrDefault();
        if (last is { Code: "brx.idx" } or { Code: "brx.idx.uni" })
        {
            throw new NotSupportedException(last.Text);
        }

        if (last is not null && last.Code.StartsWith("bra", StringComparison.Ordinal))
        {
            yield return _labels[last.Text.Split(' ', '\t')[^1]];
        }

        var falls = last is null || last.Predicate.Length > 0 || !(last.Code.StartsWith("bra", StringComparison.Ordinal) || last.Code is "ret" or "exit" or "trap");
        if (falls && block + 1 < _blocks.Count)
        {
            yield return block + 1;
        }
    }

    /// <summary>The blocks that every way from a block to the end goes through, itself included.</summary>
    private void FindPostdominators()
    {
        _postdominators.AddRange(_blocks.Select(b => b.Next.Count == 0 ? [_blocks.IndexOf(b)] : Enumerable.Range(0, _blocks.Count).ToHashSet()));
        for (var changed = true; changed;)
        {
            changed = false;
            for (var k = _blocks.Count - 1; k >= 0; k--)
            {
                if (_blocks[k].Next.Count > 0)
                {
                    var common = _blocks[k].Next.Select(n => _postdominators[n]).Aggregate((a, b) => [.. a.Intersect(b)]).Append(k).ToHashSet();
                    changed |= common.Count != _postdominators[k].Count;
                    _postdominators[k] = common;
                }
            }
        }
    }

    [GeneratedRegex("^(bar(rier)?\\.|mma\\.|ldmatrix\\.|shfl\\.|vote\\.|match\\.)")]
    private static partial Regex Together();

    /// <summary>Where a thread gets what others do not have: its position, and what a call returns, which is not followed.</summary>
    [GeneratedRegex("%(tid|laneid|warpid|clock)|\\[retval|^(ldmatrix|mma|shfl|atom)\\.")]
    private static partial Regex Position();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("^([$\\w]+):\\s*")]
    private static partial Regex Label();

    [GeneratedRegex("%\\w+")]
    private static partial Regex Register();

    private sealed class Block
    {
        public List<Instruction> Instructions { get; } = [];

        public List<int> Next { get; } = [];
    }

    /// <param name="Predicate">The register without which it does nothing; empty for none.</param>
    private sealed record Instruction(string Text, string Code, string Predicate, string[] Results, string[] Sources)
    {
        public static Instruction Of(string text)
        {
            var (predicate, rest) = ("", text);
            if (text[0] == '@')
            {
                var end = text.IndexOfAny([' ', '\t']);
                (predicate, rest) = (text[1..end].TrimStart('!'), text[end..].TrimStart());
            }

            var codeEnd = rest.IndexOfAny([' ', '\t', '\n']);
            var code = codeEnd < 0 ? rest : rest[..codeEnd];
            var operands = codeEnd < 0 ? "" : rest[codeEnd..].Trim();
            var hasResult = !(code.StartsWith("st.", StringComparison.Ordinal) || code.StartsWith("bra", StringComparison.Ordinal) || code.StartsWith("bar", StringComparison.Ordinal)
                || code.StartsWith("cp.", StringComparison.Ordinal) || code.StartsWith("red.", StringComparison.Ordinal) || code.StartsWith("call", StringComparison.Ordinal));
            var first = !hasResult ? "" : operands.StartsWith('{') ? operands[..operands.IndexOf('}')] : operands.Split(',')[0];
            return new(rest, code, predicate, Registers(first), Registers(operands[first.Length..]));
        }

        private static string[] Registers(string text) => [.. Register().Matches(text).Select(m => m.Value)];
    }
}
