using System.Globalization;

namespace Renga.EndToEnd.Tests.Harness;

/// <summary>What nearly every scenario has: the shared platform, a user with a command line, apps with names of their own.</summary>
public abstract class Scenario(SharedPlatform shared) : IAsyncLifetime
{
    private static int _apps;

    private readonly List<string> _made = [];

    internal Platform Platform { get; private set; } = null!;

    internal HerokuCli Heroku { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Platform = await shared.GetAsync(Ct);
        Heroku = Platform.NewCli();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var app in _made)
                await DestroyAsync(app);
        }
        finally
        {
            Heroku.Dispose();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>A name that no other test has; the app is destroyed after the test if it is there then.</summary>
    protected string NewName(string hint)
    {
        var name = $"{hint}-{Interlocked.Increment(ref _apps).ToString(CultureInfo.InvariantCulture)}";
        _made.Add(name);
        return name;
    }

    /// <summary>A new app by the API.</summary>
    protected async Task<string> NewAppAsync(string hint)
    {
        var name = NewName(hint);
        await Platform.Api.CreateAppAsync(name, Ct);
        return name;
    }

    /// <summary>A new app with <see cref="Verse"/> pushed and serving.</summary>
    internal async Task<(string App, GitClient Git)> NewVerseAsync(string hint)
    {
        var app = await NewAppAsync(hint);
        var git = await NewRepositoryAsync(app, Verse.Files("one"));
        await git.PushedAsync(app, Ct);
        await Platform.Browser.ShowsAsync(app, "/", "verse one", Ct);
        return (app, git);
    }

    /// <summary>A repository of the user's with these files committed.</summary>
    internal async Task<GitClient> NewRepositoryAsync(string name, IReadOnlyDictionary<string, string> files)
    {
        var git = Heroku.Git(Directory.CreateDirectory(Path.Combine(Heroku.Folder, name)).FullName);
        await git.InitAsync(Ct);
        await git.CommitAsync(files, Ct);
        return git;
    }

    private async Task DestroyAsync(string app)
    {
        try
        {
            await Platform.Api.DeleteAsync($"/apps/{app}", CancellationToken.None);
        }
        catch (ApiRefusedException e) when (e.Status == 404)
        {
            // The test destroyed or renamed it itself.
        }
    }
}
