using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>What ILGPU's compiler refuses or silently gets wrong in kernels, found in the emitted text.</summary>
internal static class IlgpuRules
{
    private const int MostParameters = 14;

    /// <summary>The methods of System.Math and System.MathF that kernels may call; MathF.Tanh becomes an approximation.</summary>
    private static readonly HashSet<string> _math = ["Sqrt", "Sin", "Cos", "Floor", "Exp", "Log", "Pow", "Min", "Max", "Tanh"];

    private static readonly HashSet<string> _types = ["void", "int", "uint", "ulong", "float", "double", "bool", "byte", "var", "Real", "ArrayView"];

    /// <summary>What is wrong with a file's kernels and the functions that they call; empty where nothing is.</summary>
    public static IEnumerable<string> Violations(SyntaxTree tree)
    {
        foreach (var type in tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Where(c => IsKernels(c.Identifier.Text)))
        {
            foreach (var node in type.DescendantNodes())
            {
                if (Violation(node) is { } violation)
                {
                    yield return $"{type.Identifier.Text}, `{node.ToString().Split('\n')[0]}`: {violation}";
                }
            }
        }
    }

    public static bool IsKernels(string name) => name == "Functions" || name.EndsWith("Kernels", StringComparison.Ordinal);

    private static string? Violation(SyntaxNode node) => node switch
    {
        ThrowStatementSyntax or ThrowExpressionSyntax or TryStatementSyntax => "exceptions",
        AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax => "delegates",
        ObjectCreationExpressionSyntax or ImplicitObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax
            or StackAllocArrayCreationExpressionSyntax or CollectionExpressionSyntax => "objects and arrays",
        TupleExpressionSyntax or ForEachStatementSyntax or IsPatternExpressionSyntax or SwitchExpressionSyntax => "library types behind syntax",
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => "strings",
        FieldDeclarationSyntax { Parent: ClassDeclarationSyntax } => "static data",
        MethodDeclarationSyntax { Parent: ClassDeclarationSyntax { Identifier.Text: not "Functions" } } method => OfKernel(method),
        PredefinedTypeSyntax type when !_types.Contains(type.ToString()) => "a type that kernels do not have",
        GenericNameSyntax { Identifier.Text: "ArrayView" } view when view.ToString() == "ArrayView<bool>" => "views of bool",
        ElementAccessExpressionSyntax access when access.ArgumentList.ToString().Contains("(long)", StringComparison.Ordinal) => "long indices",
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Math" or "MathF" or "RealMath" } math } member
            when !_math.Contains(member.Name.Identifier.Text) || (math.Identifier.Text != "Math" && member.Name.Identifier.Text == "Tanh") => "a function that kernels do not have",
        _ => null,
    };

    private static string? OfKernel(MethodDeclarationSyntax method)
    {
        var isKernel = method.Modifiers.Any(SyntaxKind.PublicKeyword);
        return !method.Modifiers.Any(SyntaxKind.StaticKeyword) || method.ReturnType.ToString() != "void" ? "kernels are static and return nothing"
            : isKernel && method.ParameterList.Parameters.Count > MostParameters ? $"{method.ParameterList.Parameters.Count} parameters"
            : null;
    }
}
