using Causeway.Admin;
using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

public sealed class IdentityFileTests
{
    private const string Grant = "grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b";

    [Fact]
    public void Without_the_section_nobody_signs_in_and_nothing_is_exchanged()
    {
        IdentityConfiguration identity = Files.Load(Files.Good).Configuration!.Identity;

        Assert.Empty(identity.Issuers);
        Assert.Empty(identity.Exchange);
        Assert.Equal((TimeSpan.FromHours(8), StarterConfiguration.Default), (identity.Session, identity.Starter));
    }

    [Fact]
    public void What_is_written_is_what_holds()
    {
        IdentityConfiguration identity = Files.Load(
            Files.Good + $$"""
            identity:
              session: 1h
              issuers:
                - name: company
                  issuer: https://login.company.example/
                  client_id: causeway
                  groups_claim: /realm_access/roles
                  roles: { "platform admins": admin, sre: on-call }
                  teams:
                    search-devs: search
                - name: github
                  issuer: https://token.actions.githubusercontent.com
                  audience: https://causeway.company.example
              exchange:
                - name: ci
                  issuer: github
                  claims: { repository_owner_id: "4711", job_workflow_ref: "acme/answers/.github/workflows/eval.yml@*" }
                  grant: {{Grant}}
                  env: eval
                  feature: nightly
                - name: pods
                  issuer: company
                  claims: { /kubernetes.io/namespace: search }
                  grant: starter
                  team: search
                  env: dev
                  feature_claim: /kubernetes.io/serviceaccount/name
                  once: false
                  expires: 1h
              starter: { usd: 5, data: public }
            """).Configuration!.Identity;

        IssuerConfiguration company = identity.Issuers[0];
        Assert.Equal(("https://login.company.example/", "causeway", "/realm_access/roles"), (company.Issuer, company.Audience, company.GroupsClaim));
        Assert.Equal((Role.Admin, Role.OnCall, "search"), (company.Roles["platform admins"], company.Roles["sre"], company.Teams["search-devs"]));
        Assert.Equal(["company"], identity.ForPeople.Select(issuer => issuer.Name));
        Assert.Equal((Grant, "nightly", true, TimeSpan.FromMinutes(15)), (identity.Exchange[0].Grant.ToString(), identity.Exchange[0].Feature, identity.Exchange[0].Once, identity.Exchange[0].Expires));
        Assert.Equal((null, "search", "search", false), (identity.Exchange[1].Grant, identity.Exchange[1].Team, identity.Exchange[1].Claims["/kubernetes.io/namespace"], identity.Exchange[1].Once));
        Assert.Equal((5_000_000_000, "public", true), (identity.Starter.NanoUsd, identity.Starter.Data, identity.Starter.Enabled));
    }

    [Fact]
    public void A_session_is_bound_to_who_signs_in_and_to_what_groups_mean()
    {
        IssuerConfiguration issuer = new() { Name = "company", Issuer = "https://a.example", Audience = "a", ClientId = "a", Roles = new Dictionary<string, Role> { ["x"] = Role.Admin, ["y"] = Role.OnCall } };

        Assert.Equal(issuer.Fingerprint, (issuer with { Roles = new Dictionary<string, Role> { ["y"] = Role.OnCall, ["x"] = Role.Admin } }).Fingerprint);
        Assert.NotEqual(issuer.Fingerprint, (issuer with { Roles = new Dictionary<string, Role> { ["x"] = Role.Admin } }).Fingerprint);
        Assert.NotEqual(issuer.Fingerprint, (issuer with { Issuer = "https://a.example/" }).Fingerprint);
        Assert.NotEqual(issuer.Fingerprint, (issuer with { Teams = new Dictionary<string, string> { ["x"] = "search" } }).Fingerprint);
    }

    private const string Company = "name: company, issuer: https://a.example, client_id: c";

    [Theory]
    [InlineData("issuers: [{ name: company, client_id: c }]", "identity.issuers[0].issuer: is required")]
    [InlineData("issuers: [{ name: company, issuer: https://a.example }]", "identity.issuers[0].audience: is required without client_id")]
    [InlineData("issuers: [{ name: company, issuer: http://login.example, client_id: c }]", "is http:// to another machine")]
    [InlineData("issuers: [{ name: company, issuer: https://a.example?x=1, client_id: c }]", "has a user, a query or a fragment")]
    [InlineData("issuers: [{ name: company, issuer: nowhere, client_id: c }]", "identity.issuers[0].issuer: \"nowhere\" is not a URL")]
    [InlineData("issuers: [{ " + Company + ", clientid: c }]", "identity.issuers[0].clientid: is not a field; did you mean \"client_id\"?")]
    [InlineData("issuers: [{ " + Company + " }, { name: company, issuer: https://b.example, audience: c }]", "identity.issuers[1].name: is the name of another issuer already")]
    [InlineData("issuers: [{ " + Company + " }, { name: other, issuer: https://a.example, audience: c }]", "identity.issuers[1].issuer: is that of another item already")]
    [InlineData("issuers: [{ " + Company + ", roles: { sre: oncall } }]", "identity.issuers[0].roles.sre: \"oncall\" is not a role; did you mean \"on-call\"?")]
    [InlineData("issuers: [{ " + Company + ", roles: {} }]", "identity.issuers[0].roles: has no items")]
    [InlineData("issuers: [{ " + Company + ", teams: { devs: Search } }]", "identity.issuers[0].teams.devs: \"Search\" is not a team's or feature's name")]
    [InlineData("issuers: [{ " + Company + ", scopes: [email] }]", "identity.issuers[0].scopes: lacks openid")]
    [InlineData("issuers: [{ " + Company + ", keys: \"file:/keys.json\" }]", "identity.issuers[0].keys: does not go with client_id")]
    [InlineData("issuers: [{ name: k, issuer: https://a.example, audience: c, keys: \"file:/none.json\" }]", "the file \"/none.json\" does not exist")]
    [InlineData("issuers: [{ name: k, issuer: https://a.example, audience: c, keys: \"file:/etc/causeway/causeway.yaml\" }]", "is not a JWK set")]
    [InlineData("issuers: [{ name: k, issuer: https://a.example, audience: c, roles: { a: admin } }]", "identity.issuers[0].roles: is for people who sign in")]
    [InlineData("session: 2d", "identity.session: \"2d\" is more than")]
    [InlineData("starter: { data: customer }", "identity.starter.data: \"customer\" is not a class of data")]
    public void A_mistake_in_an_issuer_is_said_with_its_place(string section, string expected) => Refused($"identity:\n  {section}\n", expected);

    [Theory]
    [InlineData("issuer: compnay, claims: { sub: a }, grant: " + Grant + ", env: dev, feature: f", "identity.exchange[0].issuer: \"compnay\" is not the name of an issuer; did you mean \"company\"?")]
    [InlineData("issuer: company, claims: { sub: \"*\" }, grant: " + Grant + ", env: dev, feature: f", "identity.exchange[0].claims.sub: \"*\" is not what a claim must say")]
    [InlineData("issuer: company, claims: { sub: \"*:x\" }, grant: " + Grant + ", env: dev, feature: f", "identity.exchange[0].claims.sub: \"*:x\" is not what a claim must say")]
    [InlineData("issuer: company, claims: {}, grant: " + Grant + ", env: dev, feature: f", "identity.exchange[0].claims: has no items")]
    [InlineData("issuer: company, grant: " + Grant + ", env: dev, feature: f", "identity.exchange[0].claims: is required")]
    [InlineData("issuer: company, claims: { sub: a }, grant: search, env: dev, feature: f", "identity.exchange[0].grant: \"search\" is not a grant")]
    [InlineData("issuer: company, claims: { sub: a }, grant: " + Grant + ", env: prd, feature: f", "identity.exchange[0].env: \"prd\" is not an environment; did you mean \"prod\"?")]
    [InlineData("issuer: company, claims: { sub: a }, grant: " + Grant + ", env: dev", "identity.exchange[0].feature: is missing, and so is feature_claim")]
    [InlineData("issuer: company, claims: { sub: a }, grant: " + Grant + ", env: dev, feature: f, feature_claim: g", "identity.exchange[0].feature: stands beside feature_claim")]
    [InlineData("issuer: company, claims: { sub: a }, grant: starter, env: dev, feature: f", "identity.exchange[0].team: is required where the grant is starter")]
    [InlineData("issuer: company, claims: { sub: a }, grant: starter, team: t, env: prod, feature: f", "identity.exchange[0].env: is not dev")]
    [InlineData("issuer: company, claims: { sub: a }, grant: " + Grant + ", env: dev, feature: f, expires: 1d", "identity.exchange[0].expires: \"1d\" is more than 12h")]
    public void A_mistake_in_a_rule_is_said_with_its_place(string rule, string expected) =>
        Refused($"identity:\n  issuers: [{{ {Company} }}]\n  exchange: [{{ name: one, {rule} }}]\n", expected);

    private static void Refused(string section, string expected)
    {
        ConfigurationResult result = Files.Load(Files.Good + section, files: new Dictionary<string, byte[]> { ["/keys.json"] = "{\"keys\":[{}]}"u8.ToArray() });

        Assert.Null(result.Configuration);
        Assert.Contains(expected, string.Join('\n', result.Errors), StringComparison.Ordinal);
    }
}
