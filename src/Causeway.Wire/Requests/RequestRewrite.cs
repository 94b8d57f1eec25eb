namespace Causeway.Wire.Requests;

/// <summary>Plans the splices that a request needs before it may go to a provider of its own protocol.</summary>
public static class RequestRewrite
{
    /// <summary>Names the model that was authorised, and makes a chat stream report its usage.</summary>
    public static BodyEdits Plan(Operation operation, in RequestScan scan, ReadOnlySpan<byte> body, string upstreamModel) =>
        throw new NotSupportedException();
}
