using System.Reflection;
using Xunit.Sdk;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Every pair of two lists of numbers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialCasesAttribute(int[] first, int[] second) : DataAttribute
{
    public int[] First { get; } = first;

    public int[] Second { get; } = second;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => from a in First from b in Second select new object[] { a, b };
}
