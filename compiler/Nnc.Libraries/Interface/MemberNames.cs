using System.Globalization;
using System.Text;

namespace Nnc.Libraries.Interface;

/// <summary>Names of the source as identifiers of C and C++, no two of one scope alike.</summary>
public sealed class MemberNames(params IEnumerable<string> taken)
{
    private static readonly HashSet<string> _keywords =
    [
        .. ("alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl complex const const_cast constexpr continue "
            + "decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if imaginary inline int "
            + "long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast restrict "
            + "return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid "
            + "typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq errno NULL").Split(' '),
    ];

    private readonly HashSet<string> _taken = [.. taken];

    /// <summary>An identifier for a name that no earlier one of the scope has.</summary>
    public string Of(string name)
    {
        var identifier = Sanitize(name);
        var unique = identifier;
        for (var number = 2; !_taken.Add(unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{identifier}_{number}");
        }

        return unique;
    }

    /// <summary><c>conv2d.W</c> → <c>conv2d_W</c>, <c>σ</c> → <c>u03c3</c>; keywords get an underscore behind.</summary>
    public static string Sanitize(string name)
    {
        var identifier = Prefix(name);
        return _keywords.Contains(identifier) ? identifier + "_" : identifier;
    }

    /// <summary>The same for what only begins names: a keyword may.</summary>
    public static string Prefix(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            text.Append(rune.IsAscii
                ? Rune.IsLetterOrDigit(rune) ? rune.ToString() : "_"
                : string.Create(CultureInfo.InvariantCulture, $"u{rune.Value:x4}"));
        }

        // Names that begin with an underscore belong to the implementation.
        var identifier = text.ToString().TrimStart('_');
        return identifier.Length == 0 || char.IsAsciiDigit(identifier[0]) ? "n" + identifier : identifier;
    }
}
