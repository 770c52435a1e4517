using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Nnc.Backends.Gpu.Ilgpu;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Emitted text as snapshots show it.</summary>
internal static class KernelTexts
{
    /// <summary>Without the variants for small groups, which say the same in plain loops.</summary>
    public static string WithoutAlone(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        var alone = root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.Text.EndsWith(EmittedKernel.Alone, StringComparison.Ordinal));
        return root.RemoveNodes(alone, SyntaxRemoveOptions.KeepNoTrivia)!.ToFullString();
    }
}
