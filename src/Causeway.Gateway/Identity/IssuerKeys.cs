using Microsoft.IdentityModel.Tokens;

namespace Causeway.Gateway.Identity;

/// <summary>
/// What one issuer publishes, kept: its document and its keys. Fetched when first needed, again when an hour old, and again for a key that is not
/// among them, at most every 30 seconds whoever asks. While the issuer is away what was fetched last goes on for a day.
/// </summary>
internal sealed class IssuerKeys(Issuer issuer, IssuerHttp http, TimeProvider time) : IDisposable
{
    /// <summary>Keys of an issuer at most; the rest is not looked at.</summary>
    public const int MaxKeys = 64;

    /// <summary>How long what was fetched is taken for granted.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>How long it is used while the issuer is away (fault F-45).</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromHours(24);

    /// <summary>How long after a look the next one may follow, whatever tokens ask for.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private const int MaxFileBytes = 512 * 1024;
    private readonly SemaphoreSlim _turn = new(1);
    private Published? _published;
    private (DateTimeOffset At, IssuerUnavailableException Reason)? _failed;

    /// <summary>What it publishes.</summary>
    /// <param name="missing">The id of a key that was not found in what is kept; null: whatever is kept will do.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="IssuerUnavailableException">Nothing was fetched that may still be used.</exception>
    public async ValueTask<Published> GetAsync(string? missing, CancellationToken cancellation)
    {
        if (_published is { } kept && IsEnough(kept, missing))
        {
            return kept;
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            // Whoever waited here takes what the one before fetched.
            kept = _published;
            if (kept is not null && IsEnough(kept, missing))
            {
                return kept;
            }

            DateTimeOffset now = time.GetUtcNow();
            if (_failed is { } failed && now - failed.At < Pause)
            {
                return Old(kept, now) ?? throw failed.Reason;
            }

            try
            {
                return _published = await FetchAsync(now, cancellation);
            }
            catch (IssuerUnavailableException failure)
            {
                _failed = (now, failure);
                if (Old(kept, now) is { } old)
                {
                    return old;
                }

                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static Published? Old(Published? kept, DateTimeOffset now) => kept is not null && now - kept.At < Usable ? kept : null;

    private bool IsEnough(Published kept, string? missing)
    {
        TimeSpan age = time.GetUtcNow() - kept.At;
        return age < Fresh && (missing is null || age < Pause || kept.Keys.Any(key => key.Kid == missing));
    }

    private async Task<Published> FetchAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        IssuerMetadata? metadata = null;
        byte[] keys;
        if (issuer.KeysFile is { } file)
        {
            keys = await ReadAsync(file, cancellation);
        }
        else
        {
            (metadata, string? problem) = IssuerMetadata.Parse(await http.GetAsync(IssuerMetadata.PlaceOf(issuer.Url), cancellation), issuer.Url);
            keys = await http.GetAsync((metadata ?? throw new IssuerUnavailableException(issuer.Name, problem!)).Keys, cancellation);
        }

        return new Published(now, metadata, KeysOf(keys));
    }

    private async Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            await using FileStream stream = File.OpenRead(file);
            return stream.Length > MaxFileBytes ? throw new IssuerUnavailableException(issuer.Name, $"{file} is larger than {MaxFileBytes / 1024} KiB") : await ReadAllAsync(stream, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IssuerUnavailableException(issuer.Name, $"{file} cannot be read", failure);
        }
    }

    private static async Task<byte[]> ReadAllAsync(FileStream stream, CancellationToken cancellation)
    {
        byte[] bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private JsonWebKey[] KeysOf(byte[] json)
    {
        try
        {
            var set = new JsonWebKeySet(System.Text.Encoding.UTF8.GetString(json));
            JsonWebKey[] keys = [.. set.Keys.Take(MaxKeys).Where(KeyAlgorithms.IsForSignatures)];
            return keys.Length > 0 ? keys : throw new IssuerUnavailableException(issuer.Name, "there is no key for signatures among its keys");
        }
        catch (Exception failure) when (failure is ArgumentException or System.Text.Json.JsonException)
        {
            throw new IssuerUnavailableException(issuer.Name, "its keys are not a JWK set", failure);
        }
    }

    /// <summary>What was fetched.</summary>
    /// <param name="At">When.</param>
    /// <param name="Metadata">Its document; null: its keys came from a file.</param>
    /// <param name="Keys">Its keys for signatures.</param>
    internal sealed record Published(DateTimeOffset At, IssuerMetadata? Metadata, IReadOnlyList<JsonWebKey> Keys);
}
