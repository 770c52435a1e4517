using System.CommandLine;
using System.Globalization;

namespace Nnc.Tool.Commands;

/// <summary><c>--memory 200MB</c>: what the arrays of a training step may take.</summary>
internal sealed class MemoryOption
{
    private static readonly (string Suffix, double Bytes)[] s_units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1), ("", 1),
    ];

    private readonly Option<string?> _memory = new("--memory")
    {
        Description = "What a training step's arrays may take: parameters, optimizer, batch and workspace, such as 200MB or 2GiB. Recurrences are computed again where it must be.",
        HelpName = "SIZE",
    };

    public void AddTo(Command command) => command.Add(_memory);

    /// <summary>Bytes; null where no limit is given.</summary>
    public long? Budget(ParseResult parsed) => parsed.GetValue(_memory) is { } text
        ? Parse(text) ?? throw new ToolFailure("NN0741", $"`--memory {text}` is no size", "write a number and a unit: 200MB, 1.5GB, 512MiB", ExitCode.Usage)
        : null;

    private static long? Parse(string text)
    {
        var (suffix, bytes) = s_units.First(u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        return double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * bytes is >= 1 and < 1e18 and var size ? (long)size : null;
    }
}
