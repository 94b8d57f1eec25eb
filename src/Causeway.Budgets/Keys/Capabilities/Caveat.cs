using System.Buffers.Binary;
using System.Text;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>One restriction of a capability key, sound by construction. Immutable.</summary>
public sealed class Caveat
{
    /// <summary>Bytes before a value: type and length.</summary>
    internal const int HeadLength = 1 + 2;

    private readonly byte[] _value;

    private Caveat(CaveatType type, byte[] value)
    {
        Type = type;
        _value = value;
    }

    /// <summary>What it restricts.</summary>
    public CaveatType Type { get; }

    /// <summary>The value as the format writes it.</summary>
    public ReadOnlySpan<byte> Value => _value;

    internal int Length => HeadLength + _value.Length;

    /// <summary>Reads a caveat from its parts; null for a type that is not known or a value that is not in its form.</summary>
    public static Caveat? Read(CaveatType type, ReadOnlySpan<byte> value) =>
        type.IsKnown() && IsSound(type, value) ? new Caveat(type, value.ToArray()) : null;

    /// <summary><c>exp</c>: refused from <paramref name="at"/> on; parts of a second are cut off, in favour of the earlier end.</summary>
    public static Caveat Expires(DateTimeOffset at) => Moment(CaveatType.Expires, at.ToUnixTimeSeconds());

    /// <summary><c>nbf</c>: refused before <paramref name="at"/>; rounded up to a second.</summary>
    public static Caveat NotBefore(DateTimeOffset at) => Moment(CaveatType.NotBefore, (at + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1)).ToUnixTimeSeconds());

    /// <summary>A list: <c>aud</c>, <c>route</c>, <c>env</c>, <c>feature</c>, <c>model_class</c> or <c>model</c>.</summary>
    /// <returns>The caveat, or what is wrong with the names: exactly one of the two.</returns>
    public static (Caveat? Caveat, string? Problem) Of(CaveatType type, IEnumerable<string> names)
    {
        ThrowUnless(type, CaveatForm.Names, CaveatForm.Patterns);
        (NameList? list, string? problem) = NameList.Of(names, prefixes: type.Form() == CaveatForm.Patterns);
        return list is null ? (null, problem) : Fitting(type, list.ToValue());
    }

    /// <summary><c>data_class_max</c> or <c>run</c>: one name.</summary>
    /// <returns>The caveat, or what is wrong with the name: exactly one of the two.</returns>
    public static (Caveat? Caveat, string? Problem) Of(CaveatType type, string name)
    {
        ThrowUnless(type, CaveatForm.Name);
        (NameList? list, string? problem) = NameList.Of([name], prefixes: false);
        return list is null ? (null, problem) : (new Caveat(type, list.ToValue()), null);
    }

    /// <summary><c>max_cost_per_call</c> or <c>max_total</c> (nano-USD), <c>max_output</c> (tokens) or <c>max_calls</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or another type.</exception>
    public static Caveat Of(CaveatType type, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        ThrowUnless(type, CaveatForm.Amount);
        byte[] value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, amount);
        return new Caveat(type, value);
    }

    /// <summary><c>cidr</c>.</summary>
    /// <returns>The caveat, or what is wrong with the networks: exactly one of the two.</returns>
    public static (Caveat? Caveat, string? Problem) OfNetworks(IEnumerable<string> networks)
    {
        (AddressList? list, string? problem) = AddressList.Of(networks);
        return list is null ? (null, problem) : Fitting(CaveatType.Cidr, list.ToValue());
    }

    /// <summary><c>no_further</c>.</summary>
    public static Caveat NoFurther { get; } = new(CaveatType.NoFurther, []);

    /// <summary><c>cnf</c>.</summary>
    /// <param name="thumbprint">The SHA-256 thumbprint of a public key (RFC 7638), 32 bytes.</param>
    public static Caveat Confirmation(ReadOnlySpan<byte> thumbprint) =>
        Read(CaveatType.Confirmation, thumbprint) ?? throw new ArgumentException("A thumbprint has 32 bytes.", nameof(thumbprint));

    /// <summary>True when the value of a known type is in its only form.</summary>
    internal static bool IsSound(CaveatType type, ReadOnlySpan<byte> value) => type.Form() switch
    {
        CaveatForm.Moment => value.Length == sizeof(uint),
        CaveatForm.Names => NameList.IsSound(value, prefixes: false),
        CaveatForm.Patterns => NameList.IsSound(value, prefixes: true),
        CaveatForm.Name => NameList.IsName(value, prefixes: false),
        CaveatForm.Amount => value.Length == sizeof(long) && ReadAmount(value) >= 1,
        CaveatForm.Networks => AddressList.IsSound(value),
        CaveatForm.Empty => value.IsEmpty,
        _ => value.Length == KeyHash.Length,
    };

    internal static DateTimeOffset ReadMoment(ReadOnlySpan<byte> value) => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(value));

    internal static long ReadAmount(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);

    internal static string ReadName(ReadOnlySpan<byte> value) => Encoding.ASCII.GetString(value);

    /// <summary>Writes it as it stands in a body.</summary>
    internal void Write(Span<byte> body)
    {
        body[0] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(body[1..], (ushort)_value.Length);
        _value.CopyTo(body[HeadLength..]);
    }

    private static Caveat Moment(CaveatType type, long seconds)
    {
        byte[] value = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, checked((uint)seconds));
        return new Caveat(type, value);
    }

    private static (Caveat? Caveat, string? Problem) Fitting(CaveatType type, byte[] value) => value.Length <= CapabilityToken.MaxBytes
        ? (new Caveat(type, value), null)
        : (null, $"is longer than the {CapabilityToken.MaxBytes} bytes of a key");

    private static void ThrowUnless(CaveatType type, params ReadOnlySpan<CaveatForm> forms)
    {
        if (!forms.Contains(type.Form()))
        {
            throw new ArgumentOutOfRangeException(nameof(type));
        }
    }
}
