using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>The name of a tuple's member, and where it is written. Two are the same if their texts are.</summary>
internal sealed record MemberName(string Text, SourceSpan Place)
{
    public static MemberName? Of(Identifier? name) => name is null ? null : new(name.Text, name.Span);

    public bool Equals(MemberName? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
