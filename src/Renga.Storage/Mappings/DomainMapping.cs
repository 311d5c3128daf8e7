using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Domains;

namespace Renga.Storage.Mappings;

internal sealed class DomainMapping : IEntityTypeConfiguration<Domain>
{
    public void Configure(EntityTypeBuilder<Domain> builder)
    {
        builder.ToTable("domains");
        builder.Property(static d => d.Kind).HasConversion<string>();
        builder.HasIndex(static d => d.Hostname).IsUnique();
        builder.HasOne<App>().WithMany().HasForeignKey(static d => d.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
