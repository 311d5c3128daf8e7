using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Accounts;

namespace Renga.Storage.Mappings;

internal sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasIndex(static t => t.Hash).IsUnique();
        builder.HasOne<Account>().WithMany().HasForeignKey(static t => t.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
