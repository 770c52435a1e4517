using Nnc.Backends.Llvm.Interop;
using Nnc.Backends.Llvm.Jit;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

public sealed class JitTests
{
    [Theory]
    [InlineData(CpuLevel.Native)]
    [InlineData(CpuLevel.X86V3)]
    public unsafe void Runs_a_function_given_as_text(CpuLevel level)
    {
        var target = CpuTarget.For(level);
        using var module = NativeModule.Load([$"define i32 @twice(i32 %x) {target.Attributes} {{\n %y = add i32 %x, %x\n ret i32 %y\n}}\n"], target);

        var twice = (delegate* unmanaged<int, int>)module.Find("twice");

        Assert.Equal(42, twice(21));
    }

    [Fact]
    public void Wrong_text_is_an_error_with_llvms_message()
    {
        var error = Assert.Throws<LlvmException>(() => NativeModule.Load(["define i32 @f() { ret i64 0 }"], CpuTarget.For(CpuLevel.Native)));

        Assert.Contains("value doesn't match function result type", error.Message, StringComparison.Ordinal);
    }
}
