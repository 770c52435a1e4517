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
        var difference = actual - expected;
        if (difference == Dim.Zero)
        {
            return;
        }

        if (difference.IsConstant || SizeBounds.IsPositive(difference) || SizeBounds.IsPositive(-difference))
        {
            throw Fail(refuted());
        }

        Context.LeaveToRunTime(difference, ConstraintKind.Zero, $"`{actual}` must equal `{expected}`", UserPlace(span));
    }

    /// <summary>Requires a size to be at least 1.</summary>
    public void RequirePositive(Dim size, Func<Diagnostic> refuted, SourceSpan span)
    {
        if (SizeBounds.IsPositive(size))
        {
            return;
        }

        if (size.IsConstant || SizeBounds.IsPositive(1 - size))
        {
            throw Fail(refuted());
        }

        Context.LeaveToRunTime(size - 1, ConstraintKind.NonNegative, $"`{size}` must be at least 1", UserPlace(span));
    }

    /// <summary>Requires a dimension not to be negative.</summary>
    public void RequireNonNegative(Dim number, Func<Diagnostic> refuted, string message, SourceSpan span)
    {
        if (SizeBounds.IsPositive(number + 1))
        {
            return;
        }

        if (number.IsConstant || SizeBounds.IsPositive(-number))
        {
            throw Fail(refuted());
        }

        Context.LeaveToRunTime(number, ConstraintKind.NonNegative, message, UserPlace(span));
    }
}
