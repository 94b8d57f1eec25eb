using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers;

/// <summary>A request on its way to be understood.</summary>
/// <param name="Target">Path and query as sent, nothing decoded.</param>
internal sealed record Incoming(Route Route, HttpRequest Request, string Target, byte[] Body)
{
    /// <summary>Empty if none came.</summary>
    public string Key { get; init; } = "";

    /// <summary>The body where it is JSON, else undefined.</summary>
    public JsonElement Json { get; init; }

    /// <summary>See <see cref="Ask.Fingerprint"/>.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>See <see cref="Ask.Account"/>.</summary>
    public string Account => Route.Account ?? Key;
}
