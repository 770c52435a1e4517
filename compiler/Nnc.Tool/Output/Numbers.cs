using System.Globalization;
using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>How numbers look in text for people.</summary>
internal static class Numbers
{
    /// <summary>Four decimals, or an exponent where those would say nothing or too much.</summary>
    public static string Short(double value) =>
        value != 0 && double.IsFinite(value) && Math.Abs(value) is < 1e-3 or >= 1e6
            ? value.ToString("0.000e+0", CultureInfo.InvariantCulture)
            : value.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Short(NamedValue value) => $"{value.Name} {Short(value.Value)}";

    /// <summary>Thousands apart: 61,706.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
