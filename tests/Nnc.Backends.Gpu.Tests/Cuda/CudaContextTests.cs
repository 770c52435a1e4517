using Nnc.Backends.Gpu.Cuda;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>What a program hears that finds no device to run on.</summary>
public sealed class CudaContextTests
{
    [Fact]
    public void Without_a_library_there_is_no_driver() => Assert.Equal("NN0750", Assert.Throws<CudaException>(() => CudaContext.Open(null)).Code);

    [Fact]
    public void Without_a_device_the_drivers_reason_is_told()
    {
        var none = Refusal(new StandInDriver { Start = CudaResult.NoDevice });
        Assert.Equal("NN0751", none.Code);
        Assert.Contains("CUDA_ERROR_NODEVICE: as the stand-in says", none.Message, StringComparison.Ordinal);
        Assert.Equal("NN0751", Refusal(new StandInDriver { Devices = 0 }).Code);
    }

    [Fact]
    public void An_ordinal_beyond_the_devices_is_told_how_many_there_are()
    {
        using var driver = new StandInDriver { Devices = 2 };
        var refusal = Assert.Throws<CudaException>(() => CudaContext.Open(driver, 2));
        Assert.Equal(("NN0751", "the CUDA driver finds no device: there are 2, counted from 0, and number 2 is asked for"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void An_old_driver_is_told_with_both_versions()
    {
        var refusal = Refusal(new StandInDriver { Version = 11040 });
        Assert.Equal(("NN0752", "the driver knows CUDA 11.4, and PTX 7.8 needs 11.8"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void An_old_device_is_told_with_its_capability()
    {
        var refusal = Refusal(new StandInDriver { Capability = (7, 5) });
        Assert.Equal(("NN0753", "`Stand-in` has compute capability 7.5, and kernels are made for 8.0 and newer"), (refusal.Code, refusal.Message));
    }

    [Theory]
    [InlineData(8, 0, "sm_80")]
    [InlineData(8, 9, "sm_80")]
    [InlineData(9, 0, "sm_90")]
    [InlineData(10, 0, "sm_90")]
    public void The_processor_is_the_newest_that_the_device_runs(int major, int minor, string processor)
    {
        using var driver = new StandInDriver { Capability = (major, minor) };
        using var context = CudaContext.Open(driver);
        Assert.Equal(processor, context.Processor);
    }

    [Fact]
    public void Too_little_memory_is_told_with_what_is_wanted_and_free()
    {
        using var driver = new StandInDriver { Memory = 10_000 };
        using var context = CudaContext.Open(driver);
        context.Allocate(4_000, "The first");
        var refusal = Assert.Throws<CudaException>(() => context.Allocate(7_000, "The second"));
        Assert.Equal(("NN0754", "The second takes 7,000 bytes of the device's memory, and 6,000 are free"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void A_fault_is_told_with_the_drivers_name_for_it()
    {
        using var driver = new StandInDriver();
        using var context = CudaContext.Open(driver);
        driver.Fault = CudaResult.IllegalAddress;
        var refusal = Assert.Throws<CudaException>(context.Synchronize);
        Assert.Equal(("NN0755", "running kernels failed with CUDA_ERROR_ILLEGALADDRESS: as the stand-in says"), (refusal.Code, refusal.Message));
    }

    private static CudaException Refusal(StandInDriver driver)
    {
        using (driver)
        {
            return Assert.Throws<CudaException>(() => CudaContext.Open(driver));
        }
    }
}
