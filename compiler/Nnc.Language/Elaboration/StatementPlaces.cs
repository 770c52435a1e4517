using System.Diagnostics;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>What a block belongs to.</summary>
internal enum Place
{
    Model,
    Layer,
    Function,
    Optimizer,
    Entry,
    Unroll,
    Recur,
}

/// <summary>Which statement stands in which block.</summary>
internal static class StatementPlaces
{
    public static bool StandsIn(this Statement statement, Place place) => statement switch
    {
        EquationStatement or DimStatement or WhereStatement or UnrollStatement or RecurStatement => true,
        InputStatement or EntryStatement => place is Place.Model,
        ParamStatement => place is Place.Model or Place.Layer or Place.Unroll,
        StateStatement or UpdateStatement => place is Place.Model or Place.Layer or Place.Optimizer,
        OutputStatement or LossStatement or MetricStatement => place is Place.Model or Place.Entry,
        ReturnStatement => place is Place.Layer or Place.Function or Place.Entry,
        _ => throw new UnreachableException(),
    };

    /// <summary>The word that begins the statement.</summary>
    public static string Word(this Statement statement) => statement switch
    {
        InputStatement { IsTarget: true } => "target",
        InputStatement => "input",
        EntryStatement => "entry",
        ParamStatement => "param",
        StateStatement => "state",
        UpdateStatement => "update",
        OutputStatement => "output",
        LossStatement => "loss",
        MetricStatement => "metric",
        ReturnStatement => "return",
        _ => throw new UnreachableException(),
    };

    /// <summary>Where the statement stands, in words.</summary>
    public static string Places(this Statement statement)
    {
        var places = Enum.GetValues<Place>().Where(p => statement.StandsIn(p)).Select(InWords).ToArray();
        return places.Length == 1 ? places[0] : $"{string.Join(", ", places[..^1])} or {places[^1]}";
    }

    public static string InWords(this Place place) => place switch
    {
        Place.Model => "a model",
        Place.Layer => "a layer",
        Place.Function => "a function",
        Place.Optimizer => "an optimizer",
        Place.Entry => "an entry",
        Place.Unroll => "`unroll`",
        Place.Recur => "`recur`",
        _ => throw new UnreachableException(),
    };
}
