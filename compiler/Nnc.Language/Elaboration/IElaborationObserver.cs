using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Is told what elaboration finds, so that an editor shows what the compiler computes. Elaboration is the same with and without
/// an observer; an evaluation that only finds shapes has none.
/// </summary>
internal interface IElaborationObserver
{
    /// <summary>An expression has a value; in a layer's body once for each application.</summary>
    void Evaluated(Expression expression, Value value, Scope scope);

    /// <summary>A name is read at a place.</summary>
    void NameRead(SourceSpan place, Binding binding);

    /// <summary>A name has a value.</summary>
    void Defined(Binding binding, Value value);

    /// <summary>An input or entry formal has a type.</summary>
    void Declared(Identifier name, TensorValue value);

    /// <summary><c>embed.W</c> is that name of a layer's body.</summary>
    void MemberRead(SourceSpan member, Binding binding);

    /// <summary><c>s.h</c> is a tuple's member, which is named somewhere.</summary>
    void MemberRead(SourceSpan member, MemberName name);

    /// <summary>A layer's options stand at a place, and the instance that it made has a path.</summary>
    void InstanceMade(SourceSpan place, LayerInstance instance);

    /// <summary>An instance was applied at a place.</summary>
    void InstanceApplied(SourceSpan place, LayerInstance instance);

    /// <summary>A parameter was made by a <c>param</c> line.</summary>
    void ParameterMade(Identifier name, ModelParameter parameter);
}
