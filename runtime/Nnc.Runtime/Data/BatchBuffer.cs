using System.Collections.Immutable;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>One batch of each column of a data set, in memory that is used again for every batch.</summary>
public sealed class BatchBuffer
{
    private readonly DataSet _data;
    private readonly ImmutableArray<HostTensor> _buffers;
    private readonly nint[] _addresses;

    public BatchBuffer(DataSet data, int batch)
    {
        _data = data;
        _buffers = [.. data.Columns.Select(c => new HostTensor(c.Tensor.Element, [batch, .. c.Tensor.Shape.AsSpan()[1..]]))];
        _addresses = [.. _buffers.Select(b => b.Address)];
        BatchSize = batch;
    }

    /// <summary>The most samples a batch can have.</summary>
    public int BatchSize { get; }

    /// <summary>The number of samples loaded last.</summary>
    public int Count { get; private set; }

    /// <summary>Where the loaded samples of a column start, by the column's position in the data set.</summary>
    public ReadOnlySpan<nint> Addresses => _addresses;

    /// <summary>Gathers samples.</summary>
    /// <param name="placeOf">Where so many samples of a column are wanted, by the column's position; 0 for anywhere.</param>
    public void Load(ReadOnlySpan<int> rows, Func<int, int, nint>? placeOf = null)
    {
        Count = rows.Length;
        var areConsecutive = AreConsecutive(rows);
        for (var i = 0; i < _buffers.Length; i++)
        {
            var source = _data.Columns[i].Tensor;
            var inPlace = areConsecutive ? source.Address + (nint)(rows[0] * source.RowBytes) : 0;

            // Samples that lie one after another are read where they are, if that keeps a tensor's alignment.
            if (areConsecutive && inPlace % HostTensor.Alignment == 0)
            {
                _addresses[i] = inPlace;
            }
            else
            {
                var place = placeOf?.Invoke(i, rows.Length) ?? 0;
                _addresses[i] = place != 0 ? place : _buffers[i].Address;
                DataSet.CopyRows(source, rows, _addresses[i]);
            }
        }
    }

    /// <summary>The loaded samples as tensors of their own, for a report about this batch.</summary>
    public ImmutableArray<NamedTensor> Copy(ReadOnlySpan<int> rows) => _data.Select(rows).Columns;

    private bool AreConsecutive(ReadOnlySpan<int> rows)
    {
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i] != rows[i - 1] + 1)
            {
                return false;
            }
        }

        return rows.Length > 0 && rows[0] + rows.Length <= _data.Count;
    }
}
