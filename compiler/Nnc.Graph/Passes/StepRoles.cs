using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Where each value of a recurrence's step belongs: before the loop, in it, or after it. Contractions and other costly operators
/// leave the loop where they can. Element-wise work stays, unless it follows a value that left and nothing else reads that:
/// storing for all t what a step computes in registers would only cost memory. Of a checkpointed recurrence only what is the same
/// at every step leaves.
/// </summary>
internal sealed class StepRoles
{
    private readonly HashSet<Node> _varying;
    private readonly HashSet<Node> _onState;
    private readonly HashSet<Node> _forStates;
    private readonly HashSet<Node> _hoisted = [];
    private readonly bool _hasStates;
    private readonly bool _keepsValues;

    /// <param name="values">The values that are collected.</param>
    public StepRoles(Recurrence recurrence, IReadOnlyCollection<Node> values)
    {
        var order = recurrence.Nodes(values);
        var states = recurrence.States.Select(s => s.Previous).ToArray();
        (_hasStates, _keepsValues) = (recurrence.States.Length > 0, !recurrence.IsCheckpointed);
        _varying = StepDependence.On([.. recurrence.Sequences, .. states, recurrence.Position], order);
        _onState = StepDependence.On(states, order);
        _forStates = [.. recurrence.Nodes([])];
        var users = order.SelectMany(n => n.Inputs.Distinct().Select(i => (Input: i, User: n))).ToLookup(u => u.Input, u => u.User);
        foreach (var node in order.Where(n => _varying.Contains(n) && !_onState.Contains(n) && n.Operator is not StepInputOperator))
        {
            if (IsCostly(node) || node.Inputs.Any(i => _hoisted.Contains(i) && users[i].Count() == 1))
            {
                _hoisted.Add(node);
            }
        }
    }

    /// <summary>Whether a value may differ from step to step.</summary>
    public bool IsVarying(Node node) => _varying.Contains(node);

    /// <summary>Whether a value depends on states.</summary>
    public bool NeedsState(Node node) => _onState.Contains(node);

    /// <summary>Whether a value depends on states and states depend on it: only the loop can compute it.</summary>
    public bool IsInCircle(Node node) => _onState.Contains(node) && (_forStates.Contains(node) || node.Operator is StepInputOperator);

    /// <summary>Whether a varying value is computed for all steps before the loop. Index arithmetic stays.</summary>
    public bool IsHoisted(Node node) => _hasStates && _keepsValues && _hoisted.Contains(node) && !IsMovement(node);

    /// <summary>Whether a value that no step changes is computed before the loop.</summary>
    public bool IsHoistedConstant(Node node) =>
        !_varying.Contains(node) && node.Inputs.Length > 0 && !IsMovement(node) && GraphBuilder.ConstantValueOf(node) is null && !IsOfConstants(node);

    /// <summary>Whether a collected value is computed outside the loop, if its operators allow it.</summary>
    public bool ShouldLeave(Node value) =>
        _keepsValues && _varying.Contains(value) && !IsInCircle(value) && (!_onState.Contains(value) || FollowsCostly(value));

    /// <summary>Whether something costly lies between the circle and a value.</summary>
    private bool FollowsCostly(Node value) =>
        GraphFunction.TopologicalOrder([value]).Any(n => _onState.Contains(n) && !IsInCircle(n) && IsCostly(n));

    private static bool IsOfConstants(Node node) => GraphFunction.TopologicalOrder([node]).All(n => n.Operator is not StepInputOperator);

    private static bool IsCostly(Node node) => node.Operator is not (ElementwiseOperator or StepInputOperator or RandomUniformOperator) && !IsMovement(node);

    private static bool IsMovement(Node node) => node.Operator is BroadcastOperator or TransposeOperator or ReshapeOperator or SliceOperator
        or ConcatenateOperator or PadOperator or ReverseOperator or StopGradientOperator or FillOperator or SizeOperator or IotaOperator;
}
