using System.Runtime.InteropServices;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// The times of a function's kernels: of all launches in a call together, and of all calls the least. An event stands before the first
/// launch and behind each, so that what lies between two is a kernel and what the device waits for its launch, if it does.
/// </summary>
internal sealed class CudaProfile(CudaContext context) : IDisposable
{
    /// <summary>One more than launches of a call, as many as the longest call took.</summary>
    private readonly List<nint> _marks = [];

    /// <summary>The kernel of each launch of the call at hand.</summary>
    private readonly List<string> _launched = [];

    /// <summary>In the order of their first launches.</summary>
    private readonly OrderedDictionary<string, double> _least = [];

    /// <summary>Nanoseconds.</summary>
    public IEnumerable<(string Kernel, double Nanoseconds)> Times
    {
        get
        {
            Read();
            return _least.Select(k => (k.Key, k.Value));
        }
    }

    /// <summary>Before the first launch of a call.</summary>
    public void Begin()
    {
        Read();
        Mark();
    }

    /// <summary>After a launch.</summary>
    public void Launched(string kernel)
    {
        _launched.Add(kernel);
        Mark();
    }

    public void Dispose()
    {
        foreach (var mark in _marks)
        {
            context.DestroyEvent(mark);
        }

        _marks.Clear();
    }

    private void Mark()
    {
        if (_marks.Count == _launched.Count)
        {
            _marks.Add(context.CreateTimedEvent());
        }

        context.Record(_marks[_launched.Count]);
    }

    private void Read()
    {
        if (_launched.Count == 0)
        {
            return;
        }

        context.Wait(_marks[_launched.Count]);
        var call = new OrderedDictionary<string, double>();
        for (var k = 0; k < _launched.Count; k++)
        {
            call[_launched[k]] = call.GetValueOrDefault(_launched[k]) + context.Elapsed(_marks[k], _marks[k + 1]);
        }

        _launched.Clear();
        foreach (var (kernel, time) in call)
        {
            _least[kernel] = Math.Min(time, _least.GetValueOrDefault(kernel, double.PositiveInfinity));
        }
    }
}
