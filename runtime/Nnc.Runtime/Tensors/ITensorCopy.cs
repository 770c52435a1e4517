namespace Nnc.Runtime.Tensors;

/// <summary>The values of a tensor in the memory of a device, which may be newer than those in the host's.</summary>
public interface ITensorCopy
{
    /// <summary>Told before the host reads or writes the tensor: its memory must hold the newest values when this returns, and may hold others afterwards.</summary>
    void BeforeHostAccess();

    /// <summary>Told once, by any thread, before the host's memory is freed: nothing may touch it afterwards. Must not throw.</summary>
    void BeforeHostFree();
}
