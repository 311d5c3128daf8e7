using Microsoft.EntityFrameworkCore;
using Renga.Model.Accounts;
using Renga.Model.Apps;
using Renga.Model.Buildpacks;
using Renga.Model.Builds;
using Renga.Model.Domains;
using Renga.Model.Formation;
using Renga.Model.Keys;
using Renga.Model.Releases;
using Renga.Model.Slugs;

namespace Renga.Storage;

/// <summary>The platform's state. Read it with LINQ that any provider can translate; write it through <see cref="RengaDatabase.WriteAsync"/> only.</summary>
public sealed class RengaDb(DbContextOptions<RengaDb> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<AccessToken> Tokens => Set<AccessToken>();

    public DbSet<App> Apps => Set<App>();

    public DbSet<Slug> Slugs => Set<Slug>();

    public DbSet<Build> Builds => Set<Build>();

    public DbSet<Release> Releases => Set<Release>();

    public DbSet<SshKey> SshKeys => Set<SshKey>();

    public DbSet<FormationEntry> Formation => Set<FormationEntry>();

    public DbSet<Domain> Domains => Set<Domain>();

    public DbSet<BuildpackInstallation> BuildpackInstallations => Set<BuildpackInstallation>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(RengaDb).Assembly);
}
