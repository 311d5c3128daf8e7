using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Renga.Model;
using Renga.Model.Access;
using Renga.Model.Dynos;
using Renga.Storage.Access;
using Renga.Storage.Accounts;
using Renga.Storage.Apps;
using Renga.Storage.Buildpacks;
using Renga.Storage.Builds;
using Renga.Storage.Dynos;
using Renga.Storage.Formation;
using Renga.Storage.Keys;
using Renga.Storage.Releases;
using Renga.Storage.Secrets;
using Renga.Storage.Slugs;

namespace Renga.Storage;

/// <summary>Registers the platform's state: stores, <see cref="IGatekeeper"/> and <see cref="IDesiredState"/>.</summary>
public static class StorageServices
{
    /// <summary>After building the provider, await <see cref="RengaDatabase.PrepareAsync"/> before anything else starts.</summary>
    public static IServiceCollection AddRengaStorage(this IServiceCollection services, StorageOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Ids>();
        services.AddSingleton(options);
        services.AddDbContextFactory<RengaDb>(db => UseSqlite(db, options));
        services.AddSingleton(_ => SecretBox.Open(options.SecretKeyPath));
        services.AddSingleton<StorageRecovery>();
        services.AddSingleton<RengaDatabase>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<SshKeyStore>();
        services.AddSingleton<AppStore>();
        services.AddSingleton<ReleaseStore>();
        services.AddSingleton<BuildStore>();
        services.AddSingleton<SlugRetention>();
        services.AddSingleton<SlugRecords>();
        services.AddSingleton<FormationStore>();
        services.AddSingleton<BuildpackStore>();
        services.AddSingleton<IGatekeeper, Gatekeeper>();
        services.AddSingleton<IDesiredState, DesiredStateReader>();
        return services;
    }

    private static void UseSqlite(DbContextOptionsBuilder builder, StorageOptions options)
    {
        PrivateFile.Ensure(options.DatabasePath);
        var connection = new SqliteConnectionStringBuilder { DataSource = options.DatabasePath, ForeignKeys = true };
        builder.UseSqlite(connection.ConnectionString).AddInterceptors(new SqlitePragmas());
    }
}
