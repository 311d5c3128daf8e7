using Renga.Processes;

namespace Renga.Builds.Tests;

/// <summary>npm, yarn 1, yarn 2 and later, and pnpm: each with a lock file that it made itself, on npm's registry.</summary>
public sealed class NodejsManagerTests
{
    private static readonly Dictionary<string, (string[] Lock, string Installs)> Managers = new()
    {
        ["npm"] = (["npm", "install", "--package-lock-only", "--no-audit", "--no-fund"], "package-lock.json: npm ci"),
        ["yarn"] = (["npx", "--yes", "yarn@1.22.22", "install", "--ignore-scripts"], "yarn.lock: yarn install --frozen-lockfile"),
        ["berry"] = (["npx", "--yes", "@yarnpkg/cli-dist@4.5.1", "install", "--mode=update-lockfile"], "yarn.lock: yarn install --immutable"),
        ["pnp"] = (["npx", "--yes", "@yarnpkg/cli-dist@4.5.1", "install", "--mode=update-lockfile"], "yarn.lock: yarn install --immutable"),
        ["pnpm"] = (["npx", "--yes", "pnpm@9.15.9", "install", "--lockfile-only"], "pnpm-lock.yaml: pnpm install --frozen-lockfile"),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Managers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Manager_InstallsOnce_Prunes_AndRefusesAStaleLock(string manager)
    {
        await using var compiler = await Compiler.StartAsync();
        var source = await MakeAsync(compiler, manager);
        var tool = manager is "berry" or "pnp" ? "yarn" : manager;

        var first = await compiler.MustBuildAsync(source, Ct);
        await File.AppendAllTextAsync(Path.Combine(source, "server.js"), "// changed\n", Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        first.Output.ShouldContain("       " + Managers[manager].Installs);
        second.Output.ShouldContain("       Using node_modules from the cache: ");
        second.Output.ShouldNotContain(Managers[manager].Installs);
        second.Output.ShouldNotContain("Download", Case.Sensitive, second.Output);
        if (tool != "npm")
        {
            first.Output.ShouldContain($"       Downloaded {tool} ");
            second.Output.ShouldContain($"       Using {tool} ");
        }

        foreach (var built in new[] { first, second })
        {
            built.Output.ShouldContain($"-----> Running build ({tool} run build)\n");
            built.Output.ShouldContain("built with odd: true");
            (await compiler.ServeAsync(built, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("3600000 Cannot find is-odd");
        }

        compiler.Records.Deployed.First().ProcessTypes["web"].ShouldBe(manager == "pnp" ? "yarn start" : "npm start");

        var package = Path.Combine(source, "package.json");
        await File.WriteAllTextAsync(package, (await File.ReadAllTextAsync(package, Ct)).Replace("2.1.3", "2.1.2", StringComparison.Ordinal), Ct);
        var stale = await compiler.BuildAsync(source, Ct);
        stale.Output.ShouldContain(" does not fit package.json: one was changed without the other.");
        stale.Output.ShouldContain($"Run \"{tool} install\" in the app's folder, commit the lock file, and push again.");
    }

    [Fact]
    public async Task Workspace_IsRestoredWithTheModulesOfEachOfItsPackages()
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(
            ("package.json", """{ "private": true, "packageManager": "pnpm@10.34.8", "scripts": { "start": "node packages/web" }, "devDependencies": { "is-odd": "3.0.1" } }"""),
            ("pnpm-workspace.yaml", "packages:\n  - packages/*\n"),
            ("packages/web/package.json", """{ "name": "web", "version": "1.0.0", "dependencies": { "verse": "workspace:*", "ms": "2.1.3" } }"""),
            ("packages/web/index.js", "require('http').createServer((q, r) => r.end(require('ms')('1h') + ' ' + require('verse'))).listen(process.env.PORT);"),
            ("packages/verse/package.json", """{ "name": "verse", "version": "1.0.0", "main": "index.js", "dependencies": { "ms": "2.0.0" } }"""),
            ("packages/verse/index.js", "module.exports = require('ms/package.json').version;"));
        await RunAsync(source, "npx", "--yes", "pnpm@10.34.8", "install", "--lockfile-only");

        await compiler.MustBuildAsync(source, Ct);
        var second = await compiler.MustBuildAsync(source, Ct);

        second.Output.ShouldContain("       Using node_modules from the cache: pnpm-lock.yaml is unchanged\n");
        (await compiler.ServeAsync(second, client => client.GetStringAsync("/", Ct), Ct)).ShouldBe("3600000 2.0.0");
        Directory.Exists(Path.Combine(await compiler.UnpackAsync(second, Ct), "node_modules/is-odd")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("package-lock.json yarn.lock", "", "There are lock files of several package managers: package-lock.json yarn.lock.")]
    [InlineData("package-lock.json", "pnpm@9.15.9", "packageManager in package.json is \"pnpm@9.15.9\", and the lock file is package-lock.json.")]
    [InlineData("", "bun@1.0.0", "packageManager in package.json is \"bun@1.0.0\".")]
    [InlineData("", "pnpm@9", "It should be npm, yarn or pnpm with an exact version")]
    [InlineData("", "pnpm@9.15.9+sha512.00", "pnpm 9.15.9 from the registry does not have the digest that packageManager names.")]
    [InlineData("", "pnpm@9.99.0", "No version of pnpm fits \"9.99.0\", or npm's registry cannot be reached.")]
    public async Task Manager_ThatIsUnclearOrNotThere_FailsWithWhatToDo(string locks, string packageManager, string message)
    {
        await using var compiler = await Compiler.StartAsync();
        var source = compiler.Source(("package.json", $$"""{ "packageManager": "{{packageManager}}", "dependencies": { "ms": "2.1.3" } }"""));
        foreach (var name in locks.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            await File.WriteAllTextAsync(Path.Combine(source, name), "", Ct);

        var built = await compiler.BuildAsync(source, Ct);

        built.Output.ShouldContain(message);
        built.Output.ShouldContain("Push rejected, failed to compile Node.js app.");
    }

    private static async Task<string> MakeAsync(Compiler compiler, string manager)
    {
        var source = compiler.Source(
            ("package.json", """
            {
              "name": "managed", "version": "1.0.0", "license": "MIT",
              "scripts": { "start": "node server.js", "build": "node -e \"console.log('built with odd:', require('is-odd')(3))\"" },
              "dependencies": { "ms": "2.1.3" },
              "devDependencies": { "is-odd": "3.0.1" }
            }
            """),
            ("server.js", """
            let odd = 'is-odd is there';
            try { require('is-odd'); } catch (e) { odd = 'Cannot find is-odd'; }
            require('http').createServer((q, r) => r.end(`${require('ms')('1h')} ${odd}`)).listen(process.env.PORT);
            """));
        if (manager is "berry" or "pnp")
        {
            await File.WriteAllTextAsync(Path.Combine(source, "yarn.lock"), "", Ct);
            await File.WriteAllTextAsync(Path.Combine(source, ".yarnrc.yml"), manager == "pnp" ? "nodeLinker: pnp\n" : "enableTelemetry: false\n", Ct);
        }

        await RunAsync(source, Managers[manager].Lock);
        foreach (var left in new[] { "node_modules", ".yarn" }.Select(n => Path.Combine(source, n)).Where(Directory.Exists))
            Directory.Delete(left, recursive: true);
        return source;
    }

    private static Task RunAsync(string folder, params string[] command) =>
        ProcessRunner.RunCheckedAsync(Command.Of(command[0], command.AsSpan(1)) with { WorkingFolder = folder, Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add("CI", null) }, Ct);
}
