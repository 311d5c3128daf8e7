namespace Renga.EndToEnd.Tests.Harness;

/// <summary>The sources of a small app that shows what the platform gave it.</summary>
internal static class Verse
{
    private const string Index =
        """
        const http = require('http');
        const boot = `${process.env.DYNO} ${Date.now()}-${Math.random()}`;
        const server = http.createServer((request, response) => {
          const url = new URL(request.url, 'http://app');
          const value = url.searchParams.get('v');
          switch (url.pathname) {
            case '/env': return response.end(JSON.stringify(process.env[value] ?? null));
            case '/boot': return response.end(boot);
            case '/say': console.log(value); return response.end('said');
            case '/cry': console.error(value); return response.end('cried');
            case '/exit': response.end('going'); return setTimeout(() => process.exit(Number(value)), 50);
            case '/write': require('fs').writeFileSync('written', 'here'); return response.end(String(require('fs').existsSync('written')));
            case '/written': return response.end(String(require('fs').existsSync('written')));
            default: return response.end(`verse VERSION, setting ${process.env.SETTING ?? 'none'}`);
          }
        });
        server.listen(process.env.PORT);
        process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
        """;

    private const string Worker =
        """
        console.log('worker at work');
        setInterval(() => {}, 1000);
        """;

    /// <summary>A web process that shows its version, and a worker.</summary>
    public static Dictionary<string, string> Files(string version) => new()
    {
        ["package.json"] = """{ "name": "verse", "version": "1.0.0", "private": true }""",
        ["Procfile"] = "web: node index.js\nworker: node worker.js\n",
        ["index.js"] = Index.Replace("VERSION", version, StringComparison.Ordinal),
        ["worker.js"] = Worker,
    };

    /// <summary>The same with one file changed.</summary>
    public static Dictionary<string, string> With(string file, string text)
    {
        var files = Files("one");
        files[file] = text;
        return files;
    }
}
