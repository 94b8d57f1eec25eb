using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Tests.Conformance;

/// <summary>A log whose first line is a signal.</summary>
internal sealed class SingleLog : ILoggerProvider, ILogger
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoggerFactory _factory = new();

    public Task<string> First => _first.Task;

    public ILogger<T> Create<T>()
    {
        _factory.AddProvider(this);
        return _factory.CreateLogger<T>();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _first.TrySetResult(formatter(state, exception));

    public void Dispose() => _factory.Dispose();
}
