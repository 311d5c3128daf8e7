using System.Collections.Immutable;
using Renga.Processes;

namespace Renga.Testing;

/// <summary>Makes .gem files, and a registry of them in a folder, so that no test needs rubygems.org.</summary>
public static class MachineGems
{
    // A gem that the machine's packages installed is packed again, with the files that lie there.
    private const string Pack = """
        require "rubygems/package"
        target = File.expand_path(ARGV.shift)
        ARGV.each do |name|
          found = Gem::Specification.find_by_name(name)
          copy = found.dup
          copy.instance_variable_set(:@installed_by_version, nil)
          Dir.chdir(found.full_gem_path) do
            copy.files = Dir["**/*"].select { |file| File.file?(file) }
            Gem::Package.build(copy, true, false, File.join(target, "#{found.full_name}.gem"))
          end
        end
        """;

    /// <summary>Writes .gem files of gems of this machine (Debian's packages ruby-rack, ruby-webrick, rake, ruby-minitest) into the folder.</summary>
    public static async Task PackAsync(string folder, CancellationToken ct, params string[] names)
    {
        Directory.CreateDirectory(folder);
        await ProcessRunner.RunCheckedAsync(new Command("/usr/bin/ruby", ["-e", Pack, folder, .. names]), ct);
    }

    /// <summary>Writes the .gem file of a gem that has only the given program, which prints its arguments.</summary>
    public static async Task MakeAsync(string folder, string name, string version, CancellationToken ct)
    {
        using var source = new TemporaryFolder();
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(source["exe"]);
        await File.WriteAllTextAsync(source[$"exe/{name}"], "puts ARGV.join(' ')\n", ct);
        await File.WriteAllTextAsync(
            source["gem.gemspec"],
            $"Gem::Specification.new {{ |s| s.name = '{name}'; s.version = '{version}'; s.summary = 'A test'; s.authors = ['Renga']; s.files = ['exe/{name}']; s.bindir = 'exe'; s.executables = ['{name}'] }}\n",
            ct);
        await RunAsync(source.Path, ["build", "--silent", "--force", "--output", Path.Combine(folder, $"{name}-{version}.gem"), "gem.gemspec"], ct);
    }

    /// <summary>Makes the folder a registry: its subfolder "gems" holds the .gem files.</summary>
    public static Task IndexAsync(string folder, CancellationToken ct) => RunAsync(folder, ["generate_index", "--silent", "--directory", "."], ct);

    private static Task RunAsync(string folder, ImmutableArray<string> arguments, CancellationToken ct) =>
        ProcessRunner.RunCheckedAsync(new Command("/usr/bin/gem", arguments) { WorkingFolder = folder, Environment = ImmutableDictionary<string, string?>.Empty.Add("HOME", folder) }, ct);
}
