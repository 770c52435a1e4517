using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Llvm;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>An NVIDIA GPU: kernels as PTX through LLVM, run by the driver. Tensors that outlive calls stay on the device.</summary>
internal sealed class CudaDevice : IDevice
{
    private readonly CudaContext _context;
    private readonly CudaPool _pool;
    private readonly GpuTarget _target;
    private readonly Func<PtxModule, string, string> _compile;
    private readonly CudaCopies _copies;
    private readonly bool _isProfiled;

    /// <param name="compile">Makes the text that the driver loads of a module, for a processor such as <c>sm_90</c>.</param>
    /// <param name="isProfiled">Whether functions time their kernels.</param>
    public CudaDevice(CudaContext context, GpuTarget target, Func<PtxModule, string, string> compile, bool isProfiled = false)
    {
        (_context, _target, _compile, _isProfiled) = (context, target, compile, isProfiled);
        (_pool, _copies) = (new CudaPool(context), new CudaCopies(context));
    }

    public string Name => "cuda";

    public TensorElement Real => TensorElement.Float32;

    public bool IsProcessor => false;

    /// <summary>The first device of this machine.</summary>
    /// <exception cref="CudaException">NN0750 to NN0753: there is none that can run kernels.</exception>
    public static CudaDevice Open(GpuPrecision precision, bool isProfiled)
    {
        var context = CudaContext.Open(CudaDriver.Find());
        var target = GpuTarget.Cuda(precision).On(context.SharedBytes);
        return new(context, target, (module, processor) => LlvmPtx.Compile(PtxModule.Prelude + module.Ir, processor), isProfiled);
    }

    public IDeviceFunction Compile(GraphFunction function) => NativeDevice.WithLlvm(() =>
    {
        _context.Enter();
        var program = GpuScheduler.Schedule(Scheduler.Schedule(function, new KernelProgramOptions(Real.Size())), _target);
        var compiled = new CudaFunction(_context, program, module => _compile(module, _context.Processor), _isProfiled);
        return new CudaDeviceFunction(_context, _pool, compiled, function, _copies);
    });

    public void Keep(HostTensor tensor)
    {
        _context.Enter();
        _copies.Keep(tensor);
    }

    public DevicePeak MeasurePeak() => NativeDevice.WithLlvm(() =>
    {
        _context.Enter();
        var peak = CudaPeak.Measure(_context, _target.Precision, module => _compile(module, _context.Processor));
        return new DevicePeak(peak.Flops, peak.Bytes);
    });

    public void Wait()
    {
        _context.Enter();
        _context.Synchronize();
    }

    /// <summary>Gives back what the device holds, once nothing looks at tensors that stayed there any more.</summary>
    public void Dispose()
    {
        _context.Settle();
        _copies.Dispose();
        _pool.Dispose();
        _context.Dispose();
    }
}
