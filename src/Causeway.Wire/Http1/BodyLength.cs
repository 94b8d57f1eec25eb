namespace Causeway.Wire.Http1;

/// <summary>How the end of a response's body is told.</summary>
public enum BodyLength
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>By a number of bytes.</summary>
    Counted,

    /// <summary>By a last chunk.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    UntilClose,
}
