using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>What a model leaves to its train block.</summary>
internal static class ModelNeeds
{
    /// <summary>
    /// Whether the model means something only with what a train block gives: values for options that can be no symbols, or a
    /// constant input at which a parameter starts.
    /// </summary>
    public static bool NeedsTrainBlock(this ModelDeclaration model)
    {
        var inputs = model.Body.Statements.OfType<InputStatement>().SelectMany(i => i.Names).Select(n => n.Text).ToHashSet();
        return model.Options.Any(o => o is { Default: null, Type: not TensorTypeSyntax { Element.Text: "dim", Axes.Length: 0 } })
            || model.Body.Statements.OfType<ParamStatement>().Any(p => p is { IsRandom: false, Initializer: NameExpression start } && inputs.Contains(start.Name));
    }
}
