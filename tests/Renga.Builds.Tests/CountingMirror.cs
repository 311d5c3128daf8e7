using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Renga.Builds.Tests;

/// <summary>A mirror on the loopback: the files of a folder over HTTP, and a list of what was asked for.</summary>
internal sealed class CountingMirror : IDisposable
{
    private readonly HttpListener _listener;
    private readonly string _folder;

    public CountingMirror(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        (_listener, Url) = Listen();
        _ = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<string> Asked { get; } = [];

    public void Dispose() => _listener.Close();

    // The listener wants to be told its port, so a free one is looked for, again when someone else was faster.
    private static (HttpListener Listener, string Url) Listen()
    {
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var url = $"http://{probe.LocalEndPoint}";
            probe.Dispose();
            var listener = new HttpListener { Prefixes = { url + "/" } };
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var name = context.Request.Url!.AbsolutePath;
            Asked.Enqueue(name);
            var path = Path.Combine(_folder, Uri.UnescapeDataString(name).TrimStart('/'));
            if (File.Exists(path))
                await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(path));
            else
                context.Response.StatusCode = 404;
            context.Response.Close();
        }
    }
}
