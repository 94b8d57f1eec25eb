using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Conversations;

/// <summary>What a release is to the conversations that would go on with it.</summary>
public static class ConversationTargets
{
    /// <summary>Its first pin whose provider is configured; where none is, nothing is known of it.</summary>
    public static ConversationTarget Of(Release release, PolicyRevision policy) =>
        release.Pins.Select(pin => Resolve.Route(pin, policy)).FirstOrDefault(route => route is not null) is { } pin
            ? new ConversationTarget(pin.Provider.Name, Bounds.KnownContextOf(pin))
            : ConversationTarget.Unknown;
}
