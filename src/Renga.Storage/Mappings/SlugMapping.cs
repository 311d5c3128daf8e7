using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renga.Model.Apps;
using Renga.Model.Slugs;

namespace Renga.Storage.Mappings;

internal sealed class SlugMapping : IEntityTypeConfiguration<Slug>
{
    public void Configure(EntityTypeBuilder<Slug> builder)
    {
        builder.ToTable("slugs");
        builder.HasOne<App>().WithMany().HasForeignKey(static s => s.AppId).OnDelete(DeleteBehavior.Cascade);

        builder.HasIndex(static s => s.Image);

        // A slug never changes after it is made, so its map is compared by reference.
        builder.Property(static s => s.ProcessTypes).HasConversion(
            static types => JsonSerializer.Serialize(types, JsonSerializerOptions.Default),
            static text => JsonSerializer.Deserialize<Dictionary<string, string>>(text, JsonSerializerOptions.Default)!,
            new ValueComparer<Dictionary<string, string>>(static (a, b) => ReferenceEquals(a, b), static types => types.Count, static types => types));
    }
}
