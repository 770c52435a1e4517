using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>The scalars that change from step to step.</summary>
public readonly record struct StepControls(long Seed, long Step, double RateFactor)
{
    /// <summary>For functions without training.</summary>
    public static StepControls None => new(0, 1, 1);
}

/// <summary>A compiled function with its inputs tied to a store and to a data set's columns, so that a call only fills in what changed.</summary>
internal sealed class BoundStep
{
    private readonly ICompiledStep _step;
    private readonly nint[] _inputs;
    private readonly nint[][] _outputs;
    private readonly (int Input, int Column)[] _columns;
    private readonly ImmutableArray<(StepInputRole Role, HostTensor Tensor)> _controls;
    private readonly ImmutableArray<ImmutableArray<HostTensor>> _scalars;
    private readonly TensorStore _store;
    private int _begun;
    private int _finished;

    /// <summary>Outputs that are results get no memory here: their addresses are given by <see cref="SetOutput"/>.</summary>
    public BoundStep(ICompiledStep step, TensorStore store, DataSet data)
    {
        (_step, _store) = (step, store);
        _inputs = new nint[step.Inputs.Length];
        var columns = new List<(int, int)>();
        var controls = ImmutableArray.CreateBuilder<(StepInputRole, HostTensor)>();
        for (var i = 0; i < _inputs.Length; i++)
        {
            var input = step.Inputs[i];
            switch (input.Role)
            {
                case StepInputRole.Data:
                    columns.Add((i, ColumnOf(data, input)));
                    break;
                case StepInputRole.Stored:
                    _inputs[i] = (store.Find(input.Name) ?? throw new ArgumentException($"The store has no `{input.Name}`.", nameof(store))).Address;
                    break;
                default:
                    var control = new HostTensor(input.Element);
                    controls.Add((input.Role, control));
                    _inputs[i] = control.Address;
                    break;
            }
        }

        (_columns, _controls) = ([.. columns], controls.ToImmutable());
        _scalars = [.. Enumerable.Range(0, step.CallsAhead + 1).Select(_ =>
            step.Outputs.Select(o => new HostTensor(o.Role == StepOutputRole.Result ? TensorElement.Float64 : o.Element)).ToImmutableArray())];
        _outputs = [.. _scalars.Select(s => s.Select(o => o.Address).ToArray())];
    }

    /// <summary>How many calls may be under way when another begins.</summary>
    public int CallsAhead => _step.CallsAhead;

    /// <summary>The calls that have begun and whose scalars have not been read.</summary>
    public int UnderWay => _begun - _finished;

    /// <summary>Where a result goes. Results are of one call at a time.</summary>
    public void SetOutput(int output, nint address)
    {
        foreach (var outputs in _outputs)
        {
            outputs[output] = address;
        }
    }

    /// <summary>A loss or metric of the call finished last.</summary>
    public double Scalar(int output) => _scalars[(_finished - 1) % _scalars.Length][output][0];

    /// <summary>Where the samples of a column may be written that the next call takes; 0 where all places are as good.</summary>
    public nint PlaceOf(int column, int samples)
    {
        foreach (var (input, taken) in _columns)
        {
            if (taken == column)
            {
                return _step.PlaceOf(input, samples);
            }
        }

        return 0;
    }

    /// <summary>Runs once; no call may be under way.</summary>
    public RuntimeError? Run(BatchBuffer batch, StepControls controls)
    {
        if (Begin(batch, controls) is { } error)
        {
            return error;
        }

        FinishNext();
        return null;
    }

    /// <summary>Waits for the first of the calls that are under way.</summary>
    public void FinishNext()
    {
        _step.Finish(UnderWay - 1);
        _finished++;
    }

    /// <summary>Begins a call. At most <see cref="CallsAhead"/> may be under way.</summary>
    public RuntimeError? Begin(BatchBuffer batch, StepControls controls)
    {
        Debug.Assert(UnderWay <= CallsAhead);
        foreach (var (input, column) in _columns)
        {
            _inputs[input] = batch.Addresses[column];
        }

        foreach (var (role, tensor) in _controls)
        {
            switch (role)
            {
                // Wider seeds keep their low 32 bits; the high ones have already taken part in the shuffle and the first values.
                case StepInputRole.Seed: tensor[0] = unchecked((int)controls.Seed); break;
                case StepInputRole.Step: tensor[0] = controls.Step; break;
                default: tensor[0] = controls.RateFactor; break;
            }
        }

        var error = _step.Begin(_inputs, _outputs[_begun % _outputs.Length], batch.Count);
        _begun += error is null ? 1 : 0;
        GC.KeepAlive(_store);
        GC.KeepAlive(batch);
        return error;
    }

    private static int ColumnOf(DataSet data, StepInput input)
    {
        for (var c = 0; c < data.Columns.Length; c++)
        {
            if (data.Columns[c].Name == input.Name)
            {
                return data.Columns[c].Tensor.Element == input.Element
                    ? c
                    : throw new ArgumentException($"`{input.Name}` is {data.Columns[c].Tensor.Element} in the data and {input.Element} in the function.", nameof(data));
            }
        }

        throw new ArgumentException($"The data have no column `{input.Name}`.", nameof(data));
    }
}
