using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class RevocationIdTests
{
    [Fact]
    public void An_id_survives_the_way_through_its_text_and_is_a_grants_number()
    {
        RevocationId id = Tokens.Verified(Tokens.Mint()).Id;

        Assert.True(RevocationId.TryParse(id.ToString(), out RevocationId read));
        Assert.Equal(id, read);
        Assert.Equal(id.ToString()[4..], id.ToGuid().ToString("N"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("rid_0123456789abcdef0123456789abcde")]
    [InlineData("rid_0123456789abcdef0123456789abcdef0")]
    [InlineData("rid_ 123456789abcdef0123456789abcdef")]
    [InlineData("key_0123456789abcdef0123456789abcdef")]
    public void Anything_else_is_no_id(string? text) => Assert.False(RevocationId.TryParse(text, out _));
}
