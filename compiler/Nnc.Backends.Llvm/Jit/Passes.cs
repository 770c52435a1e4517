namespace Nnc.Backends.Llvm.Jit;

/// <summary>Which of LLVM's passes run.</summary>
internal static class Passes
{
    /// <summary>
    /// The code arrives vectorised and with its loops in order: what is left is registers for stack slots, inlining, common
    /// subexpressions, addresses and dead code. LLVM's own vectorisers and unrolling would only take time.
    /// </summary>
    public const string Pipeline =
        "always-inline,cgscc(inline),function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,"
        + "loop-mssa(licm),gvn,instcombine<no-verify-fixpoint>,simplifycfg,adce),globaldce";
}
