using Microsoft.Extensions.Logging;

namespace Renga.Api.Tests;

/// <summary>What the platform logs as an error, in the output of the test that caused it.</summary>
internal sealed class TestLog(ITestOutputHelper? output) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            output?.WriteLine($"{formatter(state, exception)}\n{exception}");
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
