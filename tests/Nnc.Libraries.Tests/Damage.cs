using System.Text;
using Nnc.Runtime.Randomness;

namespace Nnc.Libraries.Tests;

/// <summary>Damages bytes in the ways of broken disks, half copies and other programs; the same number gives the same damage.</summary>
internal static class Damage
{
    private static readonly string[] _words =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12", "\\ud800", "null", "true", "-1", "1e9", "0", "00", "99999999999999999999", "4611686018427387904", "\0", "\xff", "__metadata__", "{\"a\":", "[[[[[[[[", "F64", "dtype", " "];

    /// <param name="header">Where what is structured ends: most damage is done before.</param>
    public static byte[] Of(ReadOnlySpan<byte> bytes, int header, int number)
    {
        var random = new RandomStream(number, RandomPurpose.Shuffle, 17);
        var (draw, result) = (0L, bytes.ToArray().ToList());
        int Below(int limit) => limit <= 0 ? 0 : random.Below(draw++, limit);
        int Place() => Below(8) == 0 ? Below(result.Count) : Below(Math.Min(header, result.Count));
        for (var times = 1 + Below(3); times > 0 && result.Count > 0; times--)
        {
            var place = Place();
            switch (Below(8))
            {
                case 0: result.RemoveRange(place, result.Count - place); break;
                case 1: result[place] = (byte)Below(256); break;
                case 2: result[place] ^= (byte)(1 << Below(8)); break;
                case 3: result.RemoveRange(place, Math.Min(1 + Below(40), result.Count - place)); break;
                case 4: result.InsertRange(place, Encoding.Latin1.GetBytes(_words[Below(_words.Length)])); break;
                case 5: result.InsertRange(place, [.. result.Skip(Place()).Take(Below(60))]); break;
                case 6: result[Below(Math.Min(8, result.Count))] = (byte)Below(256); break;
                default:
                    var digit = result.FindIndex(place, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        result[digit] = (byte)('0' + Below(10));
                    }

                    break;
            }
        }

        return [.. result];
    }
}
