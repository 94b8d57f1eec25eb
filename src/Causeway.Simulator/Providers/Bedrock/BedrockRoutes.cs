namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>The model id is one encoded segment: a slash of an ARN that is not encoded makes another path.</summary>
internal static class BedrockRoutes
{
    /// <param name="path">As sent, nothing decoded.</param>
    public static Route Of(string path)
    {
        if (path.Split('/') is not ["", "model", { Length: > 0 } id, string verb])
        {
            return new(Vendor.Bedrock, Protocol.Bedrock, Operation: null);
        }

        Operation? operation = verb switch
        {
            "converse" or "converse-stream" => Operation.Converse,
            "count-tokens" => Operation.CountTokens,
            _ => null,
        };
        return new(Vendor.Bedrock, Protocol.Bedrock, operation) { Model = Uri.UnescapeDataString(id), Stream = verb == "converse-stream" };
    }
}
