using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Library;

/// <summary>Evaluates an expression of the language with the reference interpreter.</summary>
internal static class LibraryCheck
{
    /// <summary>The value of an expression over inputs; parameters have their start values, which must be constants.</summary>
    public static ReferenceTensor Evaluate(string expression, params (string Name, string Type, double[] Values)[] inputs)
    {
        var model = Elaborate($"output result = {expression}", inputs);
        return Interpreter.Run(model.Entries[0].Inference, Values(model, model.Entries[0].Inference, inputs))["result"];
    }

    public static ModelGraph Elaborate(string body, params (string Name, string Type, double[] Values)[] inputs)
    {
        var declared = string.Concat(inputs.Select(i => $"  input {i.Name} : {i.Type}\n"));
        var (model, diagnostics) = ElaborationCheck.Compile($"model M {{\n{declared}  {body}\n}}\n").Elaborate("M");
        Assert.Empty(diagnostics);
        return model!;
    }

    /// <summary>Values for a function's inputs: those given, and the start values of parameters and states.</summary>
    public static Dictionary<string, ReferenceTensor> Values(ModelGraph model, GraphFunction function, (string Name, string Type, double[] Values)[] inputs)
    {
        var values = new Dictionary<string, ReferenceTensor>();
        foreach (var input in function.Inputs)
        {
            int[] shape = [.. input.Node.Shape.Select(d => (int)d.ConstantValue)];
            values[input.Name] = input.Role switch
            {
                InputRole.Parameter => Start(shape, model.Parameters.Single(p => p.Name == input.Name).Initializer),
                InputRole.State => Start(shape, model.States.Single(s => s.Name == input.Name).Initializer),
                InputRole.Control => ReferenceTensor.Scalar(1, input.Node.Element),
                _ => new ReferenceTensor(input.Node.Element, shape, inputs.Single(i => i.Name == input.Name).Values),
            };
        }

        return values;
    }

    public static void Near(double[] expected, ReferenceTensor actual, double tolerance = 1e-9)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var k = 0; k < expected.Length; k++)
        {
            Assert.InRange(actual.Values[k], expected[k] - tolerance, expected[k] + tolerance);
        }
    }

    private static ReferenceTensor Start(int[] shape, Initializer initializer) => initializer switch
    {
        ConstantInitializer constant => new ReferenceTensor(ElementType.Real, shape, [.. Enumerable.Repeat(constant.Value, shape.Aggregate(1, (a, b) => a * b))]),
        IdentityInitializer identity => IndexIteration.Build(ElementType.Real, shape, at => at[0] == at[1] ? identity.Gain : 0),
        _ => throw new InvalidOperationException($"{initializer} has no one value."),
    };
}
