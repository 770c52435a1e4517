using System.Text.Json.Serialization;

namespace Nnc.LanguageServer.Protocol;

/// <summary>A value of one of several types, as the protocol's unions have it.</summary>
public interface IOneOf
{
    object Value { get; }
}

/// <summary>A value of either type.</summary>
[JsonConverter(typeof(OneOfConverterFactory))]
public sealed record OneOf<T1, T2> : IOneOf
    where T1 : notnull
    where T2 : notnull
{
    private OneOf(object value) => Value = value;

    public object Value { get; }

    public static implicit operator OneOf<T1, T2>(T1 value) => Of(value);

    public static implicit operator OneOf<T1, T2>(T2 value) => Of(value);

    internal static OneOf<T1, T2> Of(object value) => new(value);
}

/// <summary>A value of one of three types.</summary>
[JsonConverter(typeof(OneOfConverterFactory))]
public sealed record OneOf<T1, T2, T3> : IOneOf
    where T1 : notnull
    where T2 : notnull
    where T3 : notnull
{
    private OneOf(object value) => Value = value;

    public object Value { get; }

    public static implicit operator OneOf<T1, T2, T3>(T1 value) => Of(value);

    public static implicit operator OneOf<T1, T2, T3>(T2 value) => Of(value);

    public static implicit operator OneOf<T1, T2, T3>(T3 value) => Of(value);

    internal static OneOf<T1, T2, T3> Of(object value) => new(value);
}

/// <summary>A value of one of four types.</summary>
[JsonConverter(typeof(OneOfConverterFactory))]
public sealed record OneOf<T1, T2, T3, T4> : IOneOf
    where T1 : notnull
    where T2 : notnull
    where T3 : notnull
    where T4 : notnull
{
    private OneOf(object value) => Value = value;

    public object Value { get; }

    public static implicit operator OneOf<T1, T2, T3, T4>(T1 value) => Of(value);

    public static implicit operator OneOf<T1, T2, T3, T4>(T2 value) => Of(value);

    public static implicit operator OneOf<T1, T2, T3, T4>(T3 value) => Of(value);

    public static implicit operator OneOf<T1, T2, T3, T4>(T4 value) => Of(value);

    internal static OneOf<T1, T2, T3, T4> Of(object value) => new(value);
}
