using System.Collections.Concurrent;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>The requests that are not answered yet. Whoever takes one out answers it, and nobody else does.</summary>
internal sealed class PendingRequests
{
    private readonly ConcurrentDictionary<RequestId, PendingRequest> _requests = new();

    public int Count => _requests.Count;

    /// <summary>Notes a request; false where one of its number is not answered yet.</summary>
    public bool Add(PendingRequest request) => _requests.TryAdd(request.Id, request);

    /// <summary>Whether the caller is to answer the request.</summary>
    public bool Take(PendingRequest request) => _requests.TryRemove(new(request.Id, request));

    /// <summary>Takes a request that is to be cancelled; null where it is answered, or never was.</summary>
    public PendingRequest? TakeCancelled(RequestId id)
    {
        if (!_requests.TryRemove(id, out var request))
        {
            return null;
        }

        request.Cancellation.Cancel();
        return request;
    }

    /// <summary>Takes the requests whose answers a change of their document makes wrong.</summary>
    public IEnumerable<PendingRequest> TakeOverrun(string documentKey) =>
        _requests.Values.Where(r => r.Entry.Staleness == Staleness.Refused && r.DocumentKey == documentKey)
            .Select(r => TakeCancelled(r.Id)).OfType<PendingRequest>();
}

/// <param name="DocumentKey">The document that it asks about; null for none.</param>
internal sealed record PendingRequest(RequestId Id, RequestEntry Entry, string? DocumentKey)
{
    public CancellationTokenSource Cancellation { get; } = new();
}
