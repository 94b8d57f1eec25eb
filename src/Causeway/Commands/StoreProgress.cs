using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary>Says on standard error how far a store verb has come: once a second, and nothing of what takes less.</summary>
internal sealed class StoreProgress(TextWriter error, TimeProvider time) : IProgress<MoveProgress>
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private (string Table, MovePhase Phase) _of;
    private long _began = time.GetTimestamp();
    private long _said = time.GetTimestamp();

    public void Report(MoveProgress value)
    {
        lock (_gate)
        {
            if (_of != (value.Table, value.Phase))
            {
                _of = (value.Table, value.Phase);
                _began = time.GetTimestamp();
            }

            if (time.GetElapsedTime(_said) < s_between)
            {
                return;
            }

            _said = time.GetTimestamp();
            error.WriteLine(Text(value, time.GetElapsedTime(_began)));
        }
    }

    private static string Text(MoveProgress value, TimeSpan took)
    {
        string doing = value.Phase == MovePhase.Copying ? "copying" : "comparing";
        double perSecond = took >= s_between ? value.Rows / took.TotalSeconds : 0; // Of less nothing can be said.
        string speed = perSecond >= 1 ? $", {Figures.Count((long)perSecond)}/s" : "";
        if (value.Of is not { } all || all <= value.Rows)
        {
            return $"{doing} {value.Table}: {Figures.Plural(value.Rows, "row")}{speed}";
        }

        string left = perSecond >= 1 ? $", about {Figures.Span(TimeSpan.FromSeconds((all - value.Rows) / perSecond))} left" : "";
        return $"{doing} {value.Table}: {Figures.Count(value.Rows)} of {Figures.Count(all)} rows ({Figures.Share((double)value.Rows / all)}{speed}{left})";
    }
}
