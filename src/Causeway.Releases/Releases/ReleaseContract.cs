using System.Globalization;
using System.Text.Json;

namespace Causeway.Releases.Releases;

/// <summary>The contract that a release's answers follow: one version, and the digest of what it says.</summary>
/// <param name="Name">The contract's name.</param>
/// <param name="Version">Its version, from 1.</param>
/// <param name="Id">The digest of its schema and policy, <c>ctr_</c> and 64 hex digits: the same version of another deployment is another contract.</param>
public sealed record ReleaseContract(string Name, int Version, string Id)
{
    /// <summary><c>NAME@VERSION</c>.</summary>
    public string FullName => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");

    /// <inheritdoc/>
    public override string ToString() => FullName;

    internal static ReleaseContract Read(JsonElement contract) =>
        new(contract.GetProperty("name").GetString()!, contract.GetProperty("version").GetInt32(), contract.GetProperty("id").GetString()!);

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("contract");
        json.WriteString("name", Name);
        json.WriteNumber("version", Version);
        json.WriteString("id", Id);
        json.WriteEndObject();
    }
}
