using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>Why a request is not answered: what the caller is told, and what it should do next.</summary>
/// <param name="Kind">What sort of no it is; the inbound protocol decides status and envelope from it.</param>
/// <param name="Code">The stable code (docs/errors.md), also sent as <c>x-causeway-error</c>.</param>
/// <param name="Message">What is wrong, the rule, and the way out. Holds no secret and no prompt text.</param>
internal sealed record GatewayError(ErrorKind Kind, string Code, string Message)
{
    /// <summary>What <c>x-causeway-error</c> says where the body's code is the provider's; null: the code.</summary>
    public string? HeaderCode { get; init; }

    /// <summary>The grant that decided; null: no grant did.</summary>
    public GrantId? DecidedBy { get; init; }

    /// <summary>The limit that decided, as it is written; null: none did.</summary>
    public string? Limit { get; init; }

    /// <summary>The caveat of the key that decided, in place of a grant; null: none did.</summary>
    public string? Caveat { get; init; }

    /// <summary>Who asked with a key that is known and no good: such a denial is booked like any other. Null: nobody knows, or the caller was told apart already.</summary>
    public Asker? Asker { get; init; }

    /// <summary>The field or header that is at fault.</summary>
    public string? Param { get; init; }

    /// <summary>When a second try may succeed.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>False where the same request would be refused again or where the gateway has tried again already; null: the status tells. Vendors' SDKs obey it.</summary>
    public bool? ShouldRetry { get; init; } = IsLasting(Kind) ? false : null;

    /// <summary>What nobody expected: the reason is for the operator alone.</summary>
    /// <param name="callId">Under which the log has it.</param>
    public static GatewayError Internal(string callId) =>
        new(ErrorKind.Internal, "internal", $"Causeway failed. The operator finds the reason in its log under {callId}.");

    private static bool IsLasting(ErrorKind kind) => kind is ErrorKind.Malformed or ErrorKind.Unauthenticated or ErrorKind.Forbidden or ErrorKind.NotFound or ErrorKind.TooLarge
        or ErrorKind.Spent or ErrorKind.MethodNotAllowed or ErrorKind.UnsupportedMediaType or ErrorKind.Conflict;
}

/// <summary>A key that is known, whether or not it is any good.</summary>
/// <param name="Key">The key.</param>
/// <param name="Grant">The grant that it speaks for; null: the ledger has none of that name.</param>
internal readonly record struct Asker(Key Key, GrantId? Grant);
