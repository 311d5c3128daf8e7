using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Renga.Model.Routing;

namespace Renga.Router.Tests.Beds;

/// <summary>A dyno that does with each connection what the script says.</summary>
public sealed class ScriptedDyno : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<Wire, Task> _script;
    private readonly ConcurrentBag<Wire> _wires = [];
    private int _connections;

    public ScriptedDyno(Func<Wire, Task> script, string name = "web.1")
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Endpoint = new DynoEndpoint(Guid.CreateVersion7(), name, (IPEndPoint)_listener.LocalEndPoint!);
        _ = AcceptAsync();
    }

    public DynoEndpoint Endpoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers every request on every connection with the same bytes; bodies are not expected.</summary>
    public static ScriptedDyno Answering(string response, string name = "web.1") => new(
        async wire =>
        {
            while (true)
            {
                await wire.ReadHeadAsync();
                await wire.SendAsync(response);
            }
        },
        name);

    /// <summary>Answers 200 with the text, keep-alive.</summary>
    public static ScriptedDyno Saying(string text, string name = "web.1") => Answering($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}", name);

    /// <summary>An address where nobody listens.</summary>
    public static DynoEndpoint Refusing(string name = "web.1")
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new DynoEndpoint(Guid.CreateVersion7(), name, (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>As a stopped dyno: no new connections, and the present ones cut.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (var wire in _wires)
            wire.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var wire = new Wire(await _listener.AcceptAsync(TestContext.Current.CancellationToken));
                Interlocked.Increment(ref _connections);
                _wires.Add(wire);
                _ = RunAsync(wire);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(Wire wire)
    {
        using (wire)
        {
            try
            {
                await _script(wire);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The router closed; that is its right.
            }
        }
    }
}
