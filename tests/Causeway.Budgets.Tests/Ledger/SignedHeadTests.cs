using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class SignedHeadTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
    private static readonly MasterKeys s_masters = MasterKeys.New();
    private static readonly LedgerHead s_head = new(4711, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    [Fact]
    public void A_head_reads_as_it_was_written_and_fits_the_ledger_that_it_is_of()
    {
        SignedHead signed = SignedHead.Of(s_head, s_at, s_masters);

        SignedHead read = SignedHead.Parse(signed.ToString())!;

        Assert.Equal(signed, read);
        Assert.Equal((4711, s_at), (read.Head.Seq, read.At));
        Assert.Equal(s_head.Hash, read.Head.Hash);
        Assert.Null(read.Problem(s_head, 5000, s_masters));
    }

    [Fact]
    public void What_was_put_back_cut_off_or_written_anew_does_not_fit()
    {
        SignedHead signed = SignedHead.Of(s_head, s_at, s_masters);

        Assert.Equal("Entries 4001 to 4711 are missing, which were there at 2026-11-26 10:00:00Z: an older ledger was put back, or its end was cut off.", signed.Problem(null, 4000, s_masters));
        Assert.Equal("Entry 4711 is missing, which was there at 2026-11-26 10:00:00Z.", signed.Problem(null, 5000, s_masters));
        Assert.StartsWith("Entry 4711 is another one ", signed.Problem(s_head with { Hash = new byte[32] }, 5000, s_masters), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_does_not_have_the_master_key_can_neither_make_nor_change_one()
    {
        string text = SignedHead.Of(s_head, s_at, s_masters).ToString();
        MasterKeys others = MasterKeys.New();

        Assert.Equal("It was not signed by this deployment, or was changed.", SignedHead.Of(s_head, s_at, others).Problem(s_head, 5000, s_masters));
        int read = 0;
        for (int place = SignedHead.Prefix.Length; place < text.Length; place++)
        {
            char other = text[place] == 'A' ? 'B' : 'A';
            if (SignedHead.Parse($"{text[..place]}{other}{text[(place + 1)..]}") is { } changed && changed != SignedHead.Parse(text))
            {
                read++;
                Assert.NotNull(changed.Problem(s_head, 5000, s_masters));
            }
        }

        Assert.True(read > 100);
    }

    [Fact]
    public void A_master_key_that_is_not_live_proves_nothing()
    {
        MasterKeys later = MasterKeys.Parse(MasterKeys.New().Write().Replace("\n1 ", "\n2 ", StringComparison.Ordinal)).Keys!;

        Assert.StartsWith("It is signed with master key 1, which is not live any more", SignedHead.Of(s_head, s_at, s_masters).Problem(s_head, 5000, later), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cwh1_")]
    [InlineData("cwh1_????????????????????????????????????????????????????????????????????????????????????????????????????????????????")]
    [InlineData("cw1_0123")]
    public void What_is_no_head_is_none(string text)
    {
        Assert.Null(SignedHead.Parse(text));
        Assert.Empty(SignedHead.In(text));
    }

    [Fact]
    public void Heads_are_found_in_whatever_was_kept()
    {
        SignedHead first = SignedHead.Of(s_head, s_at, s_masters);
        SignedHead second = SignedHead.Of(s_head with { Seq = 5000 }, s_at, s_masters);

        Assert.Equal([first, second], SignedHead.In($"info: head is entry 4711, signed {first}: keep it\n{{\"event\":\"audit.head\",\"head\":\"{second}\"}}\n"));
    }
}
