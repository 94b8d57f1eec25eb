using Causeway.Wire.Json;
using Causeway.Wire.Requests;

namespace Causeway.Wire;

/// <summary>Plans the splices that a request needs before it may go to a platform that speaks its protocol.</summary>
public static class PlatformRewrite
{
    private const string VersionMember = "anthropic_version";

    private static readonly JsonPaths VersionPath = new(VersionMember);
    private static readonly byte[] Version = [.. "\"anthropic_version\":\"vertex-2023-10-16\""u8];

    /// <summary>As <see cref="RequestRewrite.Plan"/>, and what the platform wants besides.</summary>
    /// <remarks>
    /// Azure's dated API names the deployment in the path and leaves the body's model alone. Vertex takes Claude's messages without a model and
    /// with a version, and counts their tokens with both; a version that the caller wrote stands.
    /// </remarks>
    /// <param name="address">Where the body goes.</param>
    /// <param name="operation">The operation that the body was scanned as.</param>
    /// <param name="scan">The scan of this body.</param>
    /// <param name="body">The body.</param>
    /// <param name="upstreamModel">The provider's name of the model.</param>
    public static BodyEdits Plan(PlatformAddress address, Operation operation, in RequestScan scan, ReadOnlySpan<byte> body, string upstreamModel)
    {
        if (address is { Platform: Platform.AzureOpenAI, ApiVersion: not null } && operation != Operation.Responses)
        {
            BodyEdits edits = default;
            WireFormat.Of(operation).PlanMetering(scan, body, ref edits);
            return edits;
        }

        return (address.Platform, operation) switch
        {
            (Platform.Vertex, Operation.Messages) => ClaudeOnVertex(scan, body),
            (Platform.Vertex, Operation.MessagesCountTokens) => CountedOnVertex(scan, body, upstreamModel),
            _ => RequestRewrite.Plan(operation, scan, body, upstreamModel),
        };
    }

    // The token counter is a model of its own: the body names the one to count for, and has the version as any other.
    private static BodyEdits CountedOnVertex(in RequestScan scan, ReadOnlySpan<byte> body, string upstreamModel)
    {
        BodyEdits edits = RequestRewrite.Plan(Operation.MessagesCountTokens, scan, body, upstreamModel);
        if (!HasVersion(body))
        {
            edits.Add(new BodyEdit(new ByteRange(MemberOf(scan.ModelRange, body).Start, 0), (byte[])[.. Version, (byte)',']));
        }

        return edits;
    }

    private static BodyEdits ClaudeOnVertex(in RequestScan scan, ReadOnlySpan<byte> body)
    {
        BodyEdits edits = default;
        ByteRange model = MemberOf(scan.ModelRange, body);
        edits.Add(HasVersion(body) ? new BodyEdit(WithComma(model, body), default) : new BodyEdit(model, Version));
        return edits;
    }

    private static bool HasVersion(ReadOnlySpan<byte> body) => new JsonTap(VersionPath).TryRead(ref body, out _, out _);

    /// <summary>A member's name and value. The name holds no quotes: the scan has compared it.</summary>
    private static ByteRange MemberOf(ByteRange value, ReadOnlySpan<byte> body)
    {
        int nameEnd = body[..value.Start].LastIndexOf((byte)'"');
        int start = body[..nameEnd].LastIndexOf((byte)'"');
        return new ByteRange(start, value.End - start);
    }

    /// <summary>A member with the comma that goes with it: the one behind, or else the one before.</summary>
    private static ByteRange WithComma(ByteRange member, ReadOnlySpan<byte> body)
    {
        int end = member.End + body[member.End..].IndexOfAnyExcept(" \t\r\n"u8);
        if (body[end] == ',')
        {
            return new ByteRange(member.Start, end + 1 - member.Start);
        }

        int before = body[..member.Start].LastIndexOfAnyExcept(" \t\r\n"u8);
        int start = body[before] == ',' ? before : member.Start;
        return new ByteRange(start, member.End - start);
    }
}
