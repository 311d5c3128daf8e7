using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Renga.Storage;

/// <summary>
/// What SQLite forgets between connections. <c>synchronous=FULL</c>: with WAL, a commit is on the disk before it is acknowledged, also when the power fails.
/// The busy timeout is SQLite's own, which waits in small steps; the driver's would sleep 150 ms at a time.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Run(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Run(connection);
        return Task.CompletedTask;
    }

    private static void Run(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }
}
