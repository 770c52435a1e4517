using System.Collections.Immutable;
using System.Globalization;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>What may run at once, loops and the stages of wavefronts: each a function, with sizes where only it writes.</summary>
internal sealed partial class ProgramWriter
{
    private void WriteAtOnce(ImmutableArray<KernelLoop> loops)
    {
        string[] names = [.. loops.Select(l => string.Create(CultureInfo.InvariantCulture, $"loop{_sizes.PositionOf(l.Position)}"))];
        foreach (var (loop, name) in loops.Zip(names))
        {
            WriteFunction([loop], name);
        }

        _calls.CallLoops(names);
    }

    /// <summary>
    /// The strips of a wavefront. Each stage is a function: the sizes that kernels take at its start differ from strip to strip.
    /// </summary>
    private void Write(Wavefront front)
    {
        string[] names = [.. front.Stages.Select((_, k) => string.Create(CultureInfo.InvariantCulture, $"stage{k}.of{_sizes.PositionOf(front.First)}"))];
        foreach (var (stage, name) in front.Stages.Zip(names))
        {
            WriteFunction(stage, name);
        }

        _calls.CallStages(front, names, sharesThreads: _knowsThreads && _profile is null);
    }

    /// <summary><c>void NAME(ptr arguments, ptr dims, ptr workspace, ptr pool)</c>: items that know the positions of loops around them.</summary>
    private void WriteFunction(ImmutableArray<ProgramItem> items, string name)
    {
        var outer = (_run, _calls);
        _run = new FunctionWriter(_modules[0]);
        _calls = new KernelCalls(_run);
        _run.Current = _run.Body;
        _calls.StoreContext();
        foreach (var item in items)
        {
            Write(item);
        }

        _run.Line("ret void");
        _run.Module.AddFunction(_run.Finish($"define internal void @{name}(ptr %arguments, ptr %dims, ptr %workspace, ptr %pool) {_run.Module.Target.Attributes}"));
        (_run, _calls) = outer;
    }
}
