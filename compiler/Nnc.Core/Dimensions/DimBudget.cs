namespace Nnc.Core.Dimensions;

/// <summary>
/// The work that one question may take, counted in terms made, so that the answer does not depend on the machine. When it is
/// spent, every further search gives up and the question is left open.
/// </summary>
internal sealed class DimBudget
{
    private const int Limit = 5000;
    private int _left = Limit;

    public bool IsSpent => _left <= 0;

    public void Renew() => _left = Limit;

    public void Spend(int terms) => _left -= terms;
}
