using System.Globalization;
using System.Text;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>Names of the source as identifiers of C#, no two of one scope alike.</summary>
internal sealed class Names(params IEnumerable<string> taken)
{
    private static readonly HashSet<string> _keywords =
    [
        .. ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit "
            + "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator "
            + "out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this "
            + "throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while var record").Split(' '),
    ];

    private readonly HashSet<string> _taken = [.. taken];

    /// <summary>An identifier for a name that no earlier one of the scope has.</summary>
    public string Of(string name)
    {
        var identifier = Sanitize(name);
        var unique = identifier;
        for (var number = 2; _keywords.Contains(unique) || !_taken.Add(unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{identifier}_{number}");
        }

        return unique;
    }

    /// <summary><c>h.lstm.Wf</c> → <c>h_lstm_Wf</c>; letters of other alphabets stay, since C# has them too.</summary>
    public static string Sanitize(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            text.Append(Rune.IsLetterOrDigit(rune) ? rune.ToString() : "_");
        }

        var identifier = text.ToString().Trim('_');
        return identifier.Length == 0 || char.IsAsciiDigit(identifier[0]) ? "n" + identifier : identifier;
    }

    /// <summary><c>train_step</c> → <c>TrainStep</c>.</summary>
    public static string Pascal(string name) =>
        string.Concat(Sanitize(name).Split('_', StringSplitOptions.RemoveEmptyEntries).Select(w => char.ToUpper(w[0], CultureInfo.InvariantCulture) + w[1..]));

    /// <summary>A text in documentation.</summary>
    public static string Documentation(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
