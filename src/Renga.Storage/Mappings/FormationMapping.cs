using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Formation;

namespace Renga.Storage.Mappings;

internal sealed class FormationMapping : IEntityTypeConfiguration<FormationEntry>
{
    public void Configure(EntityTypeBuilder<FormationEntry> builder)
    {
        builder.ToTable("formation");
        builder.HasIndex(static f => new { f.AppId, f.Type }).IsUnique();
        builder.HasOne<App>().WithMany().HasForeignKey(static f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
