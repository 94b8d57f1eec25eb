using System.Text;
using Causeway.Wire.Objects;

namespace Causeway.Wire.Tests.Objects;

public sealed class NamedObjectsTests
{
    [Theory]
    [InlineData(Protocol.OpenAI, """{"previous_response_id":"resp_1"}""", "resp_1")]
    [InlineData(Protocol.OpenAI, """{"previous\u005fresponse_id":"resp\u005f1"}""", "resp_1")]
    [InlineData(Protocol.OpenAI, """{"conversation":"conv_1"}""", "conv_1")]
    [InlineData(Protocol.OpenAI, """{"conversation":{"id":"conv_1"}}""", "conv_1")]
    [InlineData(Protocol.OpenAI, """{"input_file_id":"file-1","endpoint":"/v1/chat/completions"}""", "file-1")]
    [InlineData(Protocol.OpenAI, """{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}""", "file-1")]
    [InlineData(Protocol.OpenAI, """{"tools":[{"type":"file_search","vector_store_ids":["vs_1","vs_2"]},{"type":"code_interpreter","container":"cntr_1"}]}""", "vs_1,vs_2,cntr_1")]
    [InlineData(Protocol.OpenAI, """{"tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["file-1"]}}]}""", "file-1")]
    [InlineData(Protocol.OpenAI, """{"input":[{"type":"item_reference","id":"msg_1"}]}""", "msg_1")]
    [InlineData(Protocol.OpenAI, """{"input":[{"id":"msg_1","type":"item_reference"}]}""", "msg_1")]
    [InlineData(Protocol.OpenAI, """{"training_file":"file-1","validation_file":"file-2","model":"m"}""", "file-1,file-2")]
    [InlineData(Protocol.OpenAI, """{"input":"file_id","metadata":{"note":"resp_1"}}""", "")]
    [InlineData(Protocol.OpenAI, """{"input":[{"type":"message","id":"msg_1","role":"assistant","content":[]}]}""", "")]
    [InlineData(Protocol.OpenAI, """{"previous_response_id":null,"conversation":{"x":"conv_1"},"file_ids":[]}""", "")]
    [InlineData(Protocol.Anthropic, """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}],"container":{"id":"container_1"}}""", "file_1,container_1")]
    [InlineData(Protocol.Anthropic, """{"container":"container_1"}""", "container_1")]
    [InlineData(Protocol.Anthropic, """{"requests":[{"custom_id":"a","params":{"messages":[{"content":[{"type":"container_upload","file_id":"file_1"}]}]}}]}""", "file_1")]
    [InlineData(Protocol.Gemini, """{"contents":[{"parts":[{"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}]}],"cachedContent":"cachedContents/c1"}""", "files/abc,cachedContents/c1")]
    [InlineData(Protocol.Gemini, """{"cached_content":"projects/p/locations/l/cachedContents/7"}""", "cachedContents/7")]
    [InlineData(Protocol.Gemini, """{"batch":{"input_config":{"file_name":"files/in"}}}""", "files/in")]
    [InlineData(Protocol.Bedrock, """{"file_id":"file-1"}""", "")]
    [InlineData(Protocol.OpenAI, """{"Previous_Response_Id":"resp_1"}""", "resp_1")]
    [InlineData(Protocol.OpenAI, """{"data_source":{"type":"jsonl","source":{"type":"file_id","id":"file-1"}}}""", "file-1")]
    [InlineData(Protocol.OpenAI, """{"metadata":{"conversation_id":"mine"},"attributes":{"file_id":["x"]},"tools":[{"container":"cntr_1"}]}""", "cntr_1")]
    [InlineData(Protocol.OpenAI, """{"input":[{"type":"message","id":"msg_1","content":[{"type":"output_text","annotations":[{"type":"container_file_citation","file_id":"cfile_1"}]}]}]}""", "")]
    [InlineData(Protocol.OpenAI, """{"tools":[{"type":"shell","skills":[{"type":"skill_reference","skill_id":"openai-spreadsheets"}]}]}""", "")]
    [InlineData(Protocol.Anthropic, """{"messages":[{"role":"assistant","content":[{"type":"tool_use","name":"deploy","input":{"container":"nginx","file_id":"report-7"}}]}],"container":{"skills":[{"skill_id":"pptx"}]}}""", "")]
    public void What_a_body_names_is_found_wherever_it_stands(Protocol protocol, string body, string ids)
    {
        Assert.Equal(ids.Split(',', StringSplitOptions.RemoveEmptyEntries), Read(protocol, body).Where(name => name.IsSure).Select(name => name.Id));
    }

    [Fact]
    public void An_id_that_stands_alone_may_be_a_reference_and_an_address_elsewhere_may_be_none()
    {
        Assert.Equal([new NamedObject("msg_1", IsSure: false)], Read(Protocol.OpenAI, """{"input":[{"id":"msg_1"}]}"""));
        Assert.Equal([new NamedObject("files/a.pdf", IsSure: false)], Read(Protocol.Gemini, """{"contents":[{"parts":[{"fileData":{"fileUri":"https://example.com/files/a.pdf"}}]}]}"""));
    }

    [Fact]
    public void What_is_no_json_is_read_as_far_as_it_is_some()
    {
        Assert.Empty(Read(Protocol.OpenAI, "--edge\r\n"));
        Assert.Equal("resp_1", Assert.Single(Read(Protocol.OpenAI, """{"previous_response_id":"resp_1","x":""")).Id);
        Assert.Empty(Read(Protocol.OpenAI, new string('[', 100)));
    }

    // To a server that reads deeper it may name anything.
    [Fact]
    public void What_could_not_be_read_to_its_end_says_so()
    {
        string deep = "{\"x\":" + new string('[', 70) + new string(']', 70) + ",\"previous_response_id\":\"resp_1\"}";
        Assert.False(new NamedObjects(Protocol.OpenAI).Read(Encoding.UTF8.GetBytes(deep)));
        Assert.True(new NamedObjects(Protocol.OpenAI).Read(Encoding.UTF8.GetBytes("--edge\r\nx")));
        Assert.True(new NamedObjects(Protocol.OpenAI).Read("{\"previous_response_id\":\"resp_1\"}"u8));
    }

    [Fact]
    public void There_is_an_end_to_what_one_body_may_name()
    {
        var named = new NamedObjects(Protocol.OpenAI);
        named.Read(Encoding.UTF8.GetBytes($$"""{"file_ids":[{{string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"file-{i}\""))}}]}"""));

        Assert.True(named.IsTooMany);
        Assert.Equal(NamedObjects.MaxNamed + 1, named.Found.Count);
    }

    private static IReadOnlyCollection<NamedObject> Read(Protocol protocol, string body)
    {
        var named = new NamedObjects(protocol);
        named.Read(Encoding.UTF8.GetBytes(body));
        return named.Found;
    }
}
