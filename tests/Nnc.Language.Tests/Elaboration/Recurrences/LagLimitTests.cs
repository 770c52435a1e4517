using Nnc.Core.Text;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>A lag of a million makes no million states before it is refused.</summary>
public sealed class LagLimitTests
{
    [Fact]
    public async Task A_lag_far_beyond_the_given_starts_is_refused_at_once()
    {
        var diagnostics = await Task.Run(() => Compilation.Create(new SourceText("lag.nnet", """
            model M {
              input x : real[N, T, 3]
              recur t in T {
                s[t] = s[t-1] + s[t-1000000] + x[:, t]
                s[-1] = 0
              }
              output s
            }
            """)).Check().Diagnostics).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["NN0454"], diagnostics.Select(d => d.Code));
    }
}
