using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Releases;
using Renga.Model.Slugs;

namespace Renga.Storage.Mappings;

internal sealed class ReleaseMapping : IEntityTypeConfiguration<Release>
{
    public void Configure(EntityTypeBuilder<Release> builder)
    {
        builder.ToTable("releases");
        builder.Property(static r => r.Status).HasConversion<string>();
        builder.HasOne<App>().WithMany().HasForeignKey(static r => r.AppId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Slug>().WithMany().HasForeignKey(static r => r.SlugId).OnDelete(DeleteBehavior.NoAction);

        // Two releases that are made at once: this index lets one win, and the other takes the next number.
        builder.HasIndex(static r => new { r.AppId, r.Version }).IsUnique();
    }
}
