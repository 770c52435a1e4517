using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Makes kernels with barriers into iterators that stop there, so that one thread can run a whole group in turns.</summary>
/// <example><c>void F() { …; Group.Barrier(); … }</c> → <c>IEnumerable&lt;int&gt; F() { …; yield return 0; … }</c></example>
internal sealed class BarrierRewriter : CSharpSyntaxRewriter
{
    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) => node.DescendantNodes().Any(IsBarrier)
        ? ((MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!)
            .WithReturnType(SyntaxFactory.ParseTypeName("System.Collections.Generic.IEnumerable<int> "))
        : node;

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node) =>
        IsBarrier(node) ? SyntaxFactory.ParseStatement("yield return 0;\n") : base.VisitExpressionStatement(node);

    private static bool IsBarrier(SyntaxNode node) => node is ExpressionStatementSyntax statement && statement.ToString() == "Group.Barrier();";
}
