using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>A session over two streams, from the first message to the last.</summary>
public static class LanguageServer
{
    /// <summary>Reads and answers until the client says exit, closes its stream, or ends.</summary>
    /// <returns>0 where the client said shutdown before, 1 otherwise.</returns>
    public static async Task<int> RunAsync(Stream input, Stream output, ServerEnvironment environment)
    {
        using var stop = new CancellationTokenSource();
        var connection = new Connection(output);
        var session = new Session(connection, environment, stop);
        var publisher = new DiagnosticsPublisher(connection, environment.Time, session.Context);
        session.Changed += publisher.Changed;
        var writing = Task.Run(connection.WriteAllAsync);
        var publishing = Task.Run(() => publisher.RunAsync(stop.Token));
        var reading = Task.Run(() => ReadAsync(new FrameReader(input), session, stop.Token));

        // A read of standard input cannot be called off, so a stop does not wait for it.
        await Task.WhenAny(reading, Task.Delay(Timeout.Infinite, stop.Token));
        await stop.CancelAsync();
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connection.Complete();
        await writing;
        return session.IsShutDown ? 0 : 1;
    }

    private static async Task ReadAsync(FrameReader reader, Session session, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested && await reader.ReadAsync(stopped) is { } frame)
        {
            session.Receive(frame);
        }
    }
}
