using Nnc.Graph;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Philox 4×32-10 (Salmon, Moraes, Dror &amp; Shaw 2011) on lanes: word 0 of the block of (seed, stream, step, position).</summary>
internal static class PhiloxWriter
{
    /// <summary>How the generator is called on so many lanes; it takes and gives 64-bit integers.</summary>
    public static string NameOf(ModuleWriter module, int lanes)
    {
        var name = $"nnc.philox.{lanes}";
        return module.Define(name, () => Write(module, name, lanes));
    }

    private static string Write(ModuleWriter module, string name, int lanes)
    {
        var text = new FunctionWriter(module);
        text.Current = text.Body;
        var type = text.TypeOf(ElementType.Int, lanes);
        string Constant(long value) => lanes == 1 ? FunctionWriter.Number(value) : $"splat (i64 {FunctionWriter.Number(value)})";
        string Low(string value) => text.Name($"and {type} {value}, {Constant(0xFFFFFFFF)}");
        string High(string value) => text.Name($"lshr {type} {value}, {Constant(32)}");
        string Xor(string a, string b) => text.Name($"xor {type} {a}, {b}");
        string Times(string value, long by) => text.Name($"mul {type} {value}, {Constant(by)}");
        string Plus(string value, long by) => Low(text.Name($"add {type} {value}, {Constant(by)}"));

        var (key0, key1) = (Low("%seed"), High("%seed"));
        var (c0, c1, c2, c3) = (Low("%position"), High("%position"), Low("%step"), Low("%stream"));
        for (var round = 0; round < 10; round++)
        {
            var (a, b) = (Times(c0, 0xD2511F53), Times(c2, 0xCD9E8D57));
            (c0, c1, c2, c3) = (Xor(Xor(High(b), c1), key0), Low(b), Xor(Xor(High(a), c3), key1), Low(a));
            (key0, key1) = (Plus(key0, 0x9E3779B9), Plus(key1, 0xBB67AE85));
        }

        text.Line($"ret {type} {c0}");
        return text.Finish($"define internal {type} @{name}({type} %seed, {type} %stream, {type} %step, {type} %position) {module.Target.Attributes}");
    }
}
