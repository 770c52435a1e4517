using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>A function on a CUDA device: what does not stay there is copied through slots of the host, one for each call that may be under way.</summary>
internal sealed class CudaDeviceFunction : IDeviceFunction
{
    private const int Slots = 4;

    private readonly CudaContext _context;
    private readonly CudaPool _pool;
    private readonly CudaFunction _function;
    private readonly CudaCopies _kept;
    private readonly string _name;
    private readonly int _inputs;
    private readonly ImmutableHashSet<int> _updated;
    private readonly CudaSlot[] _slots;
    private readonly nint[] _addresses;
    private readonly CudaCopy?[] _copies;
    private long[] _sizes = [];
    private CudaLayout? _layout;

    /// <summary>By which layout inputs of the next call are written in its slot already; null for none.</summary>
    private CudaLayout? _placed;
    private long _calls;

    /// <param name="kept">The tensors that stay on the device.</param>
    public CudaDeviceFunction(CudaContext context, CudaPool pool, CudaFunction function, GraphFunction source, CudaCopies kept)
    {
        (_context, _pool, _function, _kept, _name, _inputs) = (context, pool, function, kept, source.Name, source.Inputs.Length);
        var names = source.Inputs.Select(i => i.Name).ToList();
        _updated = [.. source.Outputs.Where(o => o.Role == OutputRole.Update).Select(o => names.IndexOf(o.Updates!))];
        _slots = [.. Enumerable.Range(0, Slots).Select(_ => new CudaSlot(context))];
        _addresses = new nint[_inputs + source.Outputs.Count(o => o.Role != OutputRole.Update)];
        _copies = new CudaCopy?[_addresses.Length];
    }

    public ImmutableArray<DimSymbol> Symbols => _function.Symbols;

    public int CallsAhead => Slots - 1;

    public IEnumerable<(string Kernel, ulong Time)> Profile => _function.Profile.Select(k => (k.Kernel, (ulong)Math.Round(k.Nanoseconds)));

    public string ProfileUnit => "nanoseconds";

    public long WorkspaceBytes(ReadOnlySpan<long> sizes) => _function.WorkspaceBytes(sizes);

    public void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes)
    {
        Begin(arguments, sizes);
        Finish(0);
    }

    public nint PlaceOf(int input, ReadOnlySpan<long> sizes)
    {
        // What goes through a slot is known after the first call with these sizes.
        if (_layout is null || !sizes.SequenceEqual(_sizes) || _layout.Inputs.All(p => p.Argument != input))
        {
            return 0;
        }

        _context.Enter();
        var slot = _slots[_calls % Slots];
        slot.Finish();
        slot.Reserve(_layout.ArgumentBytes);
        _placed = _layout;
        return slot.Address + (nint)_layout.Inputs.First(p => p.Argument == input).Offset;
    }

    public void Begin(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes)
    {
        _context.Enter();
        _kept.FreeLeft();
        var layout = LayoutOf(arguments, sizes);
        if (_placed is not null && _placed != layout)
        {
            // They stay where they are and are copied from there: this call takes the next slot.
            _calls++;
        }

        _placed = null;
        _pool.Reserve(layout.TotalBytes, string.Create(CultureInfo.InvariantCulture, $"a call of `{_name}`"));
        var slot = _slots[_calls++ % Slots];
        slot.Finish();
        slot.Reserve(layout.ArgumentBytes);
        Send(layout, slot, arguments);
        _function.Enqueue(_addresses, sizes, _pool.Address + (nint)layout.ArgumentBytes);
        Receive(layout, slot, arguments);
    }

    public void Finish(int underWay)
    {
        for (var call = Math.Max(_calls - Slots, 0); call < _calls - underWay; call++)
        {
            _slots[call % Slots].Finish();
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }

        _function.Dispose();
    }

    /// <summary>The layout of the last call, unless sizes or what stays on the device have changed.</summary>
    private CudaLayout LayoutOf(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes)
    {
        var isSame = _layout is not null && sizes.SequenceEqual(_sizes);
        for (var k = 0; k < _copies.Length; k++)
        {
            var copy = _kept.Find(arguments[k]);
            isSame &= copy is null == _copies[k] is null;
            _copies[k] = copy;
        }

        if (!isSame)
        {
            var given = _sizes = sizes.ToArray();
            _layout = CudaLayout.Of(_inputs, _copies.Length, _updated, k => _copies[k] is null, k => _function.ArgumentBytes(k, given), _function.WorkspaceBytes(sizes));
        }

        return _layout!;
    }

    private void Send(CudaLayout layout, CudaSlot slot, ReadOnlySpan<nint> arguments)
    {
        foreach (var passed in layout.Inputs)
        {
            slot.Put(arguments[passed.Argument], passed.Offset, passed.Bytes);
        }

        foreach (var passed in layout.Inputs.Concat(layout.Outputs))
        {
            _addresses[passed.Argument] = _pool.Address + (nint)passed.Offset;
        }

        _context.CopyToDevice(_pool.Address, slot.Address, layout.InputBytes);
        for (var k = 0; k < _copies.Length; k++)
        {
            if (_copies[k] is { } copy)
            {
                _addresses[k] = copy.Address;
                if (k < _inputs)
                {
                    copy.BeforeDeviceRead();
                }
            }
        }
    }

    private void Receive(CudaLayout layout, CudaSlot slot, ReadOnlySpan<nint> arguments)
    {
        for (var k = 0; k < _copies.Length; k++)
        {
            if (k >= _inputs || _updated.Contains(k))
            {
                _copies[k]?.AfterDeviceWrite();
            }
        }

        // All outputs come back in one copy, overwritten inputs each in its own.
        _context.CopyToHost(slot.Address + (nint)layout.InputBytes, _pool.Address + (nint)layout.InputBytes, layout.ArgumentBytes - layout.InputBytes);
        foreach (var passed in layout.Returned)
        {
            _context.CopyToHost(slot.Address + (nint)passed.Offset, _pool.Address + (nint)passed.Offset, passed.Bytes);
        }

        foreach (var passed in layout.Outputs.Concat(layout.Returned))
        {
            slot.Expect(arguments[passed.Argument], passed.Offset, passed.Bytes);
        }

        if (layout.ArgumentBytes > 0)
        {
            slot.Begin();
        }
    }
}
