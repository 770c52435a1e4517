using Nnc.Graph;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

public sealed class StateTests
{
    [Fact]
    public void A_models_own_update_is_part_of_the_training_step()
    {
        var (model, diagnostics) = ElaborationCheck.Compile(
            """
            model M {
              input x : real[N, 4]
              state h : real[4] = 0
              update h = mean(x, axis: 0)
              loss = mean((x - h)^2)
            }
            """).Elaborate("M");
        Assert.Empty(diagnostics);
        var entry = Assert.Single(model!.Entries);
        var update = Assert.Single(entry.Training!.Outputs, o => o.Role == OutputRole.Update);
        Assert.Equal("h'", update.Name);
        Assert.DoesNotContain(entry.Inference.Outputs, o => o.Role == OutputRole.Update);
    }

    [Fact]
    public void A_models_own_update_changes_a_state_and_nothing_else()
    {
        var check = ElaborationCheck.Compile(
            """
            model M {
              input x : real[N, 4]
              h = mean(x, axis: 0)
              update h = 0.9 * h
              loss = mean((x - h)^2)
            }
            """).Check();
        Assert.Equal("NN0409", Assert.Single(check.Diagnostics).Code);
    }
}
