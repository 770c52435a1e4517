using System.Text.Json;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Requests that are cancelled, overtaken or answered out of order.</summary>
public sealed class RequestOrderTests
{
    [Fact]
    public void Whoever_takes_a_request_answers_it_and_nobody_else()
    {
        var pending = new PendingRequests();
        var request = new PendingRequest(new("1"), RequestTable.ByMethod["textDocument/formatting"], "/w/a.nnet");

        Assert.True(pending.Add(request));
        Assert.False(pending.Add(new PendingRequest(new("1"), request.Entry, null)));
        Assert.Same(request, pending.TakeCancelled(new("1")));
        Assert.True(request.Cancellation.IsCancellationRequested);
        Assert.False(pending.Take(request));
        Assert.Null(pending.TakeCancelled(new("1")));
        Assert.Equal(0, pending.Count);
    }

    [Fact]
    public void A_change_overtakes_the_requests_whose_answers_it_makes_wrong()
    {
        var pending = new PendingRequests();
        var kept = RequestTable.ByMethod["textDocument/formatting"] with { Staleness = Staleness.Kept };
        var edits = Add("1", RequestTable.ByMethod["textDocument/formatting"], "/w/a.nnet");
        Add("2", RequestTable.ByMethod["textDocument/formatting"], "/w/b.nnet");
        Add("3", kept, "/w/a.nnet");

        Assert.Equal([edits], pending.TakeOverrun("/w/a.nnet").ToArray());
        Assert.Equal(2, pending.Count);

        PendingRequest Add(string id, RequestEntry entry, string key)
        {
            var request = new PendingRequest(new(id), entry, key);
            pending.Add(request);
            return request;
        }
    }

    [Fact]
    public async Task Every_request_is_answered_once_whatever_happens_to_it()
    {
        await using var client = await TestClient.StartAsync();
        client.Open("file:///w/a.nnet", Large());
        List<int> ids = [];
        for (var i = 0; i < 60; i++)
        {
            ids.Add(client.Ask("textDocument/diagnostic", """{"textDocument":{"uri":"file:///w/a.nnet"}}"""));
            if (i % 3 == 0)
            {
                client.Notify("$/cancelRequest", $$"""{"id":{{ids[^1]}}}""");
            }

            if (i % 4 == 0)
            {
                client.Change("file:///w/a.nnet", i + 2, ("0:0-0:0", "\n"));
            }
        }

        var outcomes = new Dictionary<int, int>();
        foreach (var id in ids)
        {
            var answer = await client.AnswerAsync(id);
            outcomes[id] = answer.TryGetProperty("result", out _) ? 0 : TestClient.CodeOf(answer);
        }

        Assert.All(outcomes.Values, o => Assert.Contains(o, (int[])[0, ErrorCode.RequestCancelled, ErrorCode.ContentModified]));
        Assert.Equal(0, outcomes[ids[^1]]);
        var last = await client.RequestAsync("textDocument/formatting", """{"textDocument":{"uri":"file:///w/a.nnet"},"options":{"tabSize":2,"insertSpaces":true}}""");
        Assert.Equal(JsonValueKind.Array, last.ValueKind);
    }

    [Fact]
    public async Task A_feature_that_throws_is_an_internal_error_of_one_request()
    {
        await using var client = await TestClient.StartAsync();
        client.Files.Write("/w/a.nnet", "model M { }");

        Assert.Equal(ErrorCode.InvalidParams, await client.ErrorAsync("textDocument/formatting", """{"textDocument":{"uri":"file:///w/none.nnet"},"options":{"tabSize":2,"insertSpaces":true}}"""));
        Assert.Equal(JsonValueKind.Array, (await client.RequestAsync("textDocument/formatting", """{"textDocument":{"uri":"file:///w/a.nnet"},"options":{"tabSize":2,"insertSpaces":true}}""")).ValueKind);
    }

    private static string Large() => "model M {\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"  y{i} = {i} + x{i}\n")) + "}\n";
}
