using System.Text.Json;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Diagnostics as clients get them: sent or asked for, of open files and of closed ones, across imports.</summary>
public sealed class DiagnosticsSessionTests
{
    private const string A = "file:///w/a.nnet";
    private const string B = "file:///w/b.nnet";
    private const string Bad = "model M {\n  output y = nothing\n}\n";
    private const string Good = "model M {\n  output y = 1\n}\n";
    private const string Importer = "import \"b.nnet\" as b\nmodel M {\n  input x : real[N, 3]\n  output y = x |> b.twice()\n}\n";
    private const string Imported = "layer twice()(x: real[...]) -> real[...] {\n  return 2 * x\n}\n";
    private const string Pulls = """{"textDocument":{"diagnostic":{}}}""";
    private const string Folder = ""","workspaceFolders":[{"uri":"file:///w","name":"w"}]""";

    [Fact]
    public async Task Are_sent_with_the_version_they_are_of()
    {
        await using var client = await TestClient.StartAsync();

        client.Open(A, Bad, version: 7);

        var sent = await client.NextAsync("textDocument/publishDiagnostics");
        Assert.Equal(7, sent.GetProperty("version").GetInt32());
        Assert.Equal("1:13-1:20", TestClient.Place(Assert.Single(sent.GetProperty("diagnostics").EnumerateArray()).GetProperty("range")));
        client.Change(A, 8, Good);
        Assert.Empty((await client.NextAsync("textDocument/publishDiagnostics")).GetProperty("diagnostics").EnumerateArray());
    }

    [Fact]
    public async Task Go_when_the_document_is_closed()
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, Bad);
        await client.NextAsync("textDocument/publishDiagnostics");

        client.Notify("textDocument/didClose", $$$"""{"textDocument":{"uri":"{{{A}}}"}}""");

        var sent = await client.NextAsync("textDocument/publishDiagnostics");
        Assert.Equal(A, sent.GetProperty("uri").GetString());
        Assert.Empty(sent.GetProperty("diagnostics").EnumerateArray());
    }

    [Fact]
    public async Task Of_a_burst_of_changes_only_the_last_counts()
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, Good);
        for (var i = 0; i < 200; i++)
        {
            client.Change(A, i + 2, ("1:13-1:14", i % 2 == 0 ? "q" : "1"));
        }

        var count = 0;
        JsonElement sent;
        do
        {
            sent = await client.NextAsync("textDocument/publishDiagnostics");
            count++;
        }
        while (sent.GetProperty("version").GetInt32() < 201);
        Assert.Empty(sent.GetProperty("diagnostics").EnumerateArray());
        Assert.InRange(count, 1, 100);
    }

    [Fact]
    public async Task Follow_what_a_document_imports()
    {
        await using var client = await TestClient.StartAsync(Pulls);
        client.Open(A, Importer);
        Assert.Equal(["0:7-0:15 NN0105"], (await client.DiagnosticsAsync(A)).Take(1));

        client.Files.Write("/w/b.nnet", Imported);
        client.Notify("workspace/didChangeWatchedFiles", $$"""{"changes":[{"uri":"{{B}}","type":1}]}""");
        Assert.Empty(await client.DiagnosticsAsync(A));

        client.Open(B, Imported.Replace("twice", "thrice"));
        Assert.NotEmpty(await client.DiagnosticsAsync(A));
        client.Change(B, 2, Imported);
        Assert.Empty(await client.DiagnosticsAsync(A));
        client.Change(B, 3, "layer");
        client.Notify("textDocument/didClose", $$$"""{"textDocument":{"uri":"{{{B}}}"}}""");
        Assert.Empty(await client.DiagnosticsAsync(A));
    }

    [Fact]
    public async Task A_client_that_asks_is_told_when_to_ask_again()
    {
        await using var client = await TestClient.StartAsync("""{"textDocument":{"diagnostic":{}},"workspace":{"diagnostics":{"refreshSupport":true}}}""");
        client.Open(A, Importer);
        client.Open(B, Imported);
        Assert.Empty(await client.DiagnosticsAsync(A));

        client.Change(B, 2, Imported.Replace("twice", "thrice"));

        await client.NextAsync(m => m.TryGetProperty("method", out var method) && method.ValueEquals("workspace/diagnostic/refresh"));
        Assert.NotEmpty(await client.DiagnosticsAsync(A));
    }

    [Fact]
    public async Task Two_files_that_import_each_other_are_told()
    {
        await using var client = await TestClient.StartAsync(Pulls);
        client.Open(A, "import \"b.nnet\"\n" + Good);
        client.Open(B, "import \"a.nnet\"\n");

        Assert.Equal(["0:7-0:15 NN0106"], await client.DiagnosticsAsync(B));
    }

    [Fact]
    public async Task What_a_client_has_is_not_sent_again()
    {
        await using var client = await TestClient.StartAsync(Pulls);
        client.Open(A, Bad);
        var first = await client.RequestAsync("textDocument/diagnostic", $$$"""{"textDocument":{"uri":"{{{A}}}"}}""");
        var name = first.GetProperty("resultId").GetString();

        var second = await client.RequestAsync("textDocument/diagnostic", $$"""{"textDocument":{"uri":"{{A}}"},"previousResultId":"{{name}}"}""");
        client.Change(A, 2, Good);
        var third = await client.RequestAsync("textDocument/diagnostic", $$"""{"textDocument":{"uri":"{{A}}"},"previousResultId":"{{name}}"}""");

        Assert.Equal("full", first.GetProperty("kind").GetString());
        Assert.Equal("unchanged", second.GetProperty("kind").GetString());
        Assert.Equal("full", third.GetProperty("kind").GetString());
        Assert.Empty(third.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Of_a_workspace_are_those_of_all_its_files()
    {
        await using var client = await TestClient.StartAsync(Pulls, Folder);
        client.Files.Write("/w/b.nnet", Bad);
        client.Files.Write("/w/c.nnet", Good);
        client.Files.Write("/other/d.nnet", Bad);
        client.Open(A, Bad, version: 3);

        var reports = Reports(await client.RequestAsync("workspace/diagnostic", """{"previousResultIds":[]}"""));
        var known = string.Join(',', reports.Select(r => $$"""{"uri":"{{r.Uri}}","value":"{{r.Name}}"}"""));
        client.Files.Write("/w/c.nnet", Bad);
        var later = Reports(await client.RequestAsync("workspace/diagnostic", $$"""{"previousResultIds":[{{known}}]}"""));

        Assert.Equal([(A, 3, "full", 1), (B, null, "full", 1), ("file:///w/c.nnet", null, "full", 0)], reports.Select(r => (r.Uri, r.Version, r.Kind, r.Count)));
        Assert.Equal(["unchanged", "unchanged", "full"], later.Select(r => r.Kind));
        client.Notify("workspace/didChangeWorkspaceFolders", """{"event":{"added":[{"uri":"file:///other","name":"o"}],"removed":[{"uri":"file:///w","name":"w"}]}}""");
        Assert.Equal(["file:///other/d.nnet", A], Reports(await client.RequestAsync("workspace/diagnostic", """{"previousResultIds":[]}""")).Select(r => r.Uri));
    }

    [Fact]
    public async Task Files_are_watched_where_the_client_can()
    {
        await using var client = await TestClient.StartAsync("""{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}""");

        var asked = await client.NextAsync("client/registerCapability");

        Assert.Equal("workspace/didChangeWatchedFiles", asked.GetProperty("registrations")[0].GetProperty("method").GetString());
        Assert.Equal("**/*.nnet", asked.GetProperty("registrations")[0].GetProperty("registerOptions").GetProperty("watchers")[0].GetProperty("globPattern").GetString());
    }

    private static (string Uri, int? Version, string Kind, string Name, int Count)[] Reports(JsonElement result) =>
        [.. result.GetProperty("items").EnumerateArray().Select(r => (
            r.GetProperty("uri").GetString()!,
            r.GetProperty("version").ValueKind == JsonValueKind.Null ? null : (int?)r.GetProperty("version").GetInt32(),
            r.GetProperty("kind").GetString()!,
            r.GetProperty("resultId").GetString()!,
            r.TryGetProperty("items", out var items) ? items.GetArrayLength() : -1))];
}
