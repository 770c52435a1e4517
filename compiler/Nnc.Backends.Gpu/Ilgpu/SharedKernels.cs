using System.Globalization;
using System.Text.RegularExpressions;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>
/// Finds kernels that do the same with other memory: those whose texts differ in names only. One method serves them all, so that a
/// device's compiler sees it once.
/// </summary>
/// <example><c>tanh_2[i] = Tanh(a[i] + b1[i])</c> and <c>tanh_5[i] = Tanh(c[i] + b2[i])</c> are launches of one kernel with other views.</example>
internal sealed partial class SharedKernels
{
    private readonly Dictionary<string, EmittedKernel> _first = [];

    /// <summary>The kernel, launched by the name of an equal one before it where there is one, and then without a text of its own.</summary>
    public EmittedKernel Of(EmittedKernel kernel)
    {
        // A structure of places has the name of its kernel, and the host refers to it.
        if (kernel.Signature.IsPacked || _first.TryAdd(FormOf(kernel.Text), kernel))
        {
            return kernel;
        }

        return kernel with { Name = _first[FormOf(kernel.Text)].Name, Text = "" };
    }

    /// <summary>The text without comments, each declared name replaced by how many came before it.</summary>
    private static string FormOf(string text)
    {
        var code = Comments().Replace(text, "");
        var declared = Declarations().Matches(code).Select(m => m.Groups[1].Value).ToHashSet();
        var numbers = new Dictionary<string, string>();
        return FreeNames().Replace(code, match =>
        {
            if (!declared.Contains(match.Value))
            {
                return match.Value;
            }

            if (!numbers.TryGetValue(match.Value, out var number))
            {
                numbers.Add(match.Value, number = "$" + numbers.Count.ToString(CultureInfo.InvariantCulture));
            }

            return number;
        });
    }

    [GeneratedRegex(@"^\s*///.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    /// <summary>Methods, parameters and locals: what stands behind a type.</summary>
    [GeneratedRegex(@"\b(?:void|var|bool|byte|int|uint|float|double|ArrayView<\w+>) (@?\w+)")]
    private static partial Regex Declarations();

    /// <summary>Names that are no members of another.</summary>
    [GeneratedRegex(@"(?<![\w@.])@?[A-Za-z_]\w*")]
    private static partial Regex FreeNames();
}
