using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Renga.Storage;

/// <summary>For <c>dotnet ef migrations add</c> only: the model without a database.</summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<RengaDb>
{
    public RengaDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<RengaDb>().UseSqlite("Data Source=:memory:").Options);
}
