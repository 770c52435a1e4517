using System.Globalization;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>The value of a manifest's formula: sums and differences of products of numbers, names and <c>floor_div(a, b)</c>.</summary>
internal sealed class SizeFormula(string text, IReadOnlyDictionary<string, long> names)
{
    private int _at;

    public static long Evaluate(string text, IReadOnlyDictionary<string, long> names)
    {
        var formula = new SizeFormula(text, names);
        var value = formula.Sum();
        return formula._at == text.Length ? value : throw new FormatException($"`{text}` does not end at {formula._at}.");
    }

    private long Sum()
    {
        var value = Product();
        while (Take('+') || Peek() == '-')
        {
            value += Product();
        }

        return value;
    }

    private long Product()
    {
        var value = Take('-') ? -Factor() : Factor();
        while (Take('*'))
        {
            value *= Factor();
        }

        return value;
    }

    private long Factor()
    {
        Peek();
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '\''))
        {
            _at++;
        }

        var word = text[start.._at];
        if (word == "floor_div" && Take('('))
        {
            var numerator = Sum();
            Take(',');
            var quotient = Math.Floor((double)numerator / Sum());
            Take(')');
            return (long)quotient;
        }

        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : names[word];
    }

    private bool Take(char sign)
    {
        if (Peek() != sign)
        {
            return false;
        }

        _at++;
        return true;
    }

    private char Peek()
    {
        while (_at < text.Length && text[_at] == ' ')
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }
}
