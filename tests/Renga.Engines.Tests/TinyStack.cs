using Renga.Processes;

namespace Renga.Engines.Tests;

/// <summary>A stack of a few of the machine's programs with the libraries that they link to.</summary>
internal static class TinyStack
{
    private static readonly string[] Programs = ["bash", "cat", "catatonit", "env", "id", "ls", "sleep", "touch"];

    /// <summary>An image of the stack, with its version in /etc/tiny.</summary>
    public static async Task<string> MakeAsync(string folder, string version, CancellationToken ct, params string[] without)
    {
        var root = Path.Combine(folder, "tiny-" + version);
        foreach (var name in new[] { "etc", "usr/bin", "usr/lib64", "proc", "tmp", "var/tiny" })
            Directory.CreateDirectory(Path.Combine(root, name));
        foreach (var (link, target) in new[] { ("bin", "usr/bin"), ("lib", "usr/lib64"), ("lib64", "usr/lib64") })
            File.CreateSymbolicLink(Path.Combine(root, link), target);
        foreach (var file in new[] { "passwd", "group", "hosts", "hostname", "resolv.conf" })
            await File.WriteAllTextAsync(Path.Combine(root, "etc", file), "image\n", ct);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/tiny"), version + "\n", ct);
        await File.WriteAllTextAsync(Path.Combine(root, "var/tiny/state"), "kept\n", ct);

        foreach (var program in Programs.Except(without))
        {
            await CopyAsync("/usr/bin/" + program, Path.Combine(root, "usr/bin", program), ct);
            // It fails for a program without libraries.
            var libraries = await ProcessRunner.RunAsync(Command.Of("ldd", "/usr/bin/" + program), ct);
            foreach (var path in libraries.Output.Split([' ', '\t', '\n']).Where(static w => w.StartsWith('/')))
                await CopyAsync(path, Path.Combine(root, "usr/lib64", Path.GetFileName(path)), ct);
        }

        File.CreateSymbolicLink(Path.Combine(root, "usr/bin/sh"), "bash");
        var image = root + ".squashfs";
        await ProcessRunner.RunCheckedAsync(Command.Of("mksquashfs", root, image, "-quiet", "-no-progress", "-all-root"), ct);
        return image;
    }

    private static Task CopyAsync(string from, string to, CancellationToken ct) =>
        File.Exists(to) ? Task.CompletedTask : ProcessRunner.RunCheckedAsync(Command.Of("cp", "--dereference", "--", from, to), ct);
}
