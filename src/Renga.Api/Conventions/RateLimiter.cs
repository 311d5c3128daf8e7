using System.Collections.Concurrent;
using System.Globalization;

namespace Renga.Api.Conventions;

/// <summary>A pool of call tokens per account that refills steadily. In memory: a restart fills every pool.</summary>
internal sealed class RateLimiter(ApiOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Pool> _pools = new();

    /// <summary>Takes one token. Returns how many are left; -1 when there was none.</summary>
    public int Take(Guid accountId) => Use(accountId, 1);

    public int Remaining(Guid accountId) => Use(accountId, 0);

    public static string Shown(int remaining) => Math.Max(0, remaining).ToString(CultureInfo.InvariantCulture);

    private int Use(Guid accountId, int tokens)
    {
        var pool = _pools.GetOrAdd(accountId, static (_, start) => new Pool(start.RateLimit, start.Now), (options.RateLimit, Now: time.GetTimestamp()));
        lock (pool)
        {
            var now = time.GetTimestamp();
            pool.Level = Math.Min(options.RateLimit, pool.Level + (time.GetElapsedTime(pool.At, now).TotalMinutes * options.RateRefillPerMinute));
            pool.At = now;
            if (pool.Level < tokens)
                return -1;
            pool.Level -= tokens;
            return (int)pool.Level;
        }
    }

    private sealed class Pool(double level, long at)
    {
        public double Level { get; set; } = level;

        public long At { get; set; } = at;
    }
}
