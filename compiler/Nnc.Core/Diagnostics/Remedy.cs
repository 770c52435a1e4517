using Nnc.Core.Text;

namespace Nnc.Core.Diagnostics;

/// <summary>A change of the source that mends what a diagnostic says: the fact that its help is made of, for an editor to act on.</summary>
public abstract record Remedy;

/// <summary>Another text at a place.</summary>
/// <param name="Title">What is done, as a command: <c>write `last`</c>.</param>
public sealed record ReplacementRemedy(SourceSpan Place, string Text, string Title) : Remedy;

/// <summary>Another name for one that is misspelt.</summary>
/// <param name="Within">The name, or the call that has it as an argument.</param>
public sealed record SpellingRemedy(SourceSpan Within, string Wrong, string Right) : Remedy;

/// <summary>A convolution that pads.</summary>
/// <param name="Call">The convolution's call.</param>
public sealed record PaddingRemedy(SourceSpan Call, int Pad) : Remedy;

/// <summary>Another size of an axis that a declaration writes as a number.</summary>
/// <param name="Declaration">The <c>param</c>, <c>input</c> or equation with the type.</param>
public sealed record SizeRemedy(SourceSpan Declaration, int Axis, string Size) : Remedy;

/// <summary>One axis of all but the first, before a stage of a pipeline.</summary>
public sealed record FlattenRemedy(SourceSpan Stage) : Remedy;

/// <summary>A value of a name before the first step of a recurrence, or after the last.</summary>
/// <param name="Read">Where the value is read.</param>
/// <param name="Position">The position that has no value: <c>-1</c>.</param>
public sealed record StartRemedy(SourceSpan Read, string Name, string Position) : Remedy;
