using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Releases.Drills;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;

namespace Causeway.Storage.Rows;

/// <summary>Makes of a row what it stands for, and refuses one that is not what its id says.</summary>
internal static class Kept
{
    // Of a grant's sum, with the line feed before it.
    private const int SumLength = 17;

    /// <exception cref="StoreUnavailableException">The content is another's, or a newer version's.</exception>
    public static Release Release(ReleaseId id, byte[] content, byte[] classes, string? label, DateTimeOffset at)
    {
        if (ReleaseId.Of(content) != id)
        {
            throw new StoreUnavailableException($"The store holds {id} with other content than its id says: it is damaged. Put a backup in its place.");
        }

        try
        {
            return new Release(ReleaseContent.Parse(content, [.. classes.Select(value => (PinClass)value)]), label, at);
        }
        catch (FormatException failure)
        {
            throw new StoreUnavailableException($"The store holds {id}, which a newer Causeway wrote: {failure.Message} Start the newer version.", failure);
        }
    }

    /// <exception cref="StoreUnavailableException">The content is another's, or cannot be read.</exception>
    public static Contract Contract(string name, int version, ContractId id, byte[] schema, byte[] policy, DateTimeOffset at)
    {
        Contract contract;
        try
        {
            contract = new Contract(name, version, id, JsonSchema.Parse(schema), PolicyJson.Read(policy), at);
        }
        catch (Exception failure) when (failure is SchemaException or FormatException)
        {
            throw new StoreUnavailableException(
                $"The store holds the contract {name}@{version}, which this version cannot read: {failure.Message} Start the version that wrote it, or put a "
                + "backup in its place.",
                failure);
        }

        return ContractId.Of(contract.Schema, contract.Policy) == contract.Id
            ? contract
            : throw new StoreUnavailableException(
                $"The store holds the contract {contract.FullName} with other content than its id says: it is damaged. Put a backup in its place.");
    }

    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static ChannelRouting Routing(byte[] body, long revision) =>
        Sound("a channel's routing", () => RoutingJson.Read(body, revision));

    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static Drill Drill(byte[] body) =>
        Sound("a drill", () => DrillJson.Read(body));

    /// <summary>What was found before; null: an older or newer version wrote it, and it is found again.</summary>
    public static ReadinessReport? Readiness(byte[] body)
    {
        try
        {
            return ReadinessJson.Read(body);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static GuardEvidence Evidence(byte[] body) =>
        Sound("evidence of a rollout", () => GuardEvidence.Read(body));

    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static WatchedPin WatchedPin(byte[] body, long version)
    {
        try
        {
            return SentinelJson.Read(body, version);
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreUnavailableException("The store holds a watched pin that this version cannot read: it is damaged, or of a newer version. Put a backup in its place.", damaged);
        }
    }

    /// <summary>A grant as it is kept: its JSON, and behind a line feed 64 bits of its SHA-256 in hex. Its limits are in no chain, so that a bit that flips in them has to be told here.</summary>
    public static byte[] Body(Grant grant)
    {
        byte[] json = GrantJson.Write(grant);
        return [.. json, (byte)'\n', .. SumOf(json)];
    }

    /// <summary>Reads what <see cref="Body"/> wrote, and what earlier versions did, which had no sum.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static Grant Grant(byte[] body)
    {
        try
        {
            ReadOnlyMemory<byte> json = body;
            if (body.Length > SumLength && body[^SumLength] == '\n')
            {
                json = json[..^SumLength];
                if (!body.AsSpan(json.Length + 1).SequenceEqual(SumOf(json.Span)))
                {
                    throw new InvalidDataException("Its sum is wrong.");
                }
            }

            return GrantJson.Read(json);
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreUnavailableException("The store holds a grant that this version cannot read: it is damaged, or of a newer version. Put a backup in its place.", damaged);
        }
    }

    private static byte[] SumOf(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 8)));

    private static T Sound<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreUnavailableException($"The store holds {what} that this version cannot read: it is damaged, or of a newer version. Put a backup in its place.", damaged);
        }
    }
}
