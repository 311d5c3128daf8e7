using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Buildpacks;

namespace Renga.Storage.Mappings;

internal sealed class BuildpackInstallationMapping : IEntityTypeConfiguration<BuildpackInstallation>
{
    public void Configure(EntityTypeBuilder<BuildpackInstallation> builder)
    {
        builder.ToTable("buildpack_installations");
        builder.HasIndex(static b => new { b.AppId, b.Ordinal }).IsUnique();
        builder.HasOne<App>().WithMany().HasForeignKey(static b => b.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
