using System.Collections.Immutable;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Tests.House;

/// <summary>Channels for tests, as policy would hold them.</summary>
internal static class Channels
{
    private static readonly DateTimeOffset s_made = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A channel whose release has these pins, each <c>provider/model</c>.</summary>
    public static ServedChannel New(
        string name, IEnumerable<string> pins, string? prompt = null, UnsupportedFields unsupported = UnsupportedFields.Deny, params (string Name, string Value)[] parameters)
    {
        var set = parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => ReleaseParameters.Rules[parameter.Name].Read([parameter.Value])!, StringComparer.Ordinal);
        Release release = new(
            new ReleaseContent { Pins = [.. pins.Select(Pin)], Prompt = prompt, Parameters = new ReleaseParameters(set) },
            label: null,
            s_made);
        return new ServedChannel(ReleaseChannel.New(name, release.Id, unsupported, s_made), release);
    }

    private static Pin Pin(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return new Pin(text[..slash], text[(slash + 1)..], PinClass.Snapshot);
    }
}
