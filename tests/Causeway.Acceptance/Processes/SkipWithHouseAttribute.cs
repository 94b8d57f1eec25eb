using System.Reflection;
using Xunit.v3;

[assembly: Causeway.Acceptance.Processes.SkipWithHouse]

namespace Causeway.Acceptance.Processes;

/// <summary>Skips every test whose class stands on a house that could not be opened here.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SkipWithHouseAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        IEnumerable<Type> fixtures = test.TestCase.TestMethod.TestClass.Class.GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IClassFixture<>)).Select(type => type.GenericTypeArguments[0]);
        foreach (Type fixture in fixtures.Where(typeof(House).IsAssignableFrom))
        {
            // It was made before the class was: nothing is waited for.
            ((House?)TestContext.Current.GetFixture(fixture).AsTask().GetAwaiter().GetResult())?.Require();
        }
    }
}
