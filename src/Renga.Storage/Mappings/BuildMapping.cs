using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Builds;

namespace Renga.Storage.Mappings;

internal sealed class BuildMapping : IEntityTypeConfiguration<Build>
{
    public void Configure(EntityTypeBuilder<Build> builder)
    {
        builder.ToTable("builds");
        builder.Property(static b => b.Status).HasConversion<string>();
        builder.HasIndex(static b => b.Status);
        builder.HasOne<App>().WithMany().HasForeignKey(static b => b.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
