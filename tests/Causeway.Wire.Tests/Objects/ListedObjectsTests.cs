using System.Text;
using Causeway.Wire.Objects;

namespace Causeway.Wire.Tests.Objects;

public sealed class ListedObjectsTests
{
    private const string Page = """{"object":"list","data":[ {"id":"file-1","x":{"id":"no"}}, {"id":"file-2"},{"id":"file-3"} ],"first_id":"file-1","last_id":"file-3","has_more":true}""";

    [Fact]
    public void A_page_without_what_is_not_to_be_seen_says_so_at_its_ends()
    {
        ListedObjects page = Read(Protocol.OpenAI, "files", Page);

        Assert.Equal(["file-1", "file-2", "file-3"], page.Ids);
        Assert.Equal("file-3", page.Next);
        Assert.Equal("""{"object":"list","data":[{"id":"file-2"}],"first_id":"file-2","last_id":"file-2","has_more":true}""", Only(page, "file-2"));
        Assert.Equal("""{"object":"list","data":[{"id":"file-1","x":{"id":"no"}},{"id":"file-3"}],"first_id":"file-1","last_id":"file-3","has_more":true}""", Only(page, "file-1", "file-3"));
        Assert.Equal("""{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":true}""", Only(page));
        Assert.Equal(Page, Only(page, "file-1", "file-2", "file-3"));
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "fine_tuning/jobs", """{"has_more":true,"data":[{"id":"ftjob-1"}]}""", "ftjob-1", "ftjob-1")]
    [InlineData(Protocol.OpenAI, "files", """{"data":[{"id":"file-1"}],"last_id":"file-1","has_more":false}""", "file-1", null)]
    [InlineData(Protocol.OpenAI, "files", """{"data":[],"has_more":false}""", "", null)]
    [InlineData(Protocol.Anthropic, "messages/batches", """{"data":[{"id":"msgbatch_1"}],"first_id":"msgbatch_1","last_id":"msgbatch_1","has_more":true}""", "msgbatch_1", "msgbatch_1")]
    [InlineData(Protocol.Gemini, "files", """{"files":[{"name":"files/a"},{"name":"files/b"}],"nextPageToken":"t"}""", "files/a,files/b", "t")]
    [InlineData(Protocol.Gemini, "cachedContents", """{"cachedContents":[{"name":"projects/p/locations/l/cachedContents/7"}]}""", "cachedContents/7", null)]
    [InlineData(Protocol.Gemini, "batches", """{"operations":[{"name":"batches/b1"}]}""", "batches/b1", null)]
    [InlineData(Protocol.Gemini, "files", "{}", "", null)]
    [InlineData(Protocol.OpenAI, "batches", """[{"id":"batch-1"},{"id":"batch-2"}]""", "batch-1,batch-2", null)]
    public void Each_vendors_page_says_what_is_on_it_and_what_is_behind_it(Protocol protocol, string list, string body, string ids, string? next)
    {
        ListedObjects page = Read(protocol, list, body);

        Assert.Equal(ids.Split(',', StringSplitOptions.RemoveEmptyEntries), page.Ids);
        Assert.Equal(next, page.Next);
    }

    [Theory]
    [InlineData("""{"data":[{"id":"file-1"}""")]
    [InlineData("nothing")]
    [InlineData("")]
    public void What_is_no_page_is_not_taken_for_one(string body) =>
        Assert.False(ListedObjects.TryRead(Protocol.OpenAI, Listing(Protocol.OpenAI, "files"), Encoding.UTF8.GetBytes(body), out _));

    private static KeptListing Listing(Protocol protocol, string list) => KeptKinds.Of(protocol).Single(kind => kind.List == list).Listing!;

    private static ListedObjects Read(Protocol protocol, string list, string body)
    {
        Assert.True(ListedObjects.TryRead(protocol, Listing(protocol, list), Encoding.UTF8.GetBytes(body), out ListedObjects? page));
        return page;
    }

    private static string Only(ListedObjects page, params string[] seen) => Encoding.UTF8.GetString(page.Only(id => seen.Contains(id)));
}
