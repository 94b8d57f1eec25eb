using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Scripts;

/// <summary>The script in force. Replacing it starts every rule afresh; taking a rule counts against its <c>times</c>, atomically.</summary>
internal sealed class ScriptShelf
{
    private readonly Lock _gate = new();
    private Script _script = new();
    private int[] _used = [];

    public string? RequiredKey
    {
        get
        {
            lock (_gate)
            {
                return _script.RequiredKey;
            }
        }
    }

    public void Put(Script script)
    {
        lock (_gate)
        {
            _script = script;
            _used = new int[script.Rules?.Count ?? 0];
        }
    }

    public ScriptView View()
    {
        lock (_gate)
        {
            return new ScriptView(_script, [.. _used]);
        }
    }

    public Behaviour Take(Ask ask)
    {
        lock (_gate)
        {
            for (int i = 0; i < _used.Length; i++)
            {
                Rule rule = _script.Rules![i];
                if (Matches(rule.Match, ask) && (rule.Times is null || _used[i] < rule.Times))
                {
                    _used[i]++;
                    return rule.Then ?? Behaviour.Ordinary;
                }
            }

            return Behaviour.Ordinary;
        }
    }

    private static bool Matches(Match? match, Ask ask) => match is null
        || ((match.Vendor is null || match.Vendor == ask.Vendor)
            && (match.Protocol is null || match.Protocol == ask.Protocol)
            && (match.Operation is null || match.Operation == ask.Operation)
            && (match.Model is null || match.Model == ask.Model)
            && (match.Stream is null || match.Stream == ask.Stream)
            && (match.Key is null || match.Key == ask.Key));
}
