using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Llvm;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Barriers, fragments and products of matrices after LLVM's passes: every thread of a warp reaches them, or none.</summary>
public sealed class PtxUniformityTests
{
    public static IEnumerable<object[]> Cases =>
        from path in (string[])["bench/workloads/lenet", "bench/workloads/resnet20", "bench/workloads/charlstm", "bench/workloads/attention", "examples/lstm_variants/lstm_variants"]
        from precision in Enum.GetValues<GpuPrecision>()
        select new object[] { path, precision };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_are_together_where_they_must_be(string path, GpuPrecision precision)
    {
        var found = 0;
        foreach (var function in EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, $"{path}.nnet"), TensorElement.Float32).Functions)
        {
            var module = PtxModule.Write(GpuScheduler.Schedule(Scheduler.Schedule(function.Graph), GpuTarget.Cuda(precision)));
            var ptx = LlvmPtx.Compile(PtxModule.Prelude + module.Ir, "sm_80");
            found += ptx.Split("bar.sync").Length - 1;
            Assert.Empty(PtxUniformity.Divergent(ptx));
        }

        Assert.NotEqual(0, found);
    }

    [Theory]
    [InlineData("icmp slt i32 %thread, 5", true)]
    [InlineData("icmp slt i32 %shared, 5", true)]
    [InlineData("icmp slt i32 %group, 5", false)]
    [InlineData("icmp slt i32 %n, 5", false)]
    public void A_barrier_under_a_branch_is_seen(string condition, bool isDivergent)
    {
        var ptx = LlvmPtx.Compile(PtxModule.Prelude + $$"""
            define ptx_kernel void @k(ptr addrspace(1) %p, i32 %n) {
              %thread = call i32 @nnc.thread()
              %group = call i32 @nnc.group()
              %place = getelementptr i32, ptr addrspace(1) %p, i32 %thread
              %shared = load volatile i32, ptr addrspace(1) %place
              %c = {{condition}}
              br i1 %c, label %inside, label %done
            inside:
              store volatile i32 %n, ptr addrspace(1) %place
              call void @nnc.barrier()
              store volatile i32 %group, ptr addrspace(1) %place
              br label %done
            done:
              ret void
            }
            """, "sm_80");
        Assert.Equal(isDivergent ? 1 : 0, PtxUniformity.Divergent(ptx).Count());
    }

    [Fact]
    public void A_barrier_in_a_loop_of_as_many_steps_as_the_thread_says_is_seen()
    {
        var ptx = LlvmPtx.Compile(PtxModule.Prelude + """
            define ptx_kernel void @k(i32 %n) {
            entry:
              %thread = call i32 @nnc.thread()
              br label %head
            head:
              %k = phi i32 [ 0, %entry ], [ %next, %head ]
              call void @nnc.barrier()
              %next = add i32 %k, 1
              %more = icmp slt i32 %next, %thread
              br i1 %more, label %head, label %done
            done:
              ret void
            }
            """, "sm_80");
        Assert.Single(PtxUniformity.Divergent(ptx));
    }
}
