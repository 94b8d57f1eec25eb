using System.Net;
using System.Net.Sockets;
using Causeway.Budgets.Keys.Capabilities;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Inbound;

/// <summary>
/// Who may say on whose behalf a request comes. A header that anybody can write is believed as far as it was written by an address that is trusted: read from its end, each
/// entry was added by the proxy behind it, and the first that is no trusted proxy is the caller. Without a trusted address nothing is read.
/// </summary>
public sealed class TrustedProxies
{
    /// <summary>Entries that are looked at: a chain of more proxies than this is none.</summary>
    public const int MaxEntries = 32;

    /// <summary>What most proxies write.</summary>
    public const string ForwardedFor = "x-forwarded-for";

    /// <summary>What RFC 7239 names.</summary>
    public const string Forwarded = "forwarded";

    private const int MaxAddress = 45;
    private readonly AddressList? _trusted;
    private readonly string _header;

    private TrustedProxies(AddressList? trusted, string header) => (_trusted, _header) = (trusted, header);

    /// <summary>No address is trusted.</summary>
    public bool AreNone => _trusted is null;

    /// <param name="networks">Addresses and networks, as <see cref="IsNetwork"/> takes them.</param>
    /// <param name="header">The only header that is read: <see cref="ForwardedFor"/> or <see cref="Forwarded"/>. A proxy passes the other one on as its caller wrote it.</param>
    public static TrustedProxies Of(IEnumerable<string> networks, string header)
    {
        string[] all = [.. networks];
        return Array.Find(all, text => !IsNetwork(text)) is { } wrong ? throw new ArgumentException($"\"{wrong}\" is no network.", nameof(networks)) : new(AddressList.Of(all).List, header);
    }

    /// <summary>Whether this is <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or one address. One of IPv4 inside IPv6 is none: addresses are compared as IPv4.</summary>
    public static bool IsNetwork(string text) => AddressList.Of([text]).List is { } list && !list.Networks[0].BaseAddress.IsIPv4MappedToIPv6;

    /// <summary>Before anything else looks at a request: puts the caller's address in the place of its proxy's.</summary>
    public Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Connection.RemoteIpAddress is { } peer)
        {
            context.Connection.RemoteIpAddress = CallerOf(peer, context.Request.Headers[_header]);
        }

        return next(context);
    }

    /// <summary>The caller behind a connection.</summary>
    /// <param name="peer">Who made the connection.</param>
    /// <param name="header">What it says on whose behalf.</param>
    public IPAddress CallerOf(IPAddress peer, StringValues header)
    {
        IPAddress caller = Plain(peer);
        if (header.Count == 0 || !IsTrusted(caller))
        {
            return caller;
        }

        string[] entries = header.ToString().Split(',', StringSplitOptions.TrimEntries); // No address holds a comma; a quoted one elsewhere leaves a piece that is none.
        for (int i = entries.Length - 1; i >= Math.Max(0, entries.Length - MaxEntries) && IsTrusted(caller); i--)
        {
            if (!TryEntry(entries[i], out IPAddress? before))
            {
                break; // "unknown", or a name: nothing before it can be told to be true.
            }

            caller = before;
        }

        return caller;
    }

    private bool IsTrusted(IPAddress address) => _trusted?.Allows(address) is true;

    private bool TryEntry(string entry, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        if (_header == ForwardedFor)
        {
            return TryNode(entry, out address);
        }

        address = null;
        foreach (string pair in entry.Split(';', StringSplitOptions.TrimEntries))
        {
            if (pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase))
            {
                return TryNode(pair["for=".Length..].Trim('"'), out address);
            }
        }

        return false;
    }

    // An address, with a port or without; IPv6 with a port stands in brackets.
    private static bool TryNode(string node, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        if (node.StartsWith('['))
        {
            int end = node.IndexOf(']', StringComparison.Ordinal);
            address = null;
            return end > 0 && (end == node.Length - 1 || node[end + 1] == ':') && TryAddress(node[1..end], out address);
        }

        int colon = node.IndexOf(':', StringComparison.Ordinal);
        return TryAddress(colon >= 0 && node.IndexOf(':', colon + 1) < 0 ? node[..colon] : node, out address);
    }

    // "1", "0x7f.1" and, as octal digits, "010.1.1.1" are addresses to the parser and to nobody else.
    private static bool TryAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length > MaxAddress || text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out IPAddress? parsed)
            || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
        {
            return false;
        }

        address = Plain(parsed);
        return true;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
