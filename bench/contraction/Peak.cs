using System.Globalization;
using System.Text;
using Nnc.Backends.Llvm.Jit;

namespace Nnc.Bench.Contraction;

/// <summary>As many fused multiply-adds as the processor can do: independent chains in registers.</summary>
internal sealed unsafe class Peak : IDisposable
{
    private const int Chains = 14, Steps = 20_000;

    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint, void> _run;
    private readonly int _lanes;

    public Peak(CpuTarget cpu)
    {
        _lanes = cpu.Lanes(4);
        _module = NativeModule.Load([Text(cpu)], cpu);
        _run = (delegate* unmanaged<nint, void>)_module.Find("peak");
        Flops = 2.0 * Chains * Steps * _lanes;
    }

    /// <summary>Floating-point operations of one run.</summary>
    public static double Flops { get; private set; }

    public void Run()
    {
        var memory = stackalloc float[_lanes];
        _run((nint)memory);
    }

    public void Dispose() => _module.Dispose();

    private string Text(CpuTarget cpu)
    {
        var vector = $"<{_lanes} x float>";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"declare {vector} @llvm.fma.v{_lanes}f32({vector}, {vector}, {vector})\n");
        text.Append(CultureInfo.InvariantCulture, $"define void @peak(ptr %p) {cpu.Attributes} {{\nentry:\n  %x = load {vector}, ptr %p, align 4\n  br label %loop\nloop:\n");
        text.Append(CultureInfo.InvariantCulture, $"  %i = phi i64 [0, %entry], [%n, %loop]\n");
        for (var c = 0; c < Chains; c++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  %c{c} = phi {vector} [zeroinitializer, %entry], [%d{c}, %loop]\n");
        }

        for (var c = 0; c < Chains; c++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  %d{c} = call {vector} @llvm.fma.v{_lanes}f32({vector} %c{c}, {vector} %x, {vector} %x)\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  %n = add i64 %i, 1\n  %e = icmp eq i64 %n, {Steps}\n  br i1 %e, label %end, label %loop\nend:\n");
        for (var c = 1; c < Chains; c++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  %s{c} = fadd {vector} {(c == 1 ? "%d0" : $"%s{c - 1}")}, %d{c}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"  store {vector} %s{Chains - 1}, ptr %p, align 4\n  ret void\n}}\n").ToString();
    }
}
