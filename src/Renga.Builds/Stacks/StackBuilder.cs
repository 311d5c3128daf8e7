using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Renga.Model;
using Renga.Processes;

namespace Renga.Builds.Stacks;

/// <summary>Builds a new version of a stack by its recipe, and puts it where a running platform finds it. Nothing of it is seen before it is whole.</summary>
public sealed class StackBuilder(StacksOptions options, TimeProvider time)
{
    private const int ErrorLines = 40;
    private readonly StackFolder _folder = new(options.Folder);

    /// <summary>
    /// 1. Is there such a recipe, room, and nobody else at it? 2. Run the recipe in a draft. 3. Is it anything new? 4. Say what is in it. 5. Put it in its place.
    /// </summary>
    /// <param name="arguments">More arguments for the recipe: <c>--mirror</c>, <c>--snapshot</c>.</param>
    /// <param name="tell">Takes each line of progress.</param>
    /// <returns>The version, which is an old one when nothing is new.</returns>
    public async Task<Result<string>> BuildAsync(string name, ImmutableArray<string> arguments, Action<string> tell, CancellationToken ct)
    {
        // 1.
        if (FindRecipe(name) is { Refusal: { } unknown })
            return unknown;
        var draft = _folder.DraftOf(name);
        using var claim = _folder.TryClaim(name);
        if (claim is null)
            return Refusal.Conflict($"Another build of {name} is running. Wait for it to end.");
        await RemoveAsync(draft, ct);
        if (new DriveInfo(options.Folder).AvailableFreeSpace is var free && free < options.BuildBytes)
            return Refusal.Unavailable($"A build of {name} needs {options.BuildBytes >> 20} MB on the disk of {options.Folder}; there are {free >> 20} MB. Remove old versions with rengad stacks remove, or make room.");

        // 2.
        var newest = _folder.Newest(name);
        var stored = _folder.Place(name, StackVersionNumber.Next(newest?.Version, time.GetUtcNow()));
        var result = Path.Combine(draft, "result");
        Directory.CreateDirectory(result);
        try
        {
            var (status, errors) = await RunAsync(RecipeCommand(name, stored.Version, draft, result, arguments), tell, ct);
            if (status != 0)
                return Refusal.Unavailable(string.Join('\n', [.. errors, $"{name} could not be built: its recipe ended with status {status}. What there was before stays."]));

            // 3.
            var digest = (await File.ReadAllTextAsync(Path.Combine(result, "digest"), ct)).Trim();
            if (newest?.Read()?.Digest == digest)
            {
                tell($"-----> Nothing is new: version {newest!.Version} has all of it");
                return newest.Version.ToString();
            }

            // 4.
            var draftStored = stored with { Path = result };
            var manifest = new StackManifest(name, stored.Version.ToString(), digest, time.GetUtcNow(), await DescribeAsync(result, "run", ct), await DescribeAsync(result, "build", ct));
            await File.WriteAllBytesAsync(draftStored.ManifestPath, JsonSerializer.SerializeToUtf8Bytes(manifest, StacksJson.Default.StackManifest), ct);

            // 5.
            await ProcessRunner.RunCheckedAsync(Command.Of("sync", "--file-system", result), ct);
            Directory.Move(result, stored.Path);
            tell($"-----> {name} {stored.Version} is ready; a running platform moves its dynos to it now");
            return stored.Version.ToString();
        }
        finally
        {
            await RemoveAsync(draft, CancellationToken.None);
        }
    }

    internal Command RecipeCommand(string name, StackVersionNumber version, string draft, string result, ImmutableArray<string> arguments) =>
        Command.Of(Recipe(name), "--out", result, "--version", version.ToString(), "--work", Path.Combine(draft, "work")).With([.. arguments]);

    private Result<string> FindRecipe(string name)
    {
        var names = Directory.Exists(options.RecipesFolder)
            ? Directory.EnumerateDirectories(options.RecipesFolder).Select(static d => Path.GetFileName(d)).Where(n => File.Exists(Recipe(n))).Order(StringComparer.Ordinal).ToList()
            : [];
        return names.Contains(name) ? Recipe(name) : Refusal.Invalid($"There is no stack \"{name}\" to build. Those that can be built: {string.Join(", ", names)}.");
    }

    private string Recipe(string name) => Path.Combine(options.RecipesFolder, name, "build");

    private static async Task<(int Status, IReadOnlyCollection<string> Errors)> RunAsync(Command command, Action<string> tell, CancellationToken ct)
    {
        using var process = ProcessRunner.Start(command);
        try
        {
            process.StandardInput.Close();
            var errors = new Queue<string>();
            var output = ReadLinesAsync(process.StandardOutput, tell, ct);
            var error = ReadLinesAsync(
                process.StandardError,
                line =>
                {
                    errors.Enqueue(line);
                    if (errors.Count > ErrorLines)
                        errors.Dequeue();
                },
                ct);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, errors);
        }
        catch (OperationCanceledException)
        {
            ProcessRunner.Kill(process);
            throw;
        }
    }

    private static async Task ReadLinesAsync(StreamReader reader, Action<string> take, CancellationToken ct)
    {
        while (await reader.ReadLineAsync(ct) is { } line)
            take(line);
    }

    private static async Task<StackImageManifest> DescribeAsync(string folder, string variant, CancellationToken ct)
    {
        await using var image = File.OpenRead(Path.Combine(folder, variant + ".squashfs"));
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(image, ct));
        var list = Path.Combine(folder, variant + ".packages");
        var packages = (await File.ReadAllLinesAsync(list, ct)).Select(static l => l.Split(' ')).Where(static p => p.Length == 3).GroupBy(static p => p[0])
            .SelectMany(static g => g.Select(p => (Name: g.Count() == 1 ? p[0] : $"{p[0]}:{p[2]}", Version: p[1])));
        var described = new StackImageManifest(sha256, image.Length, packages.ToImmutableSortedDictionary(static p => p.Name, static p => p.Version, StringComparer.Ordinal));
        File.Delete(list);
        return described;
    }

    /// <summary>Never across a mount, and as root's own tool does it, since a root file system may be in it.</summary>
    private static Task<CommandResult> RemoveAsync(string folder, CancellationToken ct) => ProcessRunner.RunCheckedAsync(Command.Of("rm", "-rf", "--one-file-system", "--", folder), ct);
}
