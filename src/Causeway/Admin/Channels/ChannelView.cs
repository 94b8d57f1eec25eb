using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Admin.Readiness;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Channels;

/// <summary>A channel as it is shown.</summary>
internal sealed record ChannelView(
    [property: Description("What callers send as model.")] string Name,
    [property: Description("The release that it points at.")] string Release,
    [property: Description("The release's pins, in order of preference.")] IReadOnlyList<string> Pins,
    [property: JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>)), Description("What becomes of a request's field that a pin's protocol cannot carry.")] UnsupportedFields Unsupported,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>)), Description("What is asked of a pin before an answer that must follow a contract may come from it.")] ConformanceRule Conformance,
    [property: Description("1 when made, one more with each change; the ETag.")] long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: Description("Whether each pin may answer, as measured now; only of one channel that is shown, and only where its release has a contract."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PinEligibility>? Eligibility = null,
    [property: Description("Whether it can be taken back, as it was found last; only of one channel that is shown, and from a minute after it was made."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReadinessNote? Readiness = null,
    [property: Description("How its requests are assigned, and the group that it goes back with; only of one channel that is shown."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RoutingView? Routing = null)
{
    public static ChannelView Of(ReleaseChannel channel, Release release) => new(
        channel.Name,
        channel.Release.ToString(),
        [.. release.Pins.Select(pin => pin.ToString())],
        channel.Unsupported,
        channel.Conformance,
        channel.Version,
        channel.CreatedAt,
        channel.UpdatedAt);

    public static ChannelView Of(ServedChannel served) => Of(served.Channel, served.Release);

    /// <summary>The answer to a name that no channel has.</summary>
    public static Problem Unknown(string name, IEnumerable<string> known) =>
        new(AdminError.ChannelUnknown, $"No channel is called \"{Printable.Cut(name)}\"{Nearest.To(name, known)}. List them with: causeway channel list");

    /// <summary>Says in the head of the answer which version this is.</summary>
    public ChannelView Tag(HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{Version}\"");
        return this;
    }
}
