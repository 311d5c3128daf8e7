using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renga.Builds.Stacks;
using Renga.Model.Stacks;
using Renga.Server.Configuration;
using Renga.Storage;
using Renga.Storage.Apps;

namespace Renga.Server;

/// <summary><c>rengad stacks ...</c>: builds, lists and removes stacks of a platform, whether it runs or not.</summary>
internal static class StacksCommand
{
    public static async Task<int> BuildAsync(string dataFolder, string name, ImmutableArray<string> arguments, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
            return Fail("a stack is built as root.");
        var builder = new StackBuilder(OptionsOf(dataFolder), TimeProvider.System);
        return (await builder.BuildAsync(name, arguments, Console.WriteLine, ct)).Refusal is { } refusal ? Fail(refusal.Message) : 0;
    }

    public static int List(string dataFolder)
    {
        foreach (var stack in new StackShelf(OptionsOf(dataFolder)).List())
        {
            var facts = stack.CreatedAt is { } created
                ? string.Create(CultureInfo.InvariantCulture, $"built {created:yyyy-MM-dd HH:mm}, run {stack.RunBytes >> 20} MB, build {stack.BuildBytes >> 20} MB")
                : "damaged";
            Console.WriteLine($"{stack.Name}  {stack.Version}  {facts}{(stack.IsNewest ? ", newest" : "")}{(stack.InUse ? ", in use" : "")}");
        }

        Console.WriteLine($"{StackVersion.Host}  this machine's own programs");
        return 0;
    }

    public static async Task<int> RemoveAsync(string dataFolder, string name, string version, CancellationToken ct)
    {
        var removed = await new StackShelf(OptionsOf(dataFolder)).RemoveAsync(name, version, stack => CountAppsAsync(dataFolder, stack, ct));
        if (removed.Refusal is { } refusal)
            return Fail(refusal.Message);
        Console.WriteLine($"-----> {name} {version} is removed");
        return 0;
    }

    public static StacksOptions OptionsOf(string dataFolder, bool useImages = true) => new()
    {
        Folder = new PlatformFolder(dataFolder).Stacks,
        RecipesFolder = Path.Combine(AppContext.BaseDirectory, "stacks"),
        UseImages = useImages,
    };

    /// <summary>Apps whose next build, or whose running code, is of the stack.</summary>
    private static async Task<int> CountAppsAsync(string dataFolder, string stack, CancellationToken ct)
    {
        var folder = new PlatformFolder(dataFolder);
        if (!File.Exists(folder.Database))
            return 0;
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddRengaStorage(new StorageOptions { DatabasePath = folder.Database, SecretKeyPath = folder.SecretKey, Domain = "localhost" });
        await using var provider = services.BuildServiceProvider();
        await using var db = provider.GetRequiredService<RengaDatabase>().Read();
        var running = RunStacks.Of(db);
        return await db.Apps.CountAsync(a => a.Stack == stack || running.Any(r => r.AppId == a.Id && r.Stack == stack), ct);
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($" !    {message.ReplaceLineEndings("\n !    ")}");
        return 1;
    }
}
