using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Data;

public class BatchTests
{
    [Theory]
    [InlineData(10, 3, new[] { 3, 3, 3, 1 })]
    [InlineData(6, 3, new[] { 3, 3 })]
    [InlineData(2, 5, new[] { 2 })]
    public void An_epoch_visits_every_sample_once(int count, int batch, int[] sizes)
    {
        var order = new EpochOrder(count, batch, isShuffled: true, seed: 7);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            order.Begin(epoch);
            var batches = Enumerable.Range(0, order.Batches).Select(b => order.Batch(b).ToArray()).ToArray();
            Assert.Equal(sizes, batches.Select(b => b.Length));
            Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(b => b).Order());
        }
    }

    [Fact]
    public void Each_epoch_has_an_order_of_its_own_that_is_found_again()
    {
        var order = new EpochOrder(100, 100, isShuffled: true, seed: 7);
        order.Begin(0);
        var first = order.Batch(0).ToArray();
        order.Begin(1);
        Assert.NotEqual(first, order.Batch(0).ToArray());
        order.Begin(0);
        Assert.Equal(first, order.Batch(0).ToArray());
    }

    [Fact]
    public unsafe void Batches_hold_their_samples_wherever_they_come_from()
    {
        var values = Enumerable.Range(0, 60).Select(i => (double)i).ToArray();
        var data = DataSet.Create(
            [new("x", HostTensor.Of(TensorElement.Float32, [20, 3], values)), new("y", HostTensor.Of(TensorElement.Int32, [20], values[..20]))], "t").Value;
        var buffer = new BatchBuffer(data, 4);
        int[][] batches = [[0, 1, 2, 3], [4, 5, 6, 7], [16, 17], [3, 2, 19], [5, 5]];
        foreach (var rows in batches)
        {
            buffer.Load(rows);
            Assert.Equal(rows.Length, buffer.Count);
            var x = new ReadOnlySpan<float>((void*)buffer.Addresses[0], rows.Length * 3).ToArray();
            var y = new ReadOnlySpan<int>((void*)buffer.Addresses[1], rows.Length).ToArray();
            Assert.Equal(rows, y);
            Assert.Equal(rows.SelectMany(r => Enumerable.Range(3 * r, 3)).Select(v => (float)v), x);
            Assert.All(buffer.Addresses.ToArray(), a => Assert.Equal(0, a % HostTensor.Alignment));
        }
    }

    [Fact]
    public void Samples_that_do_not_lie_in_a_row_are_gathered_where_they_are_wanted()
    {
        var data = DataSet.Create([new("x", HostTensor.Of(TensorElement.Float32, [3], [7, 8, 9])), new("y", HostTensor.Of(TensorElement.Int32, [3], [1, 2, 3]))], "t").Value;
        var (buffer, wanted) = (new BatchBuffer(data, 2), HostTensor.Of(TensorElement.Float32, [2], [0, 0]));
        buffer.Load([2, 0], (column, samples) => (column, samples) == (0, 2) ? wanted.Address : 0);
        Assert.Equal(wanted.Address, buffer.Addresses[0]);
        Assert.Equal([9, 7], wanted.ToDoubles());
        Assert.NotEqual(0, buffer.Addresses[1]);
    }
}
