using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>A release that does not match its id is not served.</summary>
public sealed class SqliteReleaseTests
{
    private static readonly Release s_release = new(new ReleaseContent { Pins = [new Pin("p", "m", PinClass.Snapshot)] }, null, DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE releases SET content = CAST(replace(CAST(content AS TEXT), '\"m\"', '\"x\"') AS BLOB)")]
    [InlineData("UPDATE releases SET content = x'00'")]
    public async Task A_changed_release_is_refused_by_name(string change)
    {
        using TemporaryDirectory directory = new();
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Releases.AddAsync(s_release, Cancel);
            await store.Releases.CreateChannelAsync(ReleaseChannel.New("support", s_release.Id, UnsupportedFields.Deny, DateTimeOffset.UnixEpoch), Cancel);
        }

        directory.Execute(change);
        await using SqliteStore changed = await directory.OpenAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => changed.Releases.ListChannelsAsync(Cancel));
        Assert.Equal($"The store holds {s_release.Id} with other content than its id says: it is damaged. Put a backup in its place.", refused.Message);
    }

    [Fact]
    public async Task A_release_of_a_newer_version_is_refused_by_name()
    {
        byte[] newer = """{"adapter_abi":1,"allow_float":false,"parameters":{},"pins":[{"model":"m","provider":"p"}],"schema":3}"""u8.ToArray();
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        directory.Execute($"INSERT INTO releases VALUES (x'{Convert.ToHexString(ReleaseId.Of(newer).ToDigest())}', x'{Convert.ToHexString(newer)}', x'00', NULL, 0)");
        await using SqliteStore store = await directory.OpenAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Releases.ListAsync(10, null, Cancel));

        Assert.Equal($"The store holds {ReleaseId.Of(newer)}, which a newer Causeway wrote: The release has schema 3, this version knows 1 to 2. Start the newer version.", refused.Message);
    }
}
