using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Causeway.Gateway.Flow;

/// <summary>What a step returns: a value for the next step, or the error that ends the request.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Verdict<T>
    where T : class
{
    private readonly T? _value;
    private readonly GatewayError? _error;

    private Verdict(T? value, GatewayError? error) => (_value, _error) = (value, error);

    public static implicit operator Verdict<T>(T value) => new(value, null);

    public static implicit operator Verdict<T>(GatewayError error) => new(null, error);

    /// <summary>True when the request ends here.</summary>
    public bool Failed([NotNullWhen(false)] out T? value, [NotNullWhen(true)] out GatewayError? error)
    {
        value = _value;
        error = _error;
        return error is not null;
    }
}
