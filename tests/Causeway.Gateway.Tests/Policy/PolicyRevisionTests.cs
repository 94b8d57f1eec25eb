using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Tests.Policy;

public sealed class PolicyRevisionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly Release s_one = NewRelease("one");
    private static readonly Release s_two = NewRelease("two");
    private static readonly ReleaseChannel s_support = ReleaseChannel.New("support", s_one.Id, UnsupportedFields.Deny, s_now);

    [Fact]
    public void A_channel_is_found_with_its_release()
    {
        PolicyRevision policy = PolicyRevision.Empty.WithChannels(new ServedChannel(s_support, s_one));

        Assert.Same(s_one, policy.FindChannel("support")!.Release);
        Assert.Equal(s_one.Id.ToString(), policy.FindChannel("support")!.ReleaseName);
        Assert.Null(policy.FindChannel("Support"));
        Assert.Null(PolicyRevision.Empty.FindChannel("support"));
        Assert.Equal(1, policy.Number);
    }

    [Fact]
    public void The_later_version_of_a_channel_stands_whichever_comes_first()
    {
        var before = new ServedChannel(s_support, s_one);
        var after = new ServedChannel(s_support.Next(s_two.Id, UnsupportedFields.Deny, s_now), s_two);

        Assert.Same(after, PolicyRevision.Empty.WithChannels(before).WithChannels(after).FindChannel("support"));
        Assert.Same(after, PolicyRevision.Empty.WithChannels(after).WithChannels(before).FindChannel("support"));
    }

    [Fact]
    public void Other_changes_leave_channels_as_they_are()
    {
        PolicyRevision policy = PolicyRevision.Empty.WithChannels(new ServedChannel(s_support, s_one));
        var key = new Key
        {
            Id = KeyId.New(s_now),
            Hash = KeyHash.Of(Encoding.ASCII.GetBytes(KeySecret.New())),
            Shown = "cw0_",
            Attribution = new Attribution("search", "answers", "dev"),
            CreatedAt = s_now,
        };

        Assert.Same(policy.Channels, policy.With(key).Channels);
        Assert.Same(policy.Channels, policy.WithKeys([key]).Channels);
        Assert.Same(policy.Channels, policy.With([]).Channels);
        Assert.Single(policy.With(key).WithChannels(new ServedChannel(s_support.Next(s_two.Id, UnsupportedFields.Drop, s_now), s_two)).Keys.All);
    }

    [Fact]
    public void A_channel_is_not_served_with_another_release() => Assert.Throws<ArgumentException>(() => new ServedChannel(s_support, s_two));

    [Fact]
    public void A_contract_is_found_by_its_name_and_by_its_version()
    {
        (ServedContract one, ServedContract two, ServedContract other) = (NewContract("invoice", 1), NewContract("invoice", 2), NewContract("invoice.line", 1));
        PolicyRevision policy = PolicyRevision.Empty.WithContracts(one, two, other);

        Assert.Same(two, policy.FindContract("invoice"));
        Assert.Same(one, policy.FindContract("invoice@1"));
        Assert.Same(two, policy.FindContract("invoice@2".AsSpan()));
        Assert.Same(other, policy.FindContract("invoice.line"));
        Assert.All((string[])["Invoice", "invoice@3", "invoice@", "@1", "", "invoice@01"], name => Assert.Null(policy.FindContract(name)));
        Assert.Equal(["invoice", "invoice.line"], policy.Contracts.Names);
        Assert.Equal([one, two], policy.Contracts.VersionsOf("invoice"));
        Assert.Equal((1, "invoice@1"), (policy.Number, one.FullName));
        Assert.False(one.Validator.IsValid("1"u8));
    }

    [Fact]
    public void The_newest_version_of_a_contract_stands_whichever_comes_first()
    {
        (ServedContract nine, ServedContract ten) = (NewContract("invoice", 9), NewContract("invoice", 10));

        Assert.Same(ten, PolicyRevision.Empty.WithContracts(nine).WithContracts(ten).FindContract("invoice"));
        Assert.Same(ten, PolicyRevision.Empty.WithContracts(ten).WithContracts(nine).FindContract("invoice"));
        Assert.Same(nine, PolicyRevision.Empty.WithContracts(nine).WithContracts(NewContract("invoice", 9)).FindContract("invoice")); // Prepared once.
    }

    [Fact]
    public void Other_changes_leave_contracts_as_they_are()
    {
        PolicyRevision policy = PolicyRevision.Empty.WithContracts(NewContract("invoice", 1));

        Assert.Same(policy.Contracts, policy.WithKeys([]).Contracts);
        Assert.Same(policy.Contracts, policy.With([]).Contracts);
        Assert.Same(policy.Contracts, policy.WithChannels(new ServedChannel(s_support, s_one)).Contracts);
        Assert.NotNull(policy.WithChannels(new ServedChannel(s_support, s_one)).WithContracts(NewContract("order", 1)).FindChannel("support"));
    }

    private static ServedContract NewContract(string name, int version)
    {
        JsonSchema schema = JsonSchema.Parse("""{"type":"object"}"""u8.ToArray());
        return new ServedContract(new Contract(name, version, ContractId.Of(schema, ContractPolicy.Default), schema, ContractPolicy.Default, s_now));
    }

    private static Release NewRelease(string model) => new(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, null, s_now);
}
