using System.Text;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Requests;

/// <summary>How often a request lets its provider use tools that are billed by the use.</summary>
public sealed class BilledToolTests
{
    public static TheoryData<Operation, string, ToolUses, int?> Named => new()
    {
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5}] """, new ToolUses { WebSearch = 5 }, null },
        { Operation.Messages, """ "tools":[{"max_uses":3,"name":"web_search","type":"web_search_20260209"},{"type":"web_search_20250305","max_uses":2}] """, new ToolUses { WebSearch = 5 }, null },
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search"}] """, new ToolUses { WebSearch = 10 }, null },
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","max_uses":null}] """, new ToolUses { WebSearch = 10 }, null },
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","max_uses":1,"max_uses":2e1}] """, new ToolUses { WebSearch = 20 }, null },
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","max_uses":1e300}] """, new ToolUses { WebSearch = ToolUses.Most }, null },
        { Operation.Messages, """ "tools":[{"type":"web_search_20250305","max_uses":-1}] """, new ToolUses { WebSearch = 10 }, null },
        { Operation.Messages, """ "tools":[{"type":"custom","type":"web\u005fsearch_20250305","name":"web_search"}] """, new ToolUses { WebSearch = 10 }, null },
        { Operation.Messages, """ "tools":[{"type":"web_fetch_20250910","max_uses":5},{"name":"web_search","max_uses":5,"input_schema":{"type":"web_search_20250305"}}] """, default, null },
        { Operation.Messages, """ "metadata":{"tools":[{"type":"web_search_20250305"}]} """, default, null },
        { Operation.Responses, """ "tools":[{"type":"web_search"},{"type":"file_search","vector_store_ids":["vs"]}] """, new ToolUses { WebSearch = 10, FileSearch = 10 }, null },
        { Operation.Responses, """ "max_tool_calls":4,"tools":[{"type":"web_search_preview_2025_03_11"}] """, new ToolUses { WebSearchPreview = 10 }, 4 },
        { Operation.Responses, """ "tools":[{"type":"web_search_2025_08_26"}],"max_tool_calls":null """, new ToolUses { WebSearch = 10 }, null },
        { Operation.Responses, """ "tools":[{"type":"function","name":"web_search"},{"type":"code_interpreter"}],"max_tool_calls":-2 """, default, null },
        { Operation.ChatCompletions, """ "web_search_options":{} """, new ToolUses { ChatSearch = 1 }, null },
        { Operation.ChatCompletions, """ "web_search_options":null """, default, null },
        { Operation.GenerateContent, """ "tools":[{"functionDeclarations":[{"name":"googleSearch"}]},{"googleSearch":{}}] """, new ToolUses { GoogleSearch = 10 }, null },
        { Operation.GenerateContent, """ "tools":{"google_search":{}} """, new ToolUses { GoogleSearch = 10 }, null },
        { Operation.GenerateContent, """ "tools":[{"urlContext":{}}] """, default, null },
    };

    [Theory]
    [MemberData(nameof(Named))]
    public void A_request_says_which_and_how_often(Operation operation, string members, ToolUses uses, int? calls)
    {
        Assert.True(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes($$"""{"model":"m",{{members}}}"""), out RequestScan scan, out RequestFault fault), fault.Message);

        Assert.Equal(new ToolAllowance(uses, calls), scan.BilledTools);
        Assert.Equal(uses != default, scan.BilledTools.IsAny);
    }

    [Theory]
    [InlineData(Operation.Responses, """{"model":"m","max_tool_calls":1,"max_tool_calls":100}""")]
    [InlineData(Operation.Responses, """{"model":"m","max_tool_calls":1,"Max_Tool_Calls":100}""")]
    [InlineData(Operation.GenerateContent, """{"tools":[{"googleSearch":{},"google_search":{}}]}""")]
    public void What_decides_the_cost_stands_there_once(Operation operation, string body)
    {
        Assert.False(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out _, out RequestFault fault));
        Assert.Equal("field_duplicated", fault.Code);
    }
}
