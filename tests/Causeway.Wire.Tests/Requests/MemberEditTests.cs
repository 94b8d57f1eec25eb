using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Requests;

public sealed class MemberEditTests
{
    [Theory]
    [InlineData("""{"model":"m"}""", """{"model":"m","store":false}""")]
    [InlineData("""{"model":"m" }  """, """{"model":"m" ,"store":false}  """)]
    [InlineData("{}", """{"store":false}""")]
    [InlineData("""{"store":true,"model":"m"}""", """{"store":false,"model":"m"}""")]
    [InlineData("""{"store" : null}""", """{"store" : false}""")]
    [InlineData("""{"st\u006fre":{"a":[1,{"store":1}]},"x":{"store":true}}""", """{"st\u006fre":false,"x":{"store":true}}""")]
    [InlineData("""{"store":true,"a":1,"store":true}""", """{"store":false,"a":1,"store":false}""")]
    public void A_member_has_the_value_wherever_it_was(string body, string expected)
    {
        BodyEdits edits = default;

        Assert.True(MemberEdit.TrySet(Bytes(body), "store", Bytes("false"), insert: true, ref edits));

        Assert.Equal(expected, Text(body, edits));
    }

    [Theory]
    [InlineData("""{"model":"m"}""", """{"model":"m"}""")]
    [InlineData("""{"store":true}""", """{"store":false}""")]
    public void It_is_put_in_only_where_that_is_wanted(string body, string expected)
    {
        BodyEdits edits = default;

        Assert.True(MemberEdit.TrySet(Bytes(body), "store", Bytes("false"), insert: false, ref edits));

        Assert.Equal(expected, Text(body, edits));
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"geo":"us"}""", "{}")]
    [InlineData("""{ "geo" : "us" , "a":1}""", """{ "a":1}""")]
    [InlineData("""{"a":1,"geo":"us"}""", """{"a":1}""")]
    [InlineData("""{"a":1, "geo":"us" ,"b":2}""", """{"a":1 ,"b":2}""")]
    [InlineData("""{"geo":1,"geo":2,"a":1,"geo":3,"geo":4,"b":2,"geo":5}""", """{"a":1,"b":2}""")]
    [InlineData("""{"geo":1,"geo":2}""", "{}")]
    [InlineData("""{"a":{"geo":1},"g\u0065o":[1,2]}""", """{"a":{"geo":1}}""")]
    public void A_member_is_taken_out_with_its_comma(string body, string expected)
    {
        BodyEdits edits = default;

        Assert.True(MemberEdit.TryRemove(Bytes(body), "geo", ref edits));

        Assert.Equal(expected, Text(body, edits));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\":")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Of_what_is_no_object_nothing_is_said(string body)
    {
        BodyEdits edits = default;

        Assert.False(MemberEdit.TrySet(Bytes(body), "a", Bytes("1"), insert: true, ref edits));
        Assert.False(MemberEdit.TryRemove(Bytes(body), "a", ref edits));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(string body, BodyEdits edits)
    {
        SplicedBody spliced = new(Bytes(body), edits);
        byte[] all = new byte[spliced.Length];
        spliced.CopyTo(all);
        return Encoding.UTF8.GetString(all);
    }
}
