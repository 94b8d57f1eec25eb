namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// Finds the call that a response answers. Ids are optional here on both sides: without one, a response belongs to the first open call of its
/// name, and a call is given an id by its place in the conversation, so that the same history has the same ids.
/// </summary>
internal sealed class CallPairs
{
    private const string Made = "cwp_";

    private readonly List<(string Id, string? Name, bool IsMade)> _open = [];
    private int _count;
    private bool _answered;

    /// <summary>The id of the next call.</summary>
    public string Call(string? id, string? name)
    {
        if (_answered)
        {
            _open.Clear(); // The next step: what was not answered will not be.
            _answered = false;
        }

        bool isMade = string.IsNullOrEmpty(id);
        string known = isMade ? $"{Made}{_count}" : id!;
        _count++;
        _open.Add((known, name, isMade));
        return known;
    }

    /// <summary>The id of the call that a response answers.</summary>
    public string Response(string? id, string? name)
    {
        _answered = true;
        bool hasId = !string.IsNullOrEmpty(id);
        int found = hasId ? _open.FindIndex(call => call.Id == id) : -1;
        found = found >= 0 ? found : _open.FindIndex(call => call.Name == name && (!hasId || call.IsMade));
        found = found < 0 && !hasId && _open.Count > 0 ? 0 : found;
        if (found < 0)
        {
            return hasId ? id! : $"{Made}{_count++}";
        }

        string known = _open[found].Id;
        _open.RemoveAt(found);
        return known;
    }
}
