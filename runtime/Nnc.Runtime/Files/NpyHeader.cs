using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Nnc.Runtime.Files;

/// <summary>The dictionary at the start of a .npy file.</summary>
/// <param name="Type">One of f4, f8, i4, i8, u1, b1, little-endian.</param>
internal sealed partial record NpyHeader(string Type, bool IsFortranOrder, ImmutableArray<int> Shape)
{
    public int ItemSize => Type[1] - '0';

    public static NpyHeader Parse(string text, string path)
    {
        if (!Dictionary().IsMatch(text))
        {
            throw Npy.Malformed(path, "its header is not a dictionary of descr, fortran_order and shape");
        }

        string? type = null;
        bool? isFortranOrder = null;
        ImmutableArray<int>? shape = null;
        foreach (Match entry in Item().Matches(text))
        {
            var value = entry.Groups["value"].Value;
            switch (entry.Groups["key"].Value)
            {
                case "descr": type = ParseType(value.Trim('\'', '"'), path); break;
                case "fortran_order": isFortranOrder = value == "True"; break;
                case "shape": shape = ParseShape(value, path); break;
            }
        }

        return type is null || isFortranOrder is null || shape is null
            ? throw Npy.Malformed(path, "its header lacks descr, fortran_order or shape")
            : new NpyHeader(type, isFortranOrder.Value, shape.Value);
    }

    private static string ParseType(string value, string path) => value switch
    {
        "<f4" or "=f4" => "f4",
        "<f8" or "=f8" => "f8",
        "<i4" or "=i4" => "i4",
        "<i8" or "=i8" => "i8",
        "|u1" or "<u1" or "u1" => "u1",
        "|b1" or "b1" or "?" => "b1",
        _ => throw Npy.Malformed(path, $"elements of type '{value}' are not read; save it as float32, float64, int32, int64, uint8 or bool"),
    };

    private static ImmutableArray<int> ParseShape(string value, string path)
    {
        var extents = ImmutableArray.CreateBuilder<int>();
        foreach (var part in value.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var extent))
            {
                throw Npy.Malformed(path, $"its shape holds '{part}'");
            }

            extents.Add(extent);
        }

        return extents.ToImmutable();
    }

    // Both patterns run in time linear in the text, whatever a damaged file holds.
    [GeneratedRegex("""^\s*\{(\s*['"]\w+['"]\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d,\s]*\))\s*,?)*\s*\}\s*$""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    [GeneratedRegex("""['"](?<key>\w+)['"]\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([\d,\s]*\))""", RegexOptions.NonBacktracking)]
    private static partial Regex Item();
}
