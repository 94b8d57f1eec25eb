namespace Causeway.Wire.Requests;

/// <summary>Finds what the gateway acts upon in a request body, and refuses a body that two readers could understand differently.</summary>
public static class RequestScanner
{
    /// <summary>Reads the whole body once.</summary>
    public static bool TryScan(Operation operation, ReadOnlySpan<byte> body, out RequestScan scan, out RequestFault fault) =>
        throw new NotSupportedException();
}
