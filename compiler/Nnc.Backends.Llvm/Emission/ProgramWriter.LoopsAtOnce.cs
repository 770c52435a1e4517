using System.Collections.Immutable;
using System.Globalization;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Loops that may run at once: each a function with sizes of its own, since each has its own position.</summary>
internal sealed partial class ProgramWriter
{
    private void WriteAtOnce(ImmutableArray<KernelLoop> loops)
    {
        string[] names = [.. loops.Select(l => string.Create(CultureInfo.InvariantCulture, $"loop{_symbols.IndexOf(l.Position)}"))];
        foreach (var (loop, name) in loops.Zip(names))
        {
            WriteFunction(loop, name);
        }

        _calls.CallLoops(names);
    }

    /// <summary><c>void NAME(ptr arguments, ptr sizes, ptr workspace, ptr pool)</c>: a loop that knows the positions of those around it.</summary>
    private void WriteFunction(KernelLoop loop, string name)
    {
        var outer = (_run, _calls);
        _run = new FunctionWriter(_modules[0]);
        _calls = new KernelCalls(_run);
        var sizes = PrepareSizes(_symbols.Length);
        _run.Current = _run.Body;
        _calls.StoreContext();
        Write(loop);
        _run.Line("ret void");
        _run.Module.AddFunction(_run.Finish($"define internal void @{name}(ptr %arguments, ptr {sizes}, ptr %workspace, ptr %pool) {_run.Module.Target.Attributes}"));
        (_run, _calls) = outer;
    }
}
