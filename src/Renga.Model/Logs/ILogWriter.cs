namespace Renga.Model.Logs;

/// <summary>Where every component puts lines of an app's stream.</summary>
public interface ILogWriter
{
    /// <summary>Appends a line to the app's channel. Never blocks and never throws; what does not fit is counted and said in the stream.</summary>
    void Write(Guid appId, in LogLine line);
}
