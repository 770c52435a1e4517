using System.Globalization;
using System.Text;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>A module of LLVM IR as it grows: functions, the intrinsics they call, constants and mathematical functions.</summary>
/// <param name="isWhole">Whether the module is the whole program; else others call its kernels.</param>
internal sealed class ModuleWriter(CpuTarget target, int realBytes, SizeTable sizes, bool isWhole = true)
{
    private readonly StringBuilder _functions = new();
    private readonly SortedDictionary<string, string> _declarations = new(StringComparer.Ordinal);
    private readonly HashSet<string> _defined = [];
    private readonly Dictionary<Buffer, string> _constants = [];

    public CpuTarget Target { get; } = target;

    public int RealBytes { get; } = realBytes;

    /// <summary>LLVM's name of the real type.</summary>
    public string Real => RealBytes == 4 ? "float" : "double";

    /// <summary>The linkage of functions that the entry point calls: it may be in another module.</summary>
    public string Linkage => isWhole ? "internal" : "external";

    /// <summary>Reals in a vector register.</summary>
    public int Lanes => Target.Lanes(RealBytes);

    /// <summary>What kernels find in the array of sizes.</summary>
    public SizeTable Sizes { get; } = sizes;

    public void AddFunction(string text) => _functions.Append(text).Append('\n');

    /// <summary>Adds a function the first time it is asked for.</summary>
    public string Define(string name, Func<string> text)
    {
        if (_defined.Add(name))
        {
            AddFunction(text());
        }

        return $"@{name}";
    }

    /// <summary>Declares a function once; returns how it is called.</summary>
    public string Intrinsic(string result, string name, string parameters)
    {
        _declarations.TryAdd(name, $"declare {result} @{name}({parameters})");
        return $"@{name}";
    }

    /// <summary>Adds declarations written elsewhere.</summary>
    public void Declare(IEnumerable<string> declarations)
    {
        foreach (var declaration in declarations.Where(d => d.StartsWith("declare", StringComparison.Ordinal)))
        {
            var start = declaration.IndexOf('@', StringComparison.Ordinal) + 1;
            _declarations.TryAdd(declaration[start..declaration.IndexOf('(', start)], declaration);
        }
    }

    /// <summary>The name of a constant buffer's data.</summary>
    public string Constant(Buffer buffer)
    {
        if (!_constants.TryGetValue(buffer, out var name))
        {
            _constants.Add(buffer, name = string.Create(CultureInfo.InvariantCulture, $"@constant{_constants.Count}"));
        }

        return name;
    }

    /// <summary>The type of an element in memory.</summary>
    public string Stored(ElementType element) => element switch
    {
        ElementType.Real => Real,
        ElementType.Int => "i32",
        ElementType.Bool => "i8",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public override string ToString()
    {
        var text = new StringBuilder("@nnc.zero = private unnamed_addr constant [64 x i8] zeroinitializer, align 64\n");
        foreach (var (buffer, name) in _constants)
        {
            var type = Stored(buffer.Element);
            var values = buffer.ConstantValues.Select(v => $"{type} {(buffer.Element == ElementType.Real ? RealLiteral(v) : FunctionWriter.Number((long)v))}");
            text.Append(CultureInfo.InvariantCulture, $"{name} = private unnamed_addr constant [{buffer.ConstantValues.Length} x {type}] [{string.Join(", ", values)}], align 64\n");
        }

        foreach (var declaration in _declarations.Values)
        {
            text.Append(declaration).Append('\n');
        }

        return text.Append('\n').Append(_functions).Append("!0 = !{}\n").ToString();
    }

    /// <summary>LLVM reads reals exactly as the bits of a double.</summary>
    public string RealLiteral(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.DoubleToInt64Bits(RealBytes == 4 ? (float)value : value):X16}");
}
