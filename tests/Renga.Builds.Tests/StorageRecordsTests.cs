using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Renga.Builds.Recording;
using Renga.Model.Apps;
using Renga.Model.Builds;
using Renga.Model.Dynos;
using Renga.Model.Slugs;
using Renga.Storage;
using Renga.Storage.Accounts;
using Renga.Storage.Apps;
using Renga.Storage.Buildpacks;
using Renga.Testing;

namespace Renga.Builds.Tests;

public sealed class StorageRecordsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_OnTheRealDatabase_BeginDeployAndFail()
    {
        using var folder = new TemporaryFolder();
        var services = new ServiceCollection().AddLogging().AddRengaStorage(new StorageOptions { DatabasePath = folder["renga.db"], SecretKeyPath = folder["secret.key"] });
        services.AddSingleton<IBuildRecords, StorageBuildRecords>().AddSingleton<IRepositorySizes, StorageRepositorySizes>();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<RengaDatabase>().PrepareAsync(Ct);
        var account = (await provider.GetRequiredService<AccountStore>().CreateAsync("dev@example.com", Ct)).Value.Account;
        var app = (await provider.GetRequiredService<AppStore>().CreateAsync(account.Id, "ronin", "host", Ct)).Value;
        await provider.GetRequiredService<BuildpackStore>().ReplaceAsync(app.Id, ["heroku/nodejs"], Ct);
        var records = provider.GetRequiredService<IBuildRecords>();
        var request = new BuildRequest { AppId = app.Id, AccountId = account.Id, AccountEmail = account.Email, Source = new BuildSource.Archive("/nowhere", []), Commit = "193d1419c0ffee" };

        var subject = (await records.ReadAsync(app.Id, Ct)).Value;
        var failed = (await records.BeginAsync(request, Ct)).Value;
        await records.FailAsync(failed.Id, "it broke", Ct);
        var build = (await records.BeginAsync(request, Ct)).Value;
        var slug = new Slug { Id = Guid.CreateVersion7(), AppId = app.Id, Checksum = "SHA256:0", Image = "0", Size = 42, Commit = request.Commit, Stack = "host", ProcessTypes = new() { ["web"] = "run" }, CreatedAt = app.CreatedAt, UpdatedAt = app.CreatedAt };
        var released = (await records.DeployAsync(account.Id, slug, build.Id, ImmutableSortedDictionary<string, string>.Empty.Add("PACK_DEFAULT", "1"), Ct)).Value;
        await provider.GetRequiredService<IRepositorySizes>().RecordAsync(app.Id, 4096, Ct);

        (subject.AppName, subject.Stack, subject.Host, subject.Buildpacks.Single()).ShouldBe(("ronin", "host", "ronin.localhost", "heroku/nodejs"));
        var again = (await records.BeginAsync(request, Ct)).Value;
        var next = new Slug { Id = Guid.CreateVersion7(), AppId = app.Id, Checksum = "SHA256:0", Image = "0", Size = 42, Stack = "host", ProcessTypes = slug.ProcessTypes, CreatedAt = app.CreatedAt, UpdatedAt = app.CreatedAt };
        (await records.DeployAsync(account.Id, next, again.Id, ImmutableSortedDictionary<string, string>.Empty.Add("LATER_DEFAULT", "1"), Ct)).Refusal.ShouldBeNull();

        (await records.ReadAsync(app.Id, Ct)).Value.Config.Keys.ShouldBe(["PACK_DEFAULT"], "defaults count with the first code only");
        subject.LastSlugBytes.ShouldBeNull();
        (await records.ReadAsync(app.Id, Ct)).Value.LastSlugBytes.ShouldBe(42);
        (await records.ReadAsync(app.Id, Ct)).Value.Config["PACK_DEFAULT"].ShouldBe("1");
        (released.Version, released.Description).ShouldBe((2, "Deploy 193d1419"));
        (await provider.GetRequiredService<IDesiredState>().ReadAsync(app.Id, Ct)).ShouldNotBeNull().Slug.ShouldNotBeNull().Id.ShouldBe(next.Id);
    }
}
