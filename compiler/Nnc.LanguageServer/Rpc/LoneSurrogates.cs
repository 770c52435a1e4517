using System.Globalization;
using System.Text;

namespace Nnc.LanguageServer.Rpc;

/// <summary>
/// Halves of characters, which an editor may send where an edit parts a pair. They are no text that can be read, so the
/// replacement character takes their place: as long in UTF-16, so that later positions still mean what the editor meant.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Replaces them in a message, in place: <c>"\ud83c"</c> becomes <c>"\ufffd"</c>.</summary>
    public static void Replace(Span<byte> json)
    {
        for (var i = json.IndexOf((byte)'\\'); i >= 0 && i + 1 < json.Length;)
        {
            var length = 2;
            if (UnitAt(json, i) is { } unit)
            {
                length = EscapeLength;
                if (char.IsHighSurrogate(unit) && UnitAt(json, i + EscapeLength) is { } next && char.IsLowSurrogate(next))
                {
                    length = 2 * EscapeLength;
                }
                else if (char.IsSurrogate(unit))
                {
                    "fffd"u8.CopyTo(json[(i + 2)..]);
                }
            }

            var rest = json[(i + length)..].IndexOf((byte)'\\');
            i = rest < 0 ? -1 : i + length + rest;
        }
    }

    /// <summary>The UTF-16 unit that an escape at a place stands for; null where there is no such escape.</summary>
    private static char? UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(Encoding.ASCII.GetString(json.Slice(at + 2, 4)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
