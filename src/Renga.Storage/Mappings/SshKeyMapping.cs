using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Accounts;
using Renga.Model.Keys;

namespace Renga.Storage.Mappings;

internal sealed class SshKeyMapping : IEntityTypeConfiguration<SshKey>
{
    public void Configure(EntityTypeBuilder<SshKey> builder)
    {
        builder.ToTable("ssh_keys");
        builder.HasIndex(static k => k.Fingerprint).IsUnique();
        builder.HasOne<Account>().WithMany().HasForeignKey(static k => k.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
