using System.Runtime.InteropServices;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Residency;

/// <summary>
/// What a provider is told because of the agreement that lets a call go, in its own API's words and whatever the caller wrote: which host, in which geography, that nothing is kept. Of calls that
/// the configuration lets go it is nothing. A call goes by the terms that it was made up for, or not at all (<see cref="Rollouts.Clearance"/>).
/// </summary>
/// <param name="Vendor">Where; null: no agreement lets it go.</param>
/// <param name="KeepsNothing">Nothing may be kept beyond the answer.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UpstreamTerms(VendorTerms? Vendor, bool KeepsNothing)
{
    /// <summary>The code of a call whose agreement was changed while it was on its way.</summary>
    public const string ChangedCode = "agreement_changed";

    private static readonly byte[] s_false = [.. "false"u8];
    private static readonly byte[] s_us = [.. "\"us\""u8];
    private static readonly byte[] s_global = [.. "\"global\""u8];

    /// <summary>The terms of a call that something lets go.</summary>
    public static UpstreamTerms Of(Provider provider, Coverage coverage) =>
        coverage.Agreement is { } agreement ? new UpstreamTerms(provider.VendorTerms, agreement.Retention == Retention.None) : default;

    /// <summary>The terms by which a call would go now; none where nothing lets it.</summary>
    public static UpstreamTerms Now(PolicyRevision policy, PinRoute pin, int rank, DateTimeOffset now) =>
        Covered.By(policy, pin.Provider, pin.Model, rank, now) is { } coverage ? Of(pin.Provider, coverage) : default;

    /// <summary>Why a call cannot be made by these terms; null: it can.</summary>
    /// <param name="provider">Whom it goes to.</param>
    /// <param name="method">How.</param>
    /// <param name="operation">What it is; null: it is not understood.</param>
    public GatewayError? Refuse(Provider provider, string method, Operation? operation) =>
        KeepsNothing && (operation is null or Operation.Native) && (HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method))
            ? new GatewayError(
                ErrorKind.Forbidden,
                "retention_not_allowed",
                $"The agreement with {provider.Name} allows nothing to be kept, and what this call leaves there is not known: files, batches, stored conversations and the like are kept by their nature. Use a path of inference, or a provider whose agreement allows it.")
            : null;

    /// <summary>The body as the terms want it.</summary>
    /// <returns>The body itself where nothing is to be changed; null: it is no JSON object, so that nothing can be warranted of it.</returns>
    public SplicedBody? Apply(SplicedBody body, Provider provider, Operation? operation)
    {
        bool isStored = KeepsNothing && (operation is Operation.Responses or Operation.ChatCompletions) && provider.Protocol == Protocol.OpenAI;
        bool isPlaced = operation == Operation.Messages && Vendor is { Geo: not InferenceGeo.AsItCame };
        if (!isStored && !isPlaced)
        {
            return body;
        }

        BodyEdits edits = body.Edits.Copy();
        ReadOnlySpan<byte> bytes = body.Original.Span;
        bool reads = isPlaced
            ? Vendor!.Geo switch
            {
                InferenceGeo.Us => MemberEdit.TrySet(bytes, "inference_geo", s_us, insert: true, ref edits),
                InferenceGeo.Global => MemberEdit.TrySet(bytes, "inference_geo", s_global, insert: false, ref edits),
                _ => MemberEdit.TryRemove(bytes, "inference_geo", ref edits),
            }
            : MemberEdit.TrySet(bytes, "store", s_false, insert: operation == Operation.Responses, ref edits)
                && MemberEdit.TryRemove(bytes, "prompt_cache_retention", ref edits); // A prompt that is cached for a day is kept for one.
        return reads ? new SplicedBody(body.Original, edits) : null;
    }

    /// <summary>What a caller is told whose body cannot be held to the terms.</summary>
    public static GatewayError Unreadable(Provider provider) => new(
        ErrorKind.Malformed, "request_malformed", $"The body is not one JSON object, and the agreement with {provider.Name} wants members of it set.");

    /// <summary>What a caller is told whose call was made up for terms that hold no longer.</summary>
    public static GatewayError Changed(Provider provider) => new(
        ErrorKind.Unavailable, ChangedCode, $"The agreement with {provider.Name} was changed while this request was on its way. Send it again.")
    { RetryAfter = TimeSpan.FromSeconds(1) };
}
