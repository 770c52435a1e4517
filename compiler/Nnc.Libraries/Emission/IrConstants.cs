using System.Globalization;
using System.Text;

namespace Nnc.Libraries.Emission;

/// <summary>Constant data of a module of LLVM IR, as it grows.</summary>
internal sealed class IrConstants
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _strings = [];
    private readonly Dictionary<string, string> _words = [];
    private int _next;

    public override string ToString() => _text.ToString();

    /// <summary>A text that ends with a zero byte.</summary>
    public string String(string value)
    {
        if (!_strings.TryGetValue(value, out var name))
        {
            _strings.Add(value, name = Bytes([.. Encoding.UTF8.GetBytes(value), 0]));
        }

        return name;
    }

    public string Bytes(IReadOnlyList<byte> bytes) => Global($"[{bytes.Count} x i8]", $"c\"{string.Concat(bytes.Select(Escape))}\"", "constant", 1);

    /// <summary>64-bit numbers; null where there are none.</summary>
    public string Words(IReadOnlyList<long> values)
    {
        if (values.Count == 0)
        {
            return "null";
        }

        var text = string.Join(", ", values.Select(v => string.Create(CultureInfo.InvariantCulture, $"i64 {v}")));
        if (!_words.TryGetValue(text, out var name))
        {
            _words.Add(text, name = Global($"[{values.Count} x i64]", $"[{text}]", "constant", 8));
        }

        return name;
    }

    public string Doubles(IReadOnlyList<double> values) =>
        values.Count == 0 ? "null" : Global($"[{values.Count} x double]", $"[{string.Join(", ", values.Select(v => $"double {Double(v)}"))}]", "constant", 8);

    /// <summary>An array of structures or pointers of one type; null where there are none.</summary>
    public string Array(string type, IReadOnlyList<string> elements) =>
        elements.Count == 0 ? "null" : Global($"[{elements.Count} x {type}]", $"[{string.Join(", ", elements.Select(e => $"{type} {e}"))}]", "constant", 8);

    /// <summary>A structure of a type.</summary>
    public string Structure(string type, string value) => Global(type, value, "constant", 8);

    /// <summary>LLVM reads reals exactly as the bits of a double.</summary>
    public static string Double(double value) => string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.DoubleToInt64Bits(value):X16}");

    private string Global(string type, string value, string kind, int alignment)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@nnc.data.{_next++}");
        _text.Append(CultureInfo.InvariantCulture, $"{name} = private unnamed_addr {kind} {type} {value}, align {alignment}\n");
        return name;
    }

    private static string Escape(byte value) =>
        value is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\' ? ((char)value).ToString() : $"\\{value:X2}";
}
