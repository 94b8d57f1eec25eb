using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Requests;

/// <summary>F-25: a few bytes each, and a great many of them. Every list is read up to its bound; the control is one entry less.</summary>
public sealed class RequestBoundsTests
{
    private static readonly RequestBounds s_bounds = new() { Messages = 3, Tools = 3, Images = 3, Choices = 3 };

    public static TheoryData<Operation, string, string> Lists => new()
    {
        { Operation.ChatCompletions, """{"model":"m","messages":[@]}""", "{}" },
        { Operation.ChatCompletions, """{"model":"m","tools":[@]}""", """{"type":"function"}""" },
        { Operation.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":[@]}]}""", """{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}""" },
        { Operation.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":[@]}]}""", """{"t\u0079pe":"im\u0061ge_url","image_url":{"url":"https://a.example/b.png"}}""" },
        { Operation.Responses, """{"model":"m","input":[@]}""", """{"role":"user","content":"a"}""" },
        { Operation.Responses, """{"model":"m","input":[{"role":"user","content":[@]}]}""", """{"type":"input_image","image_url":"https://a.example/b.png"}""" },
        { Operation.Messages, """{"model":"m","messages":[@]}""", """{"role":"user","content":"a"}""" },
        { Operation.Messages, """{"model":"m","tools":[@]}""", """{"name":"a"}""" },
        { Operation.Messages, """{"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","content":[@]}]}]}""", """{"type":"image","source":{"type":"url","url":"https://a.example"}}""" },
        { Operation.GenerateContent, """{"contents":[@]}""", """{"parts":[{"text":"a"}]}""" },
        { Operation.GenerateContent, """{"contents":[{"parts":[@]}]}""", """{"inline_data":{"mime_type":"image/png","data":"AAAA"}}""" },
        { Operation.GenerateContent, """{"contents":[{"parts":[@]}]}""", """{"fileData":{"mimeType":"image/png","fileUri":"https://a.example"}}""" },
        { Operation.GenerateContent, """{"tools":[{"googleSearch":{}},{"functionDeclarations":[@]}]}""", """{"name":"a"}""" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_has_so_many_and_no_more(Operation operation, string body, string entry)
    {
        Assert.Null(Fault(operation, body, entry, 3));
        Assert.Equal("request_too_many", Fault(operation, body, entry, 4)?.Code);
        Assert.Null(Fault(operation, body, entry, 4, new RequestBounds())); // Nobody bounds it.
    }

    [Fact]
    public void Lists_of_one_kind_are_counted_together() =>
        Assert.Equal("request_too_many", Fault(Operation.GenerateContent, """{"tools":[@]}""", """{"functionDeclarations":[{"name":"a"},{"name":"b"}]}""", 2)?.Code);

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"model":"m","n":@}""")]
    [InlineData(Operation.GenerateContent, """{"generationConfig":{"candidateCount":@}}""")]
    public void So_many_answers_may_be_asked_for(Operation operation, string body)
    {
        Assert.Null(Fault(operation, body, "3", 1));
        Assert.Equal("request_too_many", Fault(operation, body, "4", 1)?.Code);
        Assert.Equal("field_invalid", Fault(operation, body, "129", 1)?.Code);
    }

    // An image is what stands in a part of a message, not the word for it.
    [Theory]
    [InlineData("""{"role":"user","content":"\"type\":\"image_url\" image image image image image image image image image image image image"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"image_url, input_image, image; inlineData and fileData are what they are called"}]}""")]
    public void A_word_is_no_image(string entry) => Assert.Null(Fault(Operation.Messages, """{"model":"m","messages":[@]}""", entry, 3));

    [Theory]
    [InlineData("""{"model":"m","messages":@}""")]
    [InlineData("""{"model":"m","tools":@}""")]
    public void What_is_no_list_is_its_providers_to_refuse(string body)
    {
        Assert.Null(Fault(Operation.ChatCompletions, body, "null", 1));
        Assert.Null(Fault(Operation.ChatCompletions, body, """{"a":[1,2,3,4,5]}""", 1));
    }

    [Fact]
    public void What_lies_beyond_is_not_read()
    {
        RequestFault fault = Fault(Operation.ChatCompletions, """{"model":"m","messages":[@], no JSON""", "{}", 4)!.Value;
        Assert.Equal(("messages", 34L), (fault.Param, fault.BytePosition));
        Assert.Contains("limits.messages", fault.Message, StringComparison.Ordinal);
    }

    private static RequestFault? Fault(Operation operation, string body, string entry, int times, RequestBounds? bounds = null)
    {
        string whole = body.Replace("@", string.Join(',', Enumerable.Repeat(entry, times)), StringComparison.Ordinal);
        return RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(whole), bounds ?? s_bounds, out _, out RequestFault fault) ? null : fault;
    }
}
