using System.Text;

namespace Causeway.Acceptance.Processes;

/// <summary>What a process writes to one of its streams, line by line, to be waited for. Safe from any thread.</summary>
internal sealed class TextLines
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    /// <summary>Everything so far.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _lines.Aggregate(new StringBuilder(), (text, line) => text.Append(line).Append('\n')).ToString();
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    public async Task FillAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            Change(() => _lines.Add(line));
        }

        Change(() => _ended = true);
    }

    /// <summary>The first line that is wanted, once it is there; null when the stream ends without it.</summary>
    public async Task<string?> FirstAsync(Func<string, bool> wanted, CancellationToken cancellation)
    {
        for (int next = 0; ;)
        {
            Task more;
            lock (_gate)
            {
                for (; next < _lines.Count; next++)
                {
                    if (wanted(_lines[next]))
                    {
                        return _lines[next];
                    }
                }

                if (_ended)
                {
                    return null;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellation);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            change();
            waiting = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
    }
}
