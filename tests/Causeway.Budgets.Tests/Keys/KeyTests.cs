using Causeway.Budgets.Keys;

namespace Causeway.Budgets.Tests.Keys;

public sealed class KeyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_id_reads_back_from_its_text()
    {
        var id = KeyId.New(s_now);

        Assert.True(KeyId.TryParse(id.ToString(), out KeyId read));
        Assert.Equal(id, read);
        Assert.StartsWith("key_", id.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("key_")]
    [InlineData("019ab000000070008000000000000000")]
    [InlineData("key_019ab000-0000-7000-8000-000000000000")]
    [InlineData("KEY_019ab000000070008000000000000000")]
    [InlineData("key_019ab00000007000800000000000000")]
    [InlineData("key_019ab000000070008000000000000000'; DROP TABLE keys;--")]
    public void Other_text_is_no_id(string? text) => Assert.False(KeyId.TryParse(text, out _));

    [Fact]
    public void Ids_sort_by_the_time_they_were_made()
    {
        string[] ids = [.. Enumerable.Range(0, 100).Select(second => KeyId.New(s_now.AddSeconds(second)).ToString())];

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void A_key_is_active_until_the_moment_it_expires()
    {
        Key key = NewKey() with { ExpiresAt = s_now };

        Assert.Equal(KeyState.Active, key.StateAt(s_now.AddTicks(-1)));
        Assert.Equal(KeyState.Expired, key.StateAt(s_now));
        Assert.Equal(KeyState.Active, NewKey().StateAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_revoked_key_is_revoked_even_when_it_has_expired()
    {
        Key key = NewKey() with { ExpiresAt = s_now, RevokedAt = s_now.AddDays(1) };

        Assert.Equal(KeyState.Revoked, key.StateAt(s_now.AddDays(-1)));
        Assert.Equal(KeyState.Revoked, key.StateAt(s_now.AddDays(2)));
    }

    private static Key NewKey()
    {
        string secret = KeySecret.New();
        return new Key
        {
            Id = KeyId.New(s_now),
            Hash = KeyHash.Of(System.Text.Encoding.ASCII.GetBytes(secret)),
            Shown = KeySecret.Shown(secret),
            Attribution = new Attribution("team", "feature", "prod"),
            CreatedAt = s_now,
        };
    }
}
