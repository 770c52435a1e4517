using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language.Elaboration;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Semantics;

/// <summary>
/// What a name means is found twice, by the table of names and by elaboration: they must agree at every name of every program
/// in the repository.
/// </summary>
public sealed class NameAgreementTests
{
    public static TheoryData<string> Programs =>
        [.. new[] { "examples", "bench/workloads", "tests/Nnc.Language.Tests/Elaboration/Models", "tests/Nnc.Language.Tests/Elaboration/Programs", "tests/Nnc.Language.Tests/Elaboration/Recurrences" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, f), "*.nnet", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Snapshot.RepositoryRoot, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void NamesMeanWhatElaborationReads(string path)
    {
        var source = new SourceText(path, File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, path)));
        var reads = new Reads(source);
        var compilation = Compilation.Create(source, null, reads);
        compilation.Check();
        Assert.NotEmpty(reads.Found);
        foreach (var (place, definitions) in reads.Found)
        {
            var use = compilation.Names.UseAt(place.Start);
            Assert.True(use is not null, $"line {source.PositionOf(place.Start).Line + 1}: `{source.TextOf(place)}` means nothing in the table of names");
            Assert.True(definitions.Any(d => d.Contains(use.Symbol.Definition!.Value.Span.Start)),
                $"line {source.PositionOf(place.Start).Line + 1}: `{source.TextOf(place)}` is defined at {use.Symbol.Definition!.Value.Line} in the table of names");
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void EveryNameHasAMeaning(string path)
    {
        var source = new SourceText(path, File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, path)));
        var compilation = Compilation.Create(source);
        var names = compilation.Tree.Root.Declarations.Where(d => d is not TrainDeclaration).SelectMany(d => d.DescendantsAndSelf()).OfType<NameExpression>();
        var meaningless = names.Where(n => compilation.Names.UseAt(n.Span.Span.Start) is null && n.Name is not ("last" or "std" or "step" or "epoch"));
        Assert.Equal([], meaningless.Select(n => $"{n.Span.Line}: {n.Name}"));
    }

    /// <summary>The statements that the names of a file are read from. The index and what a block counts by have no statement of their own.</summary>
    private sealed class Reads(SourceText source) : IElaborationObserver
    {
        public Dictionary<TextSpan, List<TextSpan>> Found { get; } = [];

        public void NameRead(SourceSpan place, Binding binding)
        {
            var name = place.Text.TrimEnd('\'');
            if (place.Source == source && binding.Statement is { } statement && statement.Span.Source == source && name == binding.Name)
            {
                if (!Found.TryGetValue(place.Span, out var definitions))
                {
                    Found[place.Span] = definitions = [];
                }

                definitions.Add(statement.Span.Span);
            }
        }

        public void Evaluated(Expression expression, Value value, Scope scope)
        {
        }

        public void Defined(Binding binding, Value value)
        {
        }

        public void Declared(Identifier name, TensorValue value)
        {
        }

        public void MemberRead(SourceSpan member, Binding binding)
        {
        }

        public void MemberRead(SourceSpan member, MemberName name)
        {
        }

        public void InstanceMade(SourceSpan place, LayerInstance instance)
        {
        }

        public void InstanceApplied(SourceSpan place, LayerInstance instance)
        {
        }

        public void ParameterMade(Identifier name, ModelParameter parameter)
        {
        }
    }
}
