namespace Nnc.Graph.Recurrences;

/// <summary>What a pass did to a recurrence. <see cref="Recurrence.History"/> keeps it, so that a report tells what was done and nothing else.</summary>
/// <param name="Before">The recurrence as it was: the nodes of the change are of its step.</param>
public abstract record RecurrenceChange(Recurrence Before);

/// <summary>A product with an operand that joins several became a product for each of them.</summary>
/// <param name="Product">The product as it was, a node of the step.</param>
/// <param name="Result">What stands for it: a sum of products, or products joined.</param>
public sealed record ProductSplit(Recurrence Before, Node Product, Node Result) : RecurrenceChange(Before);

/// <summary>A value that no state feeds is computed before the loop.</summary>
/// <param name="Value">The value as the step computed it.</param>
/// <param name="IsVarying">Whether it was computed for all steps at once; otherwise no step changes it, and it was computed once.</param>
public sealed record MovedBefore(Recurrence Before, Node Value, bool IsVarying) : RecurrenceChange(Before);

/// <summary>A value that feeds no state is computed after the loop, for all steps at once.</summary>
public sealed record MovedAfter(Recurrence Before, Node Value) : RecurrenceChange(Before);

/// <summary>A costly value that no state feeds stays in the loop, since an operator on the way cannot be applied to all steps at once.</summary>
public sealed record StayedInside(Recurrence Before, Node Value) : RecurrenceChange(Before);

/// <summary>A state that nothing wanted depends on is gone, with all that only it needed.</summary>
public sealed record StateRemoved(Recurrence Before, RecurrentState State) : RecurrenceChange(Before);
