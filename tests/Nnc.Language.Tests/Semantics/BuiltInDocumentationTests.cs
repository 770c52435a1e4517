using Nnc.Language.Elaboration;
using Nnc.Language.Semantics;
using Xunit;

namespace Nnc.Language.Tests.Semantics;

public sealed class BuiltInDocumentationTests
{
    [Fact]
    public void EveryBuiltInNameIsDocumented() => Assert.Equal([], Builtins.Names.Where(n => BuiltInDocumentation.Find(n) is null));
}
