using System.Security.Cryptography;
using System.Text;
using Renga.Model.Logs;

namespace Renga.Logs;

/// <summary>
/// Open log sessions by the hash of their secret. A session is forgotten when nobody has read it for its lifetime; one that is being read stays, and after a
/// reader goes the time runs anew, so that a reader whose connection broke can come back.
/// </summary>
internal sealed class LogSessionTable(LogsOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LogSession> _sessions = [];
    private long _lastSweep = time.GetTimestamp();

    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>The secret of a new session: 256 random bits.</summary>
    public string Open(LogQuery query)
    {
        var secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
        lock (_gate)
        {
            if (_sessions.Count >= options.MaxSessions || time.GetElapsedTime(_lastSweep) > options.SessionLifetime)
                Sweep();
            if (_sessions.Count >= options.MaxSessions && _sessions.Where(static s => s.Value.Readers == 0).OrderBy(static s => s.Value.LastUse).FirstOrDefault().Key is { } oldest)
                _sessions.Remove(oldest);
            _sessions[HashOf(secret)] = new LogSession { Query = query, LastUse = time.GetTimestamp() };
        }

        return secret;
    }

    /// <summary>Begins to read; null when the secret is unknown or its time is over. Every success is followed by one <see cref="Leave"/>.</summary>
    public LogSession? Enter(string secret)
    {
        var hash = HashOf(secret);
        lock (_gate)
        {
            if (!_sessions.TryGetValue(hash, out var session))
                return null;
            if (IsOver(session))
            {
                _sessions.Remove(hash);
                return null;
            }

            session.Readers++;
            return session;
        }
    }

    public void Leave(LogSession session)
    {
        lock (_gate)
        {
            session.Readers--;
            session.LastUse = time.GetTimestamp();
        }
    }

    public void Forget(Guid appId)
    {
        lock (_gate)
        {
            foreach (var (hash, _) in _sessions.Where(s => s.Value.Query.AppId == appId).ToList())
                _sessions.Remove(hash);
        }
    }

    // Looked up by hash, so how long the search takes says nothing about the secret.
    private static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private bool IsOver(LogSession session) => session.Readers == 0 && time.GetElapsedTime(session.LastUse) > options.SessionLifetime;

    private void Sweep()
    {
        _lastSweep = time.GetTimestamp();
        foreach (var (hash, _) in _sessions.Where(s => IsOver(s.Value)).ToList())
            _sessions.Remove(hash);
    }
}
