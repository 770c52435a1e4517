namespace Nnc.LanguageServer.Protocol;

/// <summary>A message that is answered.</summary>
/// <typeparam name="TParams">What it carries; <see cref="Nothing"/> where it carries nothing.</typeparam>
/// <typeparam name="TResult">What the answer carries, where it is not null.</typeparam>
public sealed record RequestType<TParams, TResult>(string Method);

/// <summary>A message that is not answered.</summary>
public sealed record NotificationType<TParams>(string Method);

/// <summary>The parameters of a message without any, and the result of a request that is merely done.</summary>
public sealed record Nothing;
