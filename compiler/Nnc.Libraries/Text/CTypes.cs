using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Libraries.Text;

/// <summary>Types and shapes as the header writes them.</summary>
internal static class CTypes
{
    public static string Of(ElementType element, int realBytes) => element switch
    {
        ElementType.Real => realBytes == 4 ? "float" : "double",
        ElementType.Int => "int32_t",
        ElementType.Bool => "uint8_t",
        _ => throw new UnreachableException(),
    };

    /// <summary>A type as safetensors and the manifest name it.</summary>
    public static string FileType(ElementType element, int realBytes) => element switch
    {
        ElementType.Real => realBytes == 4 ? "F32" : "F64",
        ElementType.Int => "I32",
        ElementType.Bool => "BOOL",
        _ => throw new UnreachableException(),
    };

    /// <summary>[N, 1, 28, 28], in plain ASCII where the header is read by compilers.</summary>
    public static string Shape(IEnumerable<Dim> shape) => Ascii($"[{string.Join(", ", shape)}]");

    /// <summary>The signs of mathematics as programmers write them; what else is not ASCII is written as in identifiers.</summary>
    public static string Ascii(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        '·' => "*",
        '−' => "-",
        '≥' => ">=",
        '≤' => "<=",
        '≠' => "!=",
        '⌊' => "floor(",
        '⌋' => ")",
        '²' => "^2",
        _ when rune.IsAscii => rune.ToString(),
        _ => Interface.MemberNames.Sanitize(rune.ToString()),
    }));
}
