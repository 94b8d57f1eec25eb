namespace Causeway.Gateway.Policy;

/// <summary>Holds the current revision and swaps it whole. Readers never wait; writers take turns.</summary>
public sealed class PolicyPublisher
{
    private readonly Lock _turn = new();
    private volatile PolicyRevision _current = PolicyRevision.Empty;

    /// <summary>The newest revision. Read it once per request.</summary>
    public PolicyRevision Current => _current;

    /// <summary>Puts a changed revision in place of the current one.</summary>
    /// <param name="change">Pure: it gets the current revision and returns the next.</param>
    /// <returns>The revision that is now current.</returns>
    public PolicyRevision Publish(Func<PolicyRevision, PolicyRevision> change)
    {
        lock (_turn)
        {
            return _current = change(_current);
        }
    }
}
