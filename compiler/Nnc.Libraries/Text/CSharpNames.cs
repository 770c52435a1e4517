using System.Globalization;
using Nnc.Graph;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries.Text;

/// <summary>Names and types of the interface as C# writes them.</summary>
internal static class CSharpNames
{
    private static readonly HashSet<string> _keywords =
    [
        .. ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit "
            + "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator "
            + "out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this "
            + "throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' '),
    ];

    public static string TypeOf(ElementType element, int realBytes) => element switch
    {
        ElementType.Real => realBytes == 4 ? "float" : "double",
        ElementType.Int => "int",
        ElementType.Bool => "byte",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary><c>train_step</c> → <c>TrainStep</c>.</summary>
    public static string Pascal(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(w => char.ToUpper(w[0], CultureInfo.InvariantCulture) + w[1..]));

    /// <summary><c>grad_norm</c> → <c>gradNorm</c>.</summary>
    public static string Camel(string name)
    {
        var pascal = Pascal(name);
        var camel = char.ToLower(pascal[0], CultureInfo.InvariantCulture) + pascal[1..];
        return _keywords.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary>A text in documentation.</summary>
    public static string Documentation(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>The names of a block's tensors as properties, no two alike and none that of the class or of another member.</summary>
    public static IEnumerable<(InterfaceTensor Tensor, string Name)> Properties(InterfaceBlock block, IEnumerable<string> taken)
    {
        var names = new MemberNames(taken);
        return [.. block.Tensors.Select(t => (t, names.Of(Pascal(t.Member))))];
    }
}
