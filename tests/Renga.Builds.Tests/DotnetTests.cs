using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Renga.Processes;

namespace Renga.Builds.Tests;

public sealed class DotnetTests
{
    private const string Web = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><RequiresAspNetWebAssets>false</RequiresAspNetWebAssets></PropertyGroup>
          <ItemGroup><PackageReference Include="Poem" Version="1.0.0" /></ItemGroup>
        </Project>

        """;

    private const string Worker = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
        </Project>

        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Solution_ItsPackagesAreRestoredOnce_AndEachProgramIsAType()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await SolutionAsync(compiler);

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.AppendAllTextAsync(Path.Combine(source, "web/Program.cs"), "// changed\n", Ct);
        Directory.Delete(Path.Combine(source, "packages"), recursive: true);
        Directory.CreateDirectory(Path.Combine(source, "packages"));
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       Downloaded 1 packages\n");
        second.Output.ShouldContain("       Using 1 packages from the cache, none fetched\n");
        compiler.Records.Deployed.Last().ProcessTypes.ShouldBe(
            new Dictionary<string, string> { ["web"] = "cd 'web/bin/publish' && exec ./web", ["worker"] = "cd 'worker/bin/publish' && exec ./worker" });
        var slug = await compiler.UnpackAsync(second, Ct);
        Directory.Exists(Path.Combine(slug, "web/obj")).ShouldBeFalse();
        (await ProcessRunner.RunAsync(Command.Of("grep", "-rl", "/build_[0-9a-f]\\{32\\}", slug), Ct)).Output.ShouldBeEmpty();
        Directory.Exists(Path.Combine(slug, ".renga/dotnet")).ShouldBeFalse();
    }

    [Fact]
    public async Task LockFile_ThatIsStale_FailsWithAHint()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await SolutionAsync(compiler);
        await File.WriteAllTextAsync(
            Path.Combine(source, "web/packages.lock.json"),
            """{ "version": 2, "dependencies": { "net10.0": { "Poem": { "type": "Direct", "requested": "[0.9.0, )", "resolved": "0.9.0", "contentHash": "x" } } } }""",
            Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldContain("       packages.lock.json: locked\n       web/web.csproj : error NU1004: ");
        built.Output.ShouldContain(" !     packages.lock.json is not what the project asks for.\n");
        built.Output.ShouldContain("Push rejected, failed to compile .NET app.");
    }

    [Fact]
    public async Task FileBasedApp_IsBuiltInTheDyno_AndItsHeapIsThreeQuartersOfTheDyno()
    {
        await using var compiler = await Compiler.StartAsync(engine: EngineKind.Runc);
        var source = compiler.Source(("app.cs", """
            #:sdk Microsoft.NET.Sdk.Web
            #:property RequiresAspNetWebAssets=false
            var app = WebApplication.Create(args);
            app.MapGet("/", () => $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1048576} MB");
            app.Run();
            """));

        var built = await compiler.MustBuildAsync(source, Ct);

        compiler.Records.Deployed.Single().ProcessTypes.ShouldBe(new Dictionary<string, string> { ["web"] = "cd 'bin/publish' && exec ./app" });
        (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("384 MB");
    }

    // What is published is the machine's programs by other names: this is about how they are found, not what they do.
    [Theory]
    [InlineData("""{ "sdk": { "version": "77.0.101" } }""", "77.0.103")]
    [InlineData("""{ "sdk": { "version": "77.0.101", "rollForward": "latestFeature" } }""", "77.0.200")]
    [InlineData("""{ "sdk": { "version": "77.0.102", "rollForward": "disable" } }""", "77.0.102")]
    public async Task Sdk_ThatTheMachineLacks_IsDownloadedOnce_AndItsRuntimeComesAlong(string globalJson, string expected)
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferSdkAsync(compiler, "77.0.100", "77.0.102", "77.0.103", "77.0.200");
        var source = compiler.Source(("global.json", globalJson), ("app.csproj", Worker));

        var first = await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain($"       Downloading .NET SDK {expected}\n");
        second.Output.ShouldContain($"       Using .NET SDK {expected} from the cache\n");
        File.Exists(Path.Combine(await compiler.UnpackAsync(second, Ct), ".renga/dotnet/shared/Microsoft.NETCore.App/1/a.dll")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{ "sdk": { "version": "77.0.999" } }""", "No .NET SDK fits: 77.0.999 is asked for (rollForward latestPatch).\n !     This machine has 10.")]
    [InlineData("""{ "sdk": { "version": "78.0.100" } }""", "No .NET SDK on this machine fits: 78.0.100 is asked for, it has 10.")]
    public async Task Sdk_ThatIsNotThere_ListsWhatIs(string globalJson, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferSdkAsync(compiler, "77.0.100");

        (await compiler.BuildAsync(compiler.Source(("global.json", globalJson), ("app.csproj", Worker)), Ct)).Output.ShouldContain(message);
    }

    [Fact]
    public async Task Sdk_WithAnotherDigest_IsNotUsed()
    {
        await using var compiler = await Compiler.StartAsync();
        await OfferSdkAsync(compiler, "77.0.100");
        await File.AppendAllTextAsync(Directory.EnumerateFiles(compiler.Folder["dotnet"], "*.tar.gz", SearchOption.AllDirectories).Single(), "more", Ct);

        var built = await compiler.BuildAsync(compiler.Source(("global.json", """{ "sdk": { "version": "77.0.100" } }"""), ("app.csproj", Worker)), Ct);

        built.Output.ShouldContain("does not have the digest that is published for it");
    }

    [Fact]
    public async Task Tests_AreBuiltAndRun_AndTheBuildIsReported()
    {
        // No test framework can be had here without a registry, so this is about the target that runs one.
        using var pack = await PackByHand.OfAsync(
            "dotnet", Ct, ("app.csproj", Worker.Replace("</Project>", "<Target Name=\"Seen\" BeforeTargets=\"VSTest\"><WriteLinesToFile File=\"ran\" Lines=\"tests\" /><Error Condition=\"Exists('bad')\" Text=\"bad\" /></Target></Project>", StringComparison.Ordinal)),
            ("Program.cs", "System.Console.WriteLine(1);"));

        await pack.MustAsync("test-compile", Ct);
        await pack.MustAsync("test", Ct);
        File.Exists(Path.Combine(pack.Build, "ran")).ShouldBeTrue();
        JsonDocument.Parse(await pack.MustAsync("report", Ct)).RootElement.GetProperty("target_framework").GetString().ShouldBe("net10.0");
        await File.WriteAllTextAsync(Path.Combine(pack.Build, "bad"), "", Ct);
        (await pack.RunAsync("test", Ct)).Succeeded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"framework\": { \"name\": \"Microsoft.NETCore.App\" }", "cd 'bin/publish' && exec dotnet app.dll", "app")]
    [InlineData("\"includedFrameworks\": [ { \"name\": \"Microsoft.AspNetCore.App\" } ]", "cd 'bin/publish' && exec dotnet app.dll", "web")]
    [InlineData("", "cd 'bin/publish' && exec ./app", "web")]
    public async Task Programs_AreFound_WhateverWayTheyWerePublished(string config, string command, string type)
    {
        using var pack = await PackByHand.OfAsync(
            "dotnet", Ct, ("app.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\" />"), ("bin/publish/app.so", "\u007fELF"), ("bin/publish/app", "\u007fELF"), ("bin/publish/createdump", "\u007fELF"));
        if (config.Length > 0)
        {
            File.Delete(Path.Combine(pack.Build, "bin/publish/app"));
            await File.WriteAllTextAsync(Path.Combine(pack.Build, "bin/publish/app.runtimeconfig.json"), $$"""{ "runtimeOptions": { {{config}} } }""", Ct);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(pack.Build, "bin/publish")))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        (await pack.MustAsync("release", Ct)).ShouldBe($"---\ndefault_process_types:\n  {type}: {command}\n");
    }

    private static async Task<string> SolutionAsync(Compiler compiler)
    {
        var source = compiler.Source(
            ("all.slnx", "<Solution><Project Path=\"web/web.csproj\" /><Project Path=\"worker/worker.csproj\" /></Solution>"),
            ("nuget.config", "<configuration><packageSources><clear /><add key=\"local\" value=\"packages\" /></packageSources></configuration>"),
            ("web/web.csproj", Web), ("web/Program.cs", "Microsoft.AspNetCore.Builder.WebApplication.Create(args).Run();\n"),
            ("worker/worker.csproj", Worker), ("worker/Program.cs", "System.Console.WriteLine(1);\n"), ("packages/README", ""));
        await using var package = await ZipFile.OpenAsync(Path.Combine(source, "packages/poem.1.0.0.nupkg"), ZipArchiveMode.Create, Ct);
        const string Specification = "<?xml version=\"1.0\"?><package><metadata><id>Poem</id><version>1.0.0</version><authors>Renga</authors><description>A poem</description></metadata></package>";
        foreach (var (name, content) in new[] { ("Poem.nuspec", Specification), ("lib/net10.0/_._", "") })
        {
            await using var stream = await package.CreateEntry(name).OpenAsync(Ct);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Ct);
        }

        return source;
    }

    // As Microsoft publishes: a list per channel with digests, and archives.
    private static async Task OfferSdkAsync(Compiler compiler, params string[] versions)
    {
        const string Program = """
            #!/bin/bash
            if [ "$1" = publish ]; then mkdir -p bin/publish; echo '{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App" } } }' >bin/publish/app.runtimeconfig.json; fi

            """;
        var rid = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        var sdks = new List<object>();
        foreach (var version in versions)
        {
            var source = compiler.Source(("dotnet", Program), ("host/fxr/1/a", ""), ("shared/Microsoft.NETCore.App/1/a.dll", ""));
            var path = $"Sdk/{version}/dotnet-sdk-{version}-{rid}.tar.gz";
            Directory.CreateDirectory(compiler.Folder[$"dotnet/Sdk/{version}"]);
            await ProcessRunner.RunCheckedAsync(Command.Of("tar", "-czf", compiler.Folder[$"dotnet/{path}"], "-C", source, "."), Ct);
            var hash = Convert.ToHexStringLower(SHA512.HashData(await File.ReadAllBytesAsync(compiler.Folder[$"dotnet/{path}"], Ct)));
            sdks.Add(new { version, files = new[] { new { name = $"dotnet-sdk-{rid}.tar.gz", rid, url = $"https://builds.dotnet.microsoft.com/dotnet/{path}", hash } } });
        }

        Directory.CreateDirectory(compiler.Folder["dotnet/release-metadata/77.0"]);
        await File.WriteAllTextAsync(compiler.Folder["dotnet/release-metadata/77.0/releases.json"], JsonSerializer.Serialize(new { sdks }), Ct);
        compiler.SetConfig("DOTNET_DOWNLOAD_URL", $"file://{compiler.Folder["dotnet"]}");
    }
}
