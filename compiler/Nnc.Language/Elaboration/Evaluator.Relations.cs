using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph.Models;

namespace Nnc.Language.Elaboration;

/// <summary>Relations between sizes: proved, refuted, or left to a check at the entry.</summary>
internal sealed partial class Evaluator
{
    /// <summary>Requires two sizes to be equal; what cannot be decided is checked when the entry is called.</summary>
    public void RequireEqual(Dim actual, Dim expected, Func<Diagnostic> refuted, SourceSpan span)
    {
        if (actual != expected && !IsDecided(actual, DimRelation.Equal, expected, refuted))
        {
            Context.LeaveToRunTime(actual - expected, ConstraintKind.Zero, $"`{actual}` must equal `{expected}`", UserPlace(span));
        }
    }

    /// <summary>Requires a size to be at least 1.</summary>
    public void RequirePositive(Dim size, Func<Diagnostic> refuted, SourceSpan span)
    {
        if (!IsDecided(size, DimRelation.GreaterOrEqual, Dim.One, refuted))
        {
            Context.LeaveToRunTime(size - 1, ConstraintKind.NonNegative, $"`{size}` must be at least 1", UserPlace(span));
        }
    }

    /// <summary>Requires a dimension not to be negative.</summary>
    public void RequireNonNegative(Dim number, Func<Diagnostic> refuted, string message, SourceSpan span)
    {
        if (!IsDecided(number, DimRelation.GreaterOrEqual, Dim.Zero, refuted))
        {
            Context.LeaveToRunTime(number, ConstraintKind.NonNegative, message, UserPlace(span));
        }
    }

    /// <summary>Requires two sizes to differ: then, and only then, the square of their difference is at least 1.</summary>
    public void RequireDifferent(Dim left, Dim right, Func<Diagnostic> refuted, string message, SourceSpan span)
    {
        var difference = left - right;
        if (!Holds(difference, DimRelation.Greater) && !Holds(difference, DimRelation.Less) && !IsDecided(left, DimRelation.NotEqual, right, refuted))
        {
            Context.LeaveToRunTime(difference * difference - 1, ConstraintKind.NonNegative, message, UserPlace(span));
        }

        bool Holds(Dim number, DimRelation relation) => Context.Prover.Decide(number, relation, Dim.Zero, DimQuantifier.CallersChoice) is DimVerdict.ProvedVerdict;
    }

    /// <summary>
    /// Whether the relation holds for all sizes; fails where it holds for none. The caller of an entry chooses the sizes, so one
    /// that does not fit refutes nothing.
    /// </summary>
    private bool IsDecided(Dim left, DimRelation relation, Dim right, Func<Diagnostic> refuted) =>
        Context.Prover.Decide(left, relation, right, DimQuantifier.CallersChoice) switch
        {
            DimVerdict.ProvedVerdict => true,
            DimVerdict.Refuted => throw Fail(refuted()),
            _ => false,
        };
}
