namespace Causeway.Wire;

/// <summary>A platform with what its paths need to know of the account.</summary>
/// <param name="Platform">Who runs the endpoint.</param>
/// <param name="ApiVersion">Azure: the date (<c>2025-04-01-preview</c>) of the API that names the deployment in the path; null: its v1 API.</param>
/// <param name="Project">Vertex: the id of the project that is billed.</param>
/// <param name="Location">Vertex: the region, or <c>global</c>.</param>
public sealed record PlatformAddress(Platform Platform, string? ApiVersion = null, string? Project = null, string? Location = null)
{
    /// <summary>The address of a protocol's own platform, which needs to know nothing more.</summary>
    public static PlatformAddress HomeOf(Protocol protocol) => new(Platforms.HomeOf(protocol));
}
