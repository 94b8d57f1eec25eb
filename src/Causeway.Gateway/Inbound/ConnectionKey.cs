using System.Diagnostics.CodeAnalysis;
using Causeway.Budgets.Keys;
using Microsoft.AspNetCore.Connections;

namespace Causeway.Gateway.Inbound;

/// <summary>The key of a connection's last request, so that the next one with it need not be hashed again. HTTP/1.1: one request at a time.</summary>
/// <remarks>
/// Kestrel gives the same string for a known header that a connection repeats, and by that the key is known again: never by its content, since a comparison
/// takes the longer the more of a guess is right, and one connection of a proxy carries many callers.
/// </remarks>
public sealed class ConnectionKey
{
    private string? _header;
    private string _presented = "";
    private KeyHash _hash;

    private ConnectionKey()
    {
    }

    /// <summary>Gives every connection one.</summary>
    public static ConnectionDelegate Attach(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(new ConnectionKey());
        return next(connection);
    };

    /// <summary>Whether this is the header of the last request, and what it carried.</summary>
    internal bool TryGet(string header, [NotNullWhen(true)] out string? presented, out KeyHash hash)
    {
        bool isSame = ReferenceEquals(header, _header);
        (presented, hash) = isSame ? (_presented, _hash) : (null, default);
        return isSame;
    }

    internal void Keep(string header, string presented, KeyHash hash) => (_header, _presented, _hash) = (header, presented, hash);
}
