using System.Collections.Immutable;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Where an element lies: a linear function of the loops, in elements from the start of the storage, plus what is not linear.</summary>
/// <param name="Rest">Indices that are not linear, each with the stride it is multiplied by.</param>
internal sealed record Access(Buffer Buffer, LinearIndex Linear, ImmutableArray<(ScalarExpression Index, Dim Stride)> Rest)
{
    public static Access Of(Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        var linear = LinearIndex.Of(buffer.Origin);
        var rest = ImmutableArray.CreateBuilder<(ScalarExpression, Dim)>();
        for (var d = 0; d < index.Length; d++)
        {
            AddTerms(index[d], buffer.Stride(d));
        }

        return new(buffer, linear, rest.ToImmutable());

        void AddTerms(ScalarExpression term, Dim factor)
        {
            if (LinearIndex.Parse(term) is { } part)
            {
                linear = linear.Plus(part.Times(factor));
                return;
            }

            switch (term)
            {
                case Apply { Function: ScalarFunction.Add, Arguments: [var a, var b] }:
                    AddTerms(a, factor);
                    AddTerms(b, factor);
                    break;
                case Apply { Function: ScalarFunction.Subtract, Arguments: [var a, var b] }:
                    AddTerms(a, factor);
                    AddTerms(b, -factor);
                    break;
                case Apply { Function: ScalarFunction.Multiply, Arguments: [var a, var b] } when LinearIndex.Parse(b) is { IsConstant: true } by:
                    AddTerms(a, factor * by.Constant);
                    break;
                default:
                    rest.Add((term, factor));
                    break;
            }
        }
    }
}
