using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>The caller's memory: one buffer an input, then one an output that is no update.</summary>
/// <param name="Results">
/// Where each output is written. For an update this is a workspace buffer of its own until the order of kernels shows that the
/// input's storage can take the new value directly.
/// </param>
internal sealed record ArgumentBuffers(ImmutableArray<Buffer> Inputs, ImmutableArray<Buffer> Results)
{
    public static ArgumentBuffers Of(GraphFunction function)
    {
        var inputs = function.Inputs
            .Select((input, i) => new Buffer(input.Name, input.Node.Element, input.Node.Shape, BufferPlace.Argument) { ArgumentIndex = i })
            .ToImmutableArray();
        var next = inputs.Length;
        var results = function.Outputs.Select(output => output.Role == OutputRole.Update
            ? new Buffer($"{output.Updates}'", output.Node.Element, output.Node.Shape, BufferPlace.Workspace)
            : new Buffer(output.Name, output.Node.Element, output.Node.Shape, BufferPlace.Argument) { ArgumentIndex = next++ });
        return new(inputs, [.. results]);
    }

    /// <summary>What a call passes, in its order.</summary>
    public IEnumerable<Buffer> All => Inputs.Concat(Results.Where(b => b.Place == BufferPlace.Argument));

    /// <summary>Each updated input, and where its new value is written at first.</summary>
    public ImmutableArray<(Buffer Input, Buffer Result)> Updates(GraphFunction function)
    {
        var inputs = function.Inputs.Zip(Inputs).ToDictionary(i => i.First.Name, i => i.Second);
        return [.. function.Outputs.Zip(Results).Where(o => o.First.Role == OutputRole.Update).Select(o => (inputs[o.First.Updates!], o.Second))];
    }
}
