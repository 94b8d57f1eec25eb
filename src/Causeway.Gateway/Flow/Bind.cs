using Causeway.Contracts.Compilation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Shape;
using Causeway.Releases.Releases;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Finds the contract that the answer has to keep: of the release, of the header, or the schema in the request. More than one may speak, if they
/// mean the same schema: none is dropped in silence.
/// </summary>
internal sealed class Bind(ContractCache cache, MeasuredDialects measured)
{
    public const string Header = "x-causeway-contract";

    public Verdict<Plan> Run(Call call, Received received, Plan plan, PolicyRevision policy)
    {
        StringValues headers = call.Context.Request.Headers[Header];
        string? named = headers is [{ Length: > 0 } header] ? header : null;
        if (headers.Count > 0 && named is null)
        {
            return new GatewayError(ErrorKind.Malformed, "request_malformed", $"{Header} names one contract: send the header once, with NAME or NAME@VERSION.") { Param = Header };
        }

        if (named is not null && !Compose.Generates(call.Operation))
        {
            return Unsupported($"{Header} names the contract of an answer, and this operation gives none that it could shape. Leave the header out.");
        }

        ReleaseContract? ofRelease = plan.Release?.Release.Contract;
        if ((named is null && ofRelease is null && !received.Scan.MayAskShape) || !Compose.Generates(call.Operation))
        {
            return plan;
        }

        ServedContract? released = null;
        if (ofRelease is not null && (released = policy.FindContract(ofRelease.FullName))?.Contract.Id.Text != ofRelease.Id)
        {
            return Unserved(plan.Channel!, ofRelease);
        }

        if (!received.TryTranslation(call.Operation, out RequestTranslation? request, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        if (request.RunsInBackground && (named is not null || ofRelease is not null || request.AskedAnswer is not null))
        {
            return Unsupported("A response that runs in the background is not there to be held to a schema. Leave \"background\" out, or the schema.") with { Param = "background" };
        }

        ServedContract? registered = null;
        if (named is not null && (registered = policy.FindContract(named)) is null)
        {
            return Unknown(named, policy);
        }

        BoundContract? bound = (released ?? registered) is { } served ? BoundContract.Of(served, cache, request.AskedAnswer) : null;
        if (released is not null && registered is not null && released.Contract.Schema.Digest != registered.Contract.Schema.Digest)
        {
            return Conflict($"the release answers by {released.FullName}, and {Header} names {registered.FullName}");
        }

        if (request.AskedAnswer is not { } asked)
        {
            return bound is null ? plan : plan with { Contract = bound, Measured = measured.Latest };
        }

        if (Inline(asked).Failed(out BoundContract? inline, out GatewayError? error))
        {
            return error;
        }

        return bound is not null && bound.Schema.Digest != inline.Schema.Digest
            ? Conflict($"{bound.Label} is to be kept, and \"{asked.Path}\" states another schema")
            : plan with { Contract = bound ?? inline, Measured = measured.Latest };
    }

    private Verdict<BoundContract> Inline(AskedAnswer asked)
    {
        try
        {
            ParsedContract parsed = cache.Parse(asked.Schema);
            return new BoundContract
            {
                Label = "inline",
                Schema = parsed.Schema,
                Validator = parsed.Validator,
                Policy = ContractPolicy.Default,
                Cache = cache,
                Asked = asked,
            };
        }
        catch (SchemaException wrong)
        {
            string place = wrong.Pointer.Length == 0 ? "its root" : wrong.Pointer;
            return new GatewayError(ErrorKind.Malformed, "schema_invalid", $"The schema in \"{asked.Path}\" cannot be used: at {place}: {wrong.Message}") { Param = asked.Path };
        }
    }

    private static GatewayError Unknown(string named, PolicyRevision policy)
    {
        string nearest = NearestName.Hint(named, policy.Contracts.Names);
        return new GatewayError(
            ErrorKind.NotFound, "contract_unknown", $"There is no contract \"{named}\" ({Header}).{nearest} List them with \"causeway contract list\", or register it with \"causeway contract register\".")
        { Param = Header };
    }

    private static GatewayError Unserved(ServedChannel channel, ReleaseContract contract) => new(
        ErrorKind.Unavailable, "contract_unserved", $"Channel \"{channel.Channel.Name}\" answers by contract {contract}, which is not registered here. The operator registers it, or points the channel at another release.")
    { ShouldRetry = false };

    public static GatewayError Unsupported(string why) => new(ErrorKind.Malformed, "contract_unsupported", why) { Param = Header };

    private static GatewayError Conflict(string why) => new(
        ErrorKind.Malformed, "contract_conflict", $"An answer cannot keep two contracts: {why}. Send one of them, or the same schema in both.");
}
