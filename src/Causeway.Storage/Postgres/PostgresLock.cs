using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Storage.Postgres;

/// <summary>What advisory locks stand for. Their numbers are of one database, which other programs share: each is made of a name and the schema's.</summary>
internal sealed record PostgresLock(string Name)
{
    /// <summary>Held while the schema is brought up to date.</summary>
    public static readonly PostgresLock Migrations = new("migrations");

    /// <summary>Held by an instance for the time of its turn at the head of the ledger.</summary>
    public static readonly PostgresLock Head = new("ledger head");

    /// <summary>Held by the instance that leads.</summary>
    public static readonly PostgresLock Leader = new("leader");

    /// <summary>Held by a write to keys.</summary>
    public static readonly PostgresLock Keys = new("keys");

    /// <summary>Held by a write to revoked prefixes.</summary>
    public static readonly PostgresLock Revocations = new("revocations");

    /// <summary>Held by a write to spent tokens.</summary>
    public static readonly PostgresLock Spent = new("spent tokens");

    /// <summary>Held by a write to releases and channels.</summary>
    public static readonly PostgresLock Releases = new("releases");

    /// <summary>Held by a write to contracts.</summary>
    public static readonly PostgresLock Contracts = new("contracts");

    /// <summary>Held by a write to measurements.</summary>
    public static readonly PostgresLock Measurements = new("measurements");

    /// <summary>Held by a write to requests for raises.</summary>
    public static readonly PostgresLock Raises = new("raises");

    /// <summary>Held by a write to agreements.</summary>
    public static readonly PostgresLock Agreements = new("agreements");

    /// <summary>Held by a write to orders to keep prompts.</summary>
    public static readonly PostgresLock Captures = new("capture orders");

    /// <summary>Held by a write to drills and readiness.</summary>
    public static readonly PostgresLock Drills = new("drills");

    /// <summary>Held by a write to what instances have seen of rollouts.</summary>
    public static readonly PostgresLock Evidence = new("guard evidence");

    /// <summary>Held by a write to what vendors say was used.</summary>
    public static readonly PostgresLock Shadow = new("shadow");

    /// <summary>Held by a chore of usage.</summary>
    public static readonly PostgresLock Upkeep = new("usage upkeep");

    /// <summary>Held while the store's rows are moved away, or into it.</summary>
    public static readonly PostgresLock Move = new("move");

    public long Of(PostgresAddress address) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"causeway {Name} in {address.Schema}")));
}
