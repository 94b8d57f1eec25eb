using Causeway.Wire.Neutral;

namespace Causeway.Tests;

public class TranslationTests
{
    [Fact]
    public void The_page_of_verdicts_says_what_the_gateway_acts_by() => Pinned.Check("docs/translation.md", TranslationTable.ToMarkdown());
}
