using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Accounts;
using Renga.Model.Apps;

namespace Renga.Storage.Mappings;

internal sealed class AppMapping : IEntityTypeConfiguration<App>
{
    public void Configure(EntityTypeBuilder<App> builder)
    {
        builder.ToTable("apps");
        builder.HasIndex(static a => a.Name).IsUnique();
        builder.HasOne<Account>().WithMany().HasForeignKey(static a => a.OwnerId).OnDelete(DeleteBehavior.NoAction);
    }
}
