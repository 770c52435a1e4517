namespace Nnc.Backends.Gpu.Cuda;

/// <summary>A call as graphs know it: a graph holds the sizes and addresses that it was recorded with.</summary>
internal sealed class RecordedCall(long[] sizes, nint[] arguments, nint workspace)
{
    /// <summary>The graph that can be launched; 0 before it is recorded.</summary>
    public nint Executable { get; set; }

    /// <summary>The launches of a call, once one has run.</summary>
    public long Launches { get; set; }

    /// <summary>Whether a call ran before.</summary>
    public bool HasRun { get; set; }

    public bool Is(ReadOnlySpan<nint> otherArguments, ReadOnlySpan<long> otherSizes, nint otherWorkspace) =>
        otherWorkspace == workspace && otherSizes.SequenceEqual(sizes) && otherArguments.SequenceEqual(arguments);
}

/// <summary>The graphs of a function, for the few sizes that it was called with last: training has two, its batch and a shorter last one.</summary>
internal sealed class CudaGraphs(CudaContext context) : IDisposable
{
    /// <summary>A graph of more launches takes more memory than it saves time.</summary>
    public const long MostLaunches = 100_000;

    private const int MostCalls = 4;

    /// <summary>The call used last comes first.</summary>
    private readonly List<RecordedCall> _calls = [];

    /// <summary>What is known of a call; the one that was not used for longest makes room for a new one.</summary>
    public RecordedCall Find(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes, nint workspace)
    {
        RecordedCall? found = null;
        foreach (var call in _calls)
        {
            if (call.Is(arguments, sizes, workspace))
            {
                found = call;
                break;
            }
        }

        if (found is null)
        {
            found = new RecordedCall(sizes.ToArray(), arguments.ToArray(), workspace);
            if (_calls.Count == MostCalls)
            {
                // It may be running.
                context.Synchronize();
                Destroy(_calls[^1]);
                _calls.RemoveAt(MostCalls - 1);
            }
        }
        else
        {
            _calls.Remove(found);
        }

        _calls.Insert(0, found);
        return found;
    }

    /// <summary>Records what is enqueued as the call's graph; nothing of it runs.</summary>
    public void Record(RecordedCall call, Action enqueue)
    {
        context.Check(context.Driver.BeginCapture(context.Stream), "recording a graph");
        try
        {
            enqueue();
        }
        catch
        {
            // The stream takes no other work before the recording has ended.
            if (context.Driver.EndCapture(context.Stream, out var unfinished) == CudaResult.Success)
            {
                context.Driver.DestroyGraph(unfinished);
            }

            throw;
        }

        context.Check(context.Driver.EndCapture(context.Stream, out var graph), "recording a graph");
        var result = context.Driver.Instantiate(out var executable, graph);
        context.Driver.DestroyGraph(graph);
        context.Check(result, "recording a graph");
        call.Executable = executable;
    }

    public void Dispose()
    {
        context.Settle();
        foreach (var call in _calls)
        {
            Destroy(call);
        }

        _calls.Clear();
    }

    private void Destroy(RecordedCall call) => context.DestroyExecutable(call.Executable);
}
