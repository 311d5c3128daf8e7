using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Renga.Model;

namespace Renga.Storage;

/// <summary>
/// The one door to the database. Reads open a context of their own and see the last commit. Writes run one after another in this process (SQLite has
/// one writer anyway; queueing here costs no busy-waiting), each in one transaction that is on disk when <see cref="WriteAsync"/> returns.
/// </summary>
public sealed class RengaDatabase(IDbContextFactory<RengaDb> contexts, StorageRecovery recovery) : IDisposable
{
    /// <summary>Lost races on a unique index before giving up; each retry reads again, so in practice one is enough.</summary>
    private const int MaxAttempts = 10;

    private const string PostgresUniqueViolation = "23505";
    private const int SqliteUniqueViolation = 2067;
    private const int SqlitePrimaryKeyViolation = 1555;

    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>A context for reading.</summary>
    public RengaDb Read()
    {
        var db = contexts.CreateDbContext();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }

    /// <summary>
    /// Runs the work in a transaction and commits it. A refusal rolls back. When a unique index refuses the commit, the work runs again from the start:
    /// it must read what it depends on from the context it is given, and say in words if what it wants is taken.
    /// </summary>
    public async Task<Result<T>> WriteAsync<T>(Func<RengaDb, Task<Result<T>>> work, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await using var db = await contexts.CreateDbContextAsync(ct);
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                try
                {
                    var result = await work(db);
                    if (result.Refusal is not null)
                        return result;
                    await db.SaveChangesAsync(ct);

                    // A cancelled commit would leave the caller not knowing whether it happened.
                    await transaction.CommitAsync(CancellationToken.None);
                    return result;
                }
                catch (DbUpdateException e) when (IsUniqueViolation(e.InnerException) && attempt < MaxAttempts)
                {
                    // Another process was first. Look again.
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Makes or migrates the schema and repairs what a crash left half done. Call once, before anything else runs.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Database.MigrateAsync(ct);
        if (db.Database.IsSqlite())
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", ct);
        await recovery.RunAsync(db, ct);
    }

    public void Dispose() => _writing.Dispose();

    private static bool IsUniqueViolation(Exception? e) => e switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUniqueViolation or SqlitePrimaryKeyViolation,
        DbException other => other.SqlState == PostgresUniqueViolation,
        _ => false,
    };
}
