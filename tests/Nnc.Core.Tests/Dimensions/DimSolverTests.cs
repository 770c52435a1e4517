using Nnc.Core.Dimensions;
using Xunit;

namespace Nnc.Core.Tests.Dimensions;

public sealed class DimSolverTests
{
    private static readonly DimSymbol _unknown = new("T", Scope: 3);
    private static readonly Dim _t = Dim.Symbol(_unknown);
    private static readonly Dim _n = Dim.Symbol("N");
    private static readonly Dim _k = Dim.Symbol("k");

    [Fact]
    public void Solves_linear_patterns()
    {
        Assert.Equal(7, Bound(_t + 1, 8));
        Assert.Equal(2 * _n, Bound(2 * _t, 4 * _n));
        Assert.Equal(_n - 3, Bound(3 + _t, _n));
        Assert.Equal(4, Bound(10 - _t, 6));
        Assert.Equal(_n + 1, Bound(_k * _t, _k * _n + _k));
        Assert.Equal(Dim.FloorDiv(_n, 2), Bound(_t, Dim.FloorDiv(_n, 2)));
    }

    [Fact]
    public void Says_what_remains_to_be_checked()
    {
        var bound = Assert.IsType<DimSolution.Bound>(DimSolver.Solve(2 * _t, _n, _unknown));
        Assert.Equal(Dim.FloorDiv(_n, 2), bound.Value);
        Assert.Equal(new DimConstraint(_n, DimRelation.Divisible, 2), bound.Remaining);

        var prover = new DimProver([new(_n, DimRelation.Divisible, 4)]);
        Assert.Null(Assert.IsType<DimSolution.Bound>(DimSolver.Solve(2 * _t, _n, _unknown, prover)).Remaining);
    }

    [Fact]
    public void Refuses_what_no_size_fits()
    {
        Assert.IsType<DimSolution.MismatchSolution>(DimSolver.Solve(2 * _t, 7, _unknown));
        Assert.IsType<DimSolution.MismatchSolution>(DimSolver.Solve(_t + 5, 3, _unknown));
        Assert.IsType<DimSolution.MismatchSolution>(DimSolver.Solve(2 * _t, 2 * _n + 1, _unknown));
        Assert.IsType<DimSolution.NotLinearSolution>(DimSolver.Solve(_t * _t, 9, _unknown));
        Assert.IsType<DimSolution.NotLinearSolution>(DimSolver.Solve(_n, 9, _unknown));
    }

    private static Dim Bound(Dim pattern, Dim actual)
    {
        var bound = Assert.IsType<DimSolution.Bound>(DimSolver.Solve(pattern, actual, _unknown));
        Assert.Null(bound.Remaining);
        return bound.Value;
    }
}
