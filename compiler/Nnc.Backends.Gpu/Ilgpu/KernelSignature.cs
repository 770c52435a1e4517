using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>
/// What a kernel's method is passed: a view of every buffer and the sizes that it needs. ILGPU passes at most
/// <see cref="MostParameters"/>; kernels of more buffers get views of the whole memory instead, and a structure that says where in
/// it each buffer begins.
/// </summary>
internal sealed class KernelSignature
{
    public const int MostParameters = 14;

    private readonly Dictionary<Buffer, string> _places = [];
    private readonly Dictionary<DimSymbol, string> _sizes = [];
    private readonly string _real;
    private readonly Kernel _kernel;
    private readonly int _realBytes;
    private readonly Func<Buffer, bool> _isModel;

    /// <param name="title">The kernel's name, which the structure's begins with.</param>
    /// <param name="isModel">Whether a buffer outlives calls, and lies in the model's memory.</param>
    public KernelSignature(Kernel kernel, string title, int realBytes, Func<Buffer, bool> isModel)
    {
        (_kernel, Title, _realBytes, _isModel) = (kernel, title, realBytes, isModel);
        _real = realBytes == 4 ? "float" : "double";
        Buffers = KernelInputs.Buffers(kernel);
        Sizes = KernelInputs.Sizes(kernel);
        IsPacked = Buffers.Length + Sizes.Length > MostParameters;
        foreach (var symbol in Sizes)
        {
            _sizes.Add(symbol, Names.Of(symbol.Name));
        }

        foreach (var buffer in Buffers)
        {
            _places.Add(buffer, Names.Of(buffer.Name));
        }
    }

    public string Title { get; }

    /// <summary>The names that the method's locals must keep off.</summary>
    public Names Names { get; } = new("places", "model", "workspace", "Functions", "Grid", "Group", "Math", "MathF");

    /// <summary>The buffers that own the memory that the kernel touches, in order of first use.</summary>
    public ImmutableArray<Buffer> Buffers { get; }

    /// <summary>The symbolic sizes and positions that it computes with.</summary>
    public ImmutableArray<DimSymbol> Sizes { get; }

    /// <summary>Whether buffers are passed as places in the whole memory.</summary>
    public bool IsPacked { get; }

    /// <summary>The structure's name, where there is one.</summary>
    public string Structure => $"{Title}Places";

    /// <summary>The memory's views, where buffers are passed as places in them.</summary>
    public ImmutableArray<(bool IsModel, ElementType Element)> Arenas =>
        [.. Buffers.Select(b => (IsModel: _isModel(b), b.Element)).Distinct().OrderBy(a => !a.IsModel).ThenBy(a => a.Element)];

    /// <summary>The types and names that the method declares.</summary>
    public ImmutableArray<(string Type, string Name)> Parameters => IsPacked
        ? [.. Arenas.Select(a => (ViewOf(a.Element), ArenaName(a.IsModel, a.Element))), (Structure, "places")]
        : [.. Buffers.Select(b => (ViewOf(b.Element), _places[b])), .. Sizes.Select(s => ("int", _sizes[s]))];

    /// <summary>The structure's fields, all of them int.</summary>
    public IEnumerable<string> Fields => Buffers.Select(b => _places[b]).Concat(Sizes.Select(s => _sizes[s]));

    /// <summary>The same parameters for another method, whose locals have names of their own.</summary>
    public KernelSignature WithFreshNames() => new(_kernel, Title, _realBytes, _isModel);

    public string SizeName(DimSymbol symbol) => IsPacked ? $"places.{_sizes[symbol]}" : _sizes[symbol];

    /// <summary>An element of a buffer's owner, at a distance from where the owner begins.</summary>
    public string Element(Buffer owner, string address) => IsPacked
        ? $"{ArenaName(_isModel(owner), owner.Element)}[places.{_places[owner]} + {address}]"
        : $"{_places[owner]}[{address}]";

    /// <summary>The name of the floating type.</summary>
    public string Real => _real;

    /// <summary>The type of a local.</summary>
    public string TypeOf(ElementType element) => element switch
    {
        ElementType.Real => _real,
        ElementType.Int => "int",
        ElementType.Bool => "bool",
        _ => throw new UnreachableException(),
    };

    /// <summary>The type of elements in memory: ILGPU has no views of bool.</summary>
    public static string StoredType(ElementType element, string real) => element switch
    {
        ElementType.Real => real,
        ElementType.Int => "int",
        ElementType.Bool => "byte",
        _ => throw new UnreachableException(),
    };

    public static string ArenaName(bool isModel, ElementType element) => (isModel ? "model" : "workspace") + element;

    private string ViewOf(ElementType element) => $"ArrayView<{StoredType(element, _real)}>";
}
