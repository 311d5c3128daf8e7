namespace Renga.Git.Pushes;

/// <summary>The folder with our one hook. Repositories have no hooks of their own.</summary>
internal sealed class ReceiveHook(GitOptions options)
{
    public string Folder { get; } = Path.Combine(options.RunFolder, "hooks");

    /// <summary>Writes the hook, also over an older one.</summary>
    public async Task InstallAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, "pre-receive");
        var draft = path + ".new";
        await using (var script = typeof(ReceiveHook).Assembly.GetManifestResourceStream("pre-receive.sh")!)
        await using (var file = File.Create(draft))
            await script.CopyToAsync(file, ct);
        File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(draft, path, overwrite: true);
    }
}
