using Causeway.Budgets.Objects;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Passthrough;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Objects;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Objects;

/// <summary>
/// Keeps what a team had made at a provider to that team (S-23): to every other one it is not there, in a path as in a body. All teams' keys call the provider with one credential, so that it cannot tell them apart itself.
/// The team is that of the key, as in the books; no key stands above it, whoever holds its grant.
/// </summary>
/// <param name="book">Whose things are; null: nobody keeps that, and all is everybody's.</param>
/// <param name="time">The clock.</param>
internal sealed class Owners(ObjectBook? book, TimeProvider time)
{
    /// <summary>What is not there for whoever asks.</summary>
    public const string NotFoundCode = "object_not_found";

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);

    /// <summary>Looks at a call of a provider's own API: what its path and its body name, and what it makes, leaves or lists.</summary>
    public async ValueTask<Verdict<NativeBudget.Bounded>> RunAsync(Call call, Caller caller, NativeBudget.Bounded bounded, PooledBody body)
    {
        NativeCall native = bounded.Call;
        Provider provider = native.Pin.Provider;
        if (book is null || provider.Objects == ObjectSharing.Shared)
        {
            return bounded;
        }

        var path = ObjectPath.Of(native.Pin.Protocol, native.Path);
        var named = new NamedObjects(native.Pin.Protocol);
        if ((bounded.Understood is not { } understood || MayName(understood)) && !named.Read(body.Memory.Span))
        {
            return Unread;
        }

        if (named.IsTooMany)
        {
            return TooMany;
        }

        string? one = path.Place == ObjectPlace.One ? path.Named.FirstOrDefault(name => name.IsSure).Id : null;
        if ((await FindAsync(call, caller, provider, [.. path.Named, .. named.Found])).Failed(out Found? found, out GatewayError? error))
        {
            return error;
        }

        NativeObjects objects = new(path, bounded.Understood?.Scan)
        {
            IsOwn = one is not null && found.Owned.ContainsKey(one),
            Makes = HttpMethods.IsPost(call.Context.Request.Method) && Makes(path, body),
        };
        return bounded with { Call = native with { Objects = objects } };
    }

    /// <summary>Why a request of inference is not sent to a pin: what its body names is there another team's. Null: it is sent. Costs nothing where nothing is named.</summary>
    public ValueTask<GatewayError?> RefuseAsync(Call call, Received received, Caller caller, PinRoute pin)
    {
        if (book is null || pin.Provider.Objects == ObjectSharing.Shared || !MayName(received))
        {
            return default;
        }

        var named = new NamedObjects(call.Protocol);
        named.Read(received.Body.Memory.Span);
        return named.Found.Count == 0 ? default : RefuseAsync(call, caller, pin.Provider, named);
    }

    /// <summary>Why what was found in bodies cannot be named by this caller; null: it can.</summary>
    public async ValueTask<GatewayError?> RefuseAsync(Call call, Caller caller, Provider provider, NamedObjects named) =>
        book is null || provider.Objects == ObjectSharing.Shared ? null
        : named.IsTooMany ? TooMany
        : (await FindAsync(call, caller, provider, named.Found)).Failed(out _, out GatewayError? error) ? error
        : null;

    /// <summary>Has the answer to a request of inference read for what it makes: also where a release's prompt was put into it. What is translated into another operation makes nothing. Costs nothing where nothing is made.</summary>
    public void Watch(Received received, Outgoing outgoing, Course course)
    {
        course.Making = null;
        if (book is not null && outgoing.Operation == received.Scan.Operation && MadeObjects.MayBeMadeBy(received.Scan) && outgoing.Pin.Provider.Objects != ObjectSharing.Shared)
        {
            Making making = new(book, course.Caller!, outgoing.Pin.Provider, time);
            making.Reader = MadeObjects.Of(received.Scan, making.Found);
            course.Making = making;
        }
    }

    /// <summary>Has the answer to a call of a provider's own API read for what it makes, and for what came of it.</summary>
    public void Watch(NativeCall native, Course course)
    {
        if (native.Objects is not { } objects)
        {
            return;
        }

        Making making = new(book!, course.Caller!, native.Pin.Provider, time);
        making.Reader = objects.Scan is { } scan ? MadeObjects.Of(scan, making.Found)
            : objects.Path.Kind is { } kind && (objects.Makes || objects.IsOwn) ? MadeObjects.Of(native.Pin.Protocol, kind, objects.Makes, making.Found)
            : null;
        course.Making = making.Reader is null ? null : making;
    }

    /// <summary>Whose those of a list are that are not the caller's to see.</summary>
    public async Task<Verdict<Found>> FindAsync(Call call, Caller caller, Provider provider, IEnumerable<string> listed)
    {
        try
        {
            return new Found(await book!.FindAsync(provider.Name, [.. listed], call.ClientGone), caller.Key.Attribution.Team);
        }
        catch (TimeoutException)
        {
            return Unchecked;
        }
    }

    private async ValueTask<Verdict<Found>> FindAsync(Call call, Caller caller, Provider provider, IReadOnlyCollection<NamedObject> named)
    {
        if ((await FindAsync(call, caller, provider, named.Select(name => name.Id).Distinct(StringComparer.Ordinal))).Failed(out Found? found, out GatewayError? error))
        {
            return error;
        }

        foreach (NamedObject name in named)
        {
            if (found.IsAnothers(name.Id) || (name.IsSure && !found.Owned.ContainsKey(name.Id) && provider.Objects == ObjectSharing.Known))
            {
                return new GatewayError(ErrorKind.NotFound, NotFoundCode, $"{provider.Name} keeps no \"{name.Id}\" that was made with a key of team {found.Team}.");
            }
        }

        return found;
    }

    // Where the request has a say, and is not read as what it is: at other platforms' paths.
    private static bool Makes(ObjectPath path, PooledBody body) =>
        path.Place is ObjectPlace.List or ObjectPlace.Verb
        && (path.Kind!.StoredUnlessTold is not { } isStored || ((RequestScanner.TryScan(Operation.Native, body.Memory.Span, out RequestScan scan, out _) ? scan.Store : null) ?? isStored));

    // An item of a response is named by its id alone, and so is what merely has one.
    private static bool MayName(Received received) => Bounds.RefersElsewhere(received)
        || (received.Scan.Operation == Operation.Responses && (received.Body.Memory.Span.IndexOf("\"id\""u8) >= 0 || received.Body.Memory.Span.IndexOf("\\u00"u8) >= 0));

    private static GatewayError Unread { get; } =
        new(ErrorKind.Malformed, "request_malformed", "The request body is no JSON of at most 64 levels, so nobody can say whose things of its provider's it names.");

    private static GatewayError TooMany { get; } =
        new(ErrorKind.Malformed, "request_too_many", $"The request names more than {NamedObjects.MaxNamed:N0} files, responses or other things that its provider keeps. Name fewer.");

    private static GatewayError Unchecked { get; } =
        new(ErrorKind.Unavailable, "object_unchecked", "The request names something that its provider keeps, and at the moment nobody can say whose it is: the store does not answer. Try again shortly.") { RetryAfter = s_again };

    /// <summary>Whose some things are.</summary>
    /// <param name="Owned">Those that somebody is known to have made.</param>
    /// <param name="Team">Who asks.</param>
    internal sealed record Found(IReadOnlyDictionary<string, OwnedObject> Owned, string Team)
    {
        public bool IsAnothers(string id) => Owned.TryGetValue(id, out OwnedObject? owned) && owned.Team != Team;
    }
}

/// <summary>What a native call has to do with what the provider keeps.</summary>
/// <param name="Path">What its path stands at.</param>
/// <param name="Scan">The request as it was read; null: it is not understood.</param>
internal sealed record NativeObjects(ObjectPath Path, RequestScan? Scan)
{
    /// <summary>The one that its path names was made by the caller's team.</summary>
    public bool IsOwn { get; init; }

    /// <summary>It makes one.</summary>
    public bool Makes { get; init; }

    /// <summary>How its answer lists what is kept; null: it does not.</summary>
    public KeptListing? Listing(Call call) => Path.Place == ObjectPlace.List && HttpMethods.IsGet(call.Context.Request.Method) ? Path.Kind!.Listing : null;
}
