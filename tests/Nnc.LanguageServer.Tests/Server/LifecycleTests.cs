using System.Text.Json;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>The phases of a session, and how it ends.</summary>
public sealed class LifecycleTests
{
    private const string Initialize = """{"processId":null,"rootUri":null,"capabilities":{}}""";

    [Fact]
    public async Task Says_what_it_can_do()
    {
        await using var client = new TestClient();

        var result = await client.RequestAsync("initialize", Initialize);

        var capabilities = result.GetProperty("capabilities");
        Assert.Equal("utf-16", capabilities.GetProperty("positionEncoding").GetString());
        Assert.Equal(2, capabilities.GetProperty("textDocumentSync").GetProperty("change").GetInt32());
        Assert.True(capabilities.GetProperty("documentFormattingProvider").GetBoolean());
        Assert.Equal("nnc", result.GetProperty("serverInfo").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Announces_every_request_that_it_answers()
    {
        await using var client = await TestClient.StartAsync();

        foreach (var method in RequestTable.ByMethod.Keys)
        {
            Assert.NotEqual(ErrorCode.MethodNotFound, TestClient.CodeOf(await client.AnswerAsync(client.Ask(method, "[]"))));
        }
    }

    [Fact]
    public async Task Nothing_goes_before_initialize()
    {
        await using var client = new TestClient();

        client.Open("file:///w/a.nnet", "model");
        Assert.Equal(ErrorCode.ServerNotInitialized, await client.ErrorAsync("textDocument/formatting", "{}"));
        Assert.Equal(ErrorCode.ServerNotInitialized, await client.ErrorAsync("shutdown", "{}"));
        await client.RequestAsync("initialize", Initialize);
        Assert.Equal(ErrorCode.InvalidParams, await client.ErrorAsync("textDocument/diagnostic", """{"textDocument":{"uri":"file:///w/a.nnet"}}"""));
    }

    [Fact]
    public async Task Initialize_is_said_once_and_with_parameters()
    {
        await using var client = new TestClient();

        Assert.Equal(ErrorCode.InvalidParams, await client.ErrorAsync("initialize", """{"processId":"me"}"""));
        await client.RequestAsync("initialize", Initialize);
        Assert.Equal(ErrorCode.InvalidRequest, await client.ErrorAsync("initialize", Initialize));
    }

    [Fact]
    public async Task Shutdown_and_exit_end_with_0()
    {
        await using var client = await TestClient.StartAsync();

        Assert.Equal(JsonValueKind.Null, (await client.RequestAsync("shutdown", "{}")).ValueKind);
        Assert.Equal(ErrorCode.InvalidRequest, await client.ErrorAsync("textDocument/formatting", "{}"));
        Assert.Equal(ErrorCode.InvalidRequest, await client.ErrorAsync("shutdown", "{}"));
        client.Notify("exit", "{}");

        Assert.Equal(0, await client.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Exit_without_shutdown_ends_with_1()
    {
        await using var client = await TestClient.StartAsync();

        client.Notify("exit", "{}");

        Assert.Equal(1, await client.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task A_closed_stream_is_an_exit(bool isShutDown, int exitCode)
    {
        await using var client = await TestClient.StartAsync();
        if (isShutDown)
        {
            await client.RequestAsync("shutdown", "{}");
        }

        client.Close();

        Assert.Equal(exitCode, await client.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Ends_when_the_editor_does()
    {
        var end = new TaskCompletionSource();
        await using var client = new TestClient(new ServerEnvironment(new MemoryFiles(), null) { ProcessEnd = id => id == 77 ? end.Task : throw new InvalidOperationException() });
        await client.RequestAsync("initialize", """{"processId":77,"rootUri":null,"capabilities":{}}""");
        Assert.False(client.Exit.IsCompleted);

        end.SetResult();

        Assert.Equal(1, await client.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
