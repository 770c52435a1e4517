using Nnc.Graph;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>A value of the function being written: a name or a constant, the same for all lanes or one a lane.</summary>
/// <param name="Lanes">1 for a scalar.</param>
internal readonly record struct Value(string Text, ElementType Element, int Lanes)
{
    public bool IsVector => Lanes > 1;
}
