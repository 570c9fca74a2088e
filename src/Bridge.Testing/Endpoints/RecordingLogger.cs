using System.Text;
using Microsoft.Extensions.Logging;

namespace Bridge.Testing.Endpoints;

/// <summary>Keeps everything that is logged, at every level, with exceptions in full.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _everything = new();

    public string Everything
    {
        get
        {
            lock (_lock)
            {
                return _everything.ToString();
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Add(state.ToString());
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Add(formatter(state, exception));
        Add(exception?.ToString());
        foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
        {
            Add($"{name}={value}");
        }
    }

    public void Add(string? text)
    {
        lock (_lock)
        {
            _everything.AppendLine(text);
        }
    }
}
