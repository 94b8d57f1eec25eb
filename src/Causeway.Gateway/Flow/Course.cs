using Causeway.Budgets.Ledger;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>The way of a request so far. Kept beside the answer, so that the books get the truth whatever is thrown on the way.</summary>
internal sealed class Course(Plan plan, TimeProvider time)
{
    private List<AttemptRecord>? _steps;
    private long _stepBegan;
    private bool _open;

    public Plan Plan { get; } = plan;

    /// <summary>The pin that was called last; null: none was.</summary>
    public PinRoute? Pin { get; private set; }

    /// <summary>What reads the last pin's answer.</summary>
    public ResponseMeter? Meter { get; set; }

    /// <summary>Calls upstream.</summary>
    public int Attempts { get; private set; }

    /// <summary>Fields that the last pin's protocol could not be told.</summary>
    public IReadOnlyList<string> Dropped { get; set; } = [];

    /// <summary>A call begins.</summary>
    public void Call(PinRoute pin)
    {
        Pin = pin;
        Attempts++;
        _open = true;
        _stepBegan = time.GetTimestamp();
    }

    /// <summary>The call came to nothing and another follows.</summary>
    public void Failed(string reason, int? status)
    {
        _open = false;
        (_steps ??= []).Add(new AttemptRecord(Pin!.Provider.Name, Pin.Model, reason, status, time.GetElapsedTime(_stepBegan), CostNanoUsd: null));
    }

    /// <summary>A pin is not called, and why.</summary>
    public void Passed(PinRoute pin, string reason) =>
        (_steps ??= []).Add(new AttemptRecord(pin.Provider.Name, pin.Model, reason, Status: null, TimeSpan.Zero, CostNanoUsd: null));

    /// <summary>All steps, the last one with what the request cost; empty where there was one call and nothing else.</summary>
    public IReadOnlyList<AttemptRecord> Trail(Ending ending, long? costNanoUsd)
    {
        if (_steps is null)
        {
            return [];
        }

        return Pin is null || !_open
            ? _steps
            : [.. _steps, new AttemptRecord(Pin.Provider.Name, Pin.Model, ending.ErrorCode ?? "answered", ending.Status, time.GetElapsedTime(_stepBegan), costNanoUsd)];
    }
}
