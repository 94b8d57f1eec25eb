namespace Causeway.Storage;

/// <summary>The store cannot answer. The message says what is wrong, where, and what to do about it.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Says what is wrong, where, and what to do.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>… with the engine's own error for the log.</summary>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
