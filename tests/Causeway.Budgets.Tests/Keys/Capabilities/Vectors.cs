using System.Runtime.CompilerServices;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

/// <summary>vectors.json, which other implementations share. It was written by another program than the one under test.</summary>
internal static class Vectors
{
    private static readonly JsonElement s_root = JsonElement.Parse(File.ReadAllText(Path.Combine(Folder(), "vectors.json")));

    public static MasterKey Master { get; } = new(s_root.GetProperty("kid").GetUInt16(), Convert.FromHexString(s_root.GetProperty("master").GetString()!));

    public static uint KeyGen { get; } = s_root.GetProperty("key_gen").GetUInt32();

    public static GrantId Grant { get; } = GrantId.TryParse(s_root.GetProperty("grant").GetString(), out GrantId id) ? id : throw new InvalidDataException();

    public static KeyId Key { get; } = KeyId.TryParse(s_root.GetProperty("key").GetString(), out KeyId id) ? id : throw new InvalidDataException();

    public static DateTimeOffset IssuedAt { get; } = DateTimeOffset.FromUnixTimeSeconds(s_root.GetProperty("issued").GetInt64());

    public static IReadOnlyList<GoodVector> Good { get; } =
    [
        .. s_root.GetProperty("good").EnumerateArray().Select(good => new GoodVector(
            good.GetProperty("name").GetString()!,
            [.. good.GetProperty("caveats").EnumerateArray().Select(caveat => (
                caveat.GetProperty("type").GetString()!, caveat.GetProperty("number").GetByte(), Convert.FromHexString(caveat.GetProperty("value").GetString()!)))],
            good.GetProperty("key").GetString()!,
            [.. good.GetProperty("revocation_ids").EnumerateArray().Select(id => id.GetString()!)])),
    ];

    public static IReadOnlyList<BadVector> Bad { get; } =
    [
        .. s_root.GetProperty("bad").EnumerateArray().Select(bad => new BadVector(
            bad.GetProperty("name").GetString()!, bad.GetProperty("key").GetString()!, bad.GetProperty("fault").GetString()!)),
    ];

    public static TheoryData<string> GoodNames { get; } = [.. Good.Select(good => good.Name)];

    public static TheoryData<string> BadNames { get; } = [.. Bad.Select(bad => bad.Name)];

    public static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}

internal sealed record GoodVector(string Name, IReadOnlyList<(string Word, byte Type, byte[] Value)> Caveats, string Key, IReadOnlyList<string> RevocationIds);

internal sealed record BadVector(string Name, string Key, string Fault);
