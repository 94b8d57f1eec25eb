using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using CsCheck;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class LedgerEventCodecTests
{
    private static readonly Gen<string?> s_text = Gen.Frequency((1, Gen.Const((string?)null)), (3, Gen.String[0, 40].Select(text => (string?)Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)))));
    private static readonly Gen<Amounts> s_amounts = Gen.Select(Gen.Long, Gen.Long, Gen.Long, (usd, tokensIn, tokensOut) => new Amounts(usd, tokensIn, tokensOut));

    private static readonly Gen<LedgerEvent> s_event = Gen.Select(
        Gen.Select(Gen.Int[1, 20], Gen.Long, Gen.Long, Gen.Long, Gen.Int[0, 4]),
        Gen.Select(Gen.Guid.Nullable(), Gen.Guid.Nullable(), Gen.Guid.Nullable(), Gen.Guid.Nullable()),
        Gen.Select(s_amounts, s_amounts),
        s_text.Array[8],
        (numbers, ids, amounts, texts) => new LedgerEvent((LedgerEventKind)numbers.Item1, numbers.Item2)
        {
            Seq = 7,
            ReservedAtMs = numbers.Item3,
            DeadlineMs = numbers.Item4,
            Source = (UsageSource)numbers.Item5,
            Request = ids.Item1,
            Grant = ids.Item2 is { } grant ? new GrantId(grant) : null,
            Key = ids.Item3 is { } key ? new KeyId(key) : null,
            DecidedBy = ids.Item4 is { } by ? new GrantId(by) : null,
            Held = amounts.Item1,
            Booked = amounts.Item2,
            Code = texts[0],
            Limit = texts[1],
            Model = texts[2],
            Provider = texts[3],
            Actor = texts[4],
            Reason = texts[5],
            Detail = texts[6],
        });

    [Fact]
    public void What_is_written_is_read() => s_event.Sample(entry => Read(entry, Bytes(entry)) == entry);

    [Fact]
    public void Fields_that_come_later_are_skipped() => Gen.Select(s_event, Gen.Int[23, 5_000], Gen.Byte.Array[0, 300], Gen.Bool).Sample((entry, field, value, isText) =>
    {
        byte[] unknown = isText
            ? [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value]
            : [.. Varint((ulong)field << 3), .. Varint(ulong.MaxValue - (ulong)value.Length)];

        Assert.Equal(entry, Read(entry, [.. unknown, .. Bytes(entry), .. unknown]));
    });

    [Theory]
    [InlineData((1UL << 32) + 4)]
    [InlineData((1UL << 60) + 4)]
    public void A_field_of_a_huge_number_is_not_taken_for_another(ulong field)
    {
        LedgerEvent read = LedgerEventCodec.Read(1, 1, LedgerEventKind.Reserved, (byte[])[.. Varint(field << 3), .. Varint(84)]);

        Assert.Equal(default, read.Held);
    }

    [Fact]
    public void Bytes_that_are_cut_or_changed_are_read_or_are_a_format_error() => Gen.Select(s_event, Gen.Int[0, 10_000], Gen.Byte).Sample((entry, at, with) =>
    {
        byte[] bytes = Bytes(entry);
        byte[] changed = [.. bytes];
        if (bytes.Length > 0)
        {
            changed[at % bytes.Length] = with;
        }

        ReadOrRefuse(entry, bytes.AsSpan(0, at % (bytes.Length + 1)));
        ReadOrRefuse(entry, changed);
    });

    [Fact]
    public void Any_bytes_are_read_or_are_a_format_error() =>
        Gen.Byte.Array[0, 80].Sample(bytes => ReadOrRefuse(new LedgerEvent(LedgerEventKind.Denied, 1), bytes), iter: 20_000);

    [Theory]
    [InlineData("80")]
    [InlineData("0a")]
    [InlineData("0a11")]
    [InlineData("0a01ff")]
    [InlineData("2080")]
    [InlineData("0affffffffffffffffff01")]
    [InlineData("20ffffffffffffffffffff01")]
    [InlineData("0d00000000")]
    public void What_is_no_event_is_a_format_error(string hex) =>
        Assert.Throws<FormatException>(() => LedgerEventCodec.Read(1, 1, LedgerEventKind.Reserved, Convert.FromHexString(hex)));

    [Fact]
    public void The_bytes_of_an_event_are_these()
    {
        LedgerEvent entry = new(LedgerEventKind.Reserved, 1_700_000_000_000)
        {
            Request = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            Held = new Amounts(150, -1, 0),
            Code = "é",
        };

        Assert.Equal("0a1000112233445566778899aabbccddeeff20ac022801" + "6202c3a9", Convert.ToHexStringLower(Bytes(entry)));
    }

    [Fact]
    public void The_chain_hashes_the_hash_before_the_place_the_time_the_kind_and_the_bytes()
    {
        byte[] hash = new byte[LedgerEventCodec.HashLength];
        LedgerEventCodec.Chain(LedgerEventCodec.Origin, 1, 1_700_000_000_000, LedgerEventKind.Reserved, "abc"u8, hash);

        byte[] whole = [.. LedgerEventCodec.Origin, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x00, 5, .. "abc"u8];
        Assert.Equal(LedgerEventCodec.HashLength, LedgerEventCodec.Origin.Length);
        Assert.Equal(SHA256.HashData(whole), hash);
        Assert.Equal("4840570d36100195f58816761c85a8438eec1465b0612d691e6f2beb91cacd0c", Convert.ToHexStringLower(hash));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(960)]
    [InlineData(961)]
    [InlineData(LedgerEventCodec.MaxBytes)]
    public void The_chain_is_the_same_for_every_length_and_may_write_over_the_hash_before(int length)
    {
        byte[] payload = new byte[length];
        Random.Shared.NextBytes(payload);
        byte[] apart = new byte[32];
        LedgerEventCodec.Chain(LedgerEventCodec.Origin, 9, 8, LedgerEventKind.Denied, payload, apart);

        byte[] over = LedgerEventCodec.Origin.ToArray();
        LedgerEventCodec.Chain(over, 9, 8, LedgerEventKind.Denied, payload, over);

        Assert.Equal(SHA256.HashData([.. LedgerEventCodec.Origin, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 8, 11, .. payload]), apart);
        Assert.Equal(apart, over);
    }

    [Fact]
    public void The_chain_follows_a_whole_hash_only() =>
        Assert.Throws<ArgumentException>(() => LedgerEventCodec.Chain(new byte[31], 1, 1, LedgerEventKind.Denied, [], new byte[32]));

    private static void ReadOrRefuse(LedgerEvent like, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Assert.NotNull(LedgerEventCodec.Read(like.Seq, like.AtMs, like.Kind, bytes));
        }
        catch (FormatException)
        {
            // Said as it should be.
        }
    }

    private static LedgerEvent Read(LedgerEvent like, byte[] bytes) => LedgerEventCodec.Read(like.Seq, like.AtMs, like.Kind, bytes);

    private static byte[] Bytes(LedgerEvent entry)
    {
        ArrayBufferWriter<byte> output = new();
        LedgerEventCodec.Write(output, entry);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
