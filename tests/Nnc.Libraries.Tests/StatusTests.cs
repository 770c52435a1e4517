using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Scheduling;
using Nnc.Libraries.Interface;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>What a library is wrongly given is answered with a status that says what is wrong.</summary>
public sealed unsafe class StatusTests : IDisposable
{
    private readonly ShippedLibrary _lenet = new(LibraryFolder.Of("examples/lenet/lenet.nnet"));
    private readonly byte[] _params;
    private readonly byte[] _optimizer;
    private readonly float[] _images = new float[4 * 28 * 28];
    private readonly int[] _digits = [0, 1, 9, 3];

    public StatusTests()
    {
        (_params, _optimizer) = (new byte[_lenet.ParamsBytes], new byte[_lenet.OptimizerBytes]);
        Assert.Equal(0, _lenet.Init(_params, 1));
        Assert.Equal(0, _lenet.InitOptimizer(_optimizer, 1));
    }

    public void Dispose() => _lenet.Dispose();

    [Theory]
    [InlineData(0, "`N` must be at least 1")]
    [InlineData(-5, "`N` must be at least 1")]
    [InlineData(long.MinValue, "`N` must be at least 1")]
    [InlineData(1L << 31, "`N` must be less than 2^31")]
    [InlineData(long.MaxValue, "`N` must be less than 2^31")]
    public void A_size_out_of_range_is_named(long size, string message) => Assert.Equal(message, Train(size));

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_label_that_names_no_class_is_refused(int label)
    {
        _digits[2] = label;
        Assert.Equal("`digit` holds a value that is not in 0 to 9", Train(4));
    }

    [Fact]
    public void A_null_pointer_is_named()
    {
        fixed (float* images = _images)
        {
            Assert.Equal("`digit` is NULL", Message(_lenet.Run("train_step", _params, _optimizer, [4], [(nint)images, 0, 0, 0, 0])));
            Assert.Equal("`probabilities` is NULL", Message(_lenet.Run("forward", _params, null, [4], [(nint)images, 0])));
        }
    }

    [Fact]
    public void Scalars_that_nobody_wants_may_be_null() => Assert.Equal("done", Train(4));

    [Fact]
    public void A_block_that_nobody_initialised_is_refused()
    {
        Array.Clear(_params);
        Assert.Equal(Statuses.General[5].Message, Train(4));
    }

    [Fact]
    public void Another_version_another_model_and_another_size_are_refused()
    {
        fixed (byte* block = _params)
        {
            Assert.Equal(3, _lenet.Call("init", (nint)block, _params.Length, (nint)(_lenet.Abi + (1UL << 48)), 0, 0, 0));
            Assert.Equal(4, _lenet.Call("init", (nint)block, _params.Length, (nint)(_lenet.Abi ^ 1), 0, 0, 0));
            Assert.Equal(6, _lenet.Call("init", (nint)block, _params.Length - 1, (nint)_lenet.Abi, 0, 0, 0));
            Assert.Equal(1, _lenet.Call("init", 0, _params.Length, (nint)_lenet.Abi, 0, 0, 0));
        }
    }

    [Fact]
    public void A_workspace_that_is_too_small_is_refused()
    {
        var results = new float[40];
        fixed (byte* block = _params)
        fixed (float* images = _images, probabilities = results)
        {
            long size = 4;
            nuint bytes;
            Assert.Equal(0, _lenet.Call("forward_workspace", (nint)(&size), (nint)(&bytes)));
            Assert.Equal(7, _lenet.Call("forward", (nint)block, (nint)(&size), (nint)images, (nint)probabilities, (nint)images, (nint)bytes - 1, 0));
            Assert.Equal(7, _lenet.Call("forward", (nint)block, (nint)(&size), (nint)images, (nint)probabilities, 0, (nint)bytes, 0));
        }
    }

    [Fact]
    public void What_sizes_must_satisfy_is_checked_and_named()
    {
        using var library = new ShippedLibrary(LibraryFolder.OfText("halves", """
            model Halves {
              input image : real[N, 3, H, W]
              where H >= 12
              where W % 2 == 0
              dim w = W / 2
              left  = image[:, :, :, 0 : w]
              right = image[:, :, :, w : W]
              output difference = left - right
            }
            """));
        var block = new byte[library.ParamsBytes];
        Assert.Equal(0, library.Init(block, 0));
        var (input, output) = (new float[3 * 12 * 4], new float[3 * 12 * 2]);
        input[0] = 5;
        fixed (float* image = input, difference = output)
        {
            nint[] pointers = [(nint)image, (nint)difference];
            Assert.Equal("done", library.Message(library.Run("forward", block, null, [1, 12, 4], pointers)));
            Assert.Equal(5, output[0]);
            Assert.Equal("`H >= 12` must hold", library.Message(library.Run("forward", block, null, [1, 11, 4], pointers)));
            Assert.Equal("`W − 2·⌊W / 2⌋` must equal `0`", library.Message(library.Run("forward", block, null, [1, 12, 3], pointers)));
            Assert.Equal("`N` must be at least 1", library.Message(library.Run("forward", block, null, [0, 12, 4], pointers)));
        }
    }

    /// <summary>Sizes with divisions, computed by the library and by the compiler.</summary>
    [Fact]
    public void The_workspace_is_that_of_the_compiler()
    {
        using var library = new ShippedLibrary(LibraryFolder.OfText("pooled", """
            model Pooled {
              input image : real[N, 3, H, W]
              where H >= 12
              where W >= 12
              h = image |> conv2d(4, kernel: 3, stride: [3, 2], pad: 1) |> relu |> max_pool2d(2)
              output y = h |> conv2d(4, kernel: 1) |> mean(axis: [2, 3]) |> dense(2)
            }
            """));
        var function = SameBitsTests.Interface(library.Folder).Functions.Single();
        using var here = LlvmBackend.Compile(Scheduler.Schedule(function.Graph), new LlvmOptions(CpuLevel.X86V3));
        var compared = 0;
        for (long n = 1; n < 9; n += 7)
        {
            for (long h = 12; h < 60; h++)
            {
                long[] sizes = [n, h, 77 - h];
                nuint bytes;
                fixed (long* dims = sizes)
                {
                    if (library.Call("forward_workspace", (nint)dims, (nint)(&bytes)) == 0)
                    {
                        Assert.Equal(here.WorkspaceBytes(sizes) + 63, (long)bytes);
                        compared++;
                    }
                }
            }
        }

        Assert.InRange(compared, 4, 200);
    }

    [Fact]
    public void Sizes_whose_workspace_does_not_fit_64_bits_are_refused()
    {
        using var library = new ShippedLibrary(LibraryFolder.Of("bench/workloads/charlstm.nnet"));
        long[] sizes = [int.MaxValue, int.MaxValue];
        nuint bytes;
        fixed (long* dims = sizes)
        {
            Assert.Equal(8, library.Call("forward_workspace", (nint)dims, (nint)(&bytes)));
            Assert.Equal(8, library.Call("train_step_workspace", (nint)dims, (nint)(&bytes)));
        }
    }

    private string Train(long size)
    {
        fixed (float* images = _images)
        fixed (int* digits = _digits)
        {
            return Message(_lenet.Run("train_step", _params, _optimizer, [size], [(nint)images, (nint)digits, 0, 0, 0]));
        }
    }

    private string Message(int status) => _lenet.Message(status);
}
