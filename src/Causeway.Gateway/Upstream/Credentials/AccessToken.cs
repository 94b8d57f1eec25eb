namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>A token that opens a door for a while. A class, not a record: it must not be printed.</summary>
internal sealed class AccessToken(string value, DateTimeOffset obtained, TimeSpan lifetime)
{
    // What is left of a token when the clouds' own clients replace it. A short one is replaced when half of it is gone.
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(4);

    // Clocks differ, and a request takes a moment to arrive.
    private static readonly TimeSpan s_tooLate = TimeSpan.FromSeconds(15);

    /// <summary>The value of the header <c>Authorization</c>.</summary>
    public string Header { get; } = "Bearer " + value;

    public DateTimeOffset Obtained { get; } = obtained;

    /// <summary>From here on a new one should be got, while this one is still used.</summary>
    public DateTimeOffset RefreshAt { get; } = obtained + lifetime - (lifetime < 2 * s_margin ? lifetime / 2 : s_margin);

    /// <summary>From here on it is not used.</summary>
    public DateTimeOffset UsableUntil { get; } = obtained + lifetime - (lifetime < 2 * s_tooLate ? TimeSpan.Zero : s_tooLate);
}
