using System.Text;
using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

public class BadFileTests
{
    /// <summary>A good file with one line (or a few) replaced, and everything that is said about it.</summary>
    public static TheoryData<string, string, string> OneMistake => new()
    {
        // Names of fields
        { "limits:", "limit:", "27:1 limit: is not a field; did you mean \"limits\"? (listen, store, deployment, agreements, admin, providers, identity, telemetry, conformance, sentinel, releases, budgets, attribution, runs, detectors, classes, capture, alerts, retention or limits)" },
        { "    region: eu-west-1", "    regoin: eu-west-1", "10:5 providers[0].regoin: is not a field; did you mean \"region\"?" },
        { "  body: 32MiB", "  idle: 60s", "28:3 limits.idle: is not a field; there is one at providers[].timeouts.idle (body, " },
        { "  body: 32MiB", "  zzz: 1", "28:3 limits.zzz: is not a field (body, header_bytes" },
        { "  body: 32MiB", "  \"a\\e[31m\": 1", "28:3 limits.\"a\uFFFD[31m\": is not a field" },
        { "  body: 32MiB", "  <<: 1", "28:3 limits.\"<<\": is not a field" },
        { "store: sqlite:data/causeway.db", "store: sqlite:a.db\nstore: sqlite:b.db", "3:1 store: is already set in line 2; keep one of the two" },
        { "      idle: 60s", "      idle: 60s\n      idle: 61s", "14:7 providers[0].timeouts.idle: is already set in line 13" },
        { "  body: 32MiB", "  [a]: 1", "28:3 limits: has a list where a field's name belongs" },

        // Conformance
        { "  header_count: 64", "  header_count: 64\nconformance:\n  every: 24h", "conformance.every: has no models to probe; name them in models" },
        { "  header_count: 64", "  header_count: 64\nconformance:\n  every: 5m\n  models: [a/b]", "conformance.every: \"5m\" is less than 60m" },
        { "  header_count: 64", "  header_count: 64\nconformance:\n  max_usd: 0.001", "is less than 0.01 (0.01 to 1000 USD, up to nine decimals, default 0.50)" },
        { "  header_count: 64", "  header_count: 64\nconformance:\n  models: [gpt-5.4-mini]", "conformance.models[0]: \"gpt-5.4-mini\" is not a model (PROVIDER/MODEL)" },
        { "  header_count: 64", "  header_count: 64\nconformance:\n  webhook: ftp://a", "conformance.webhook: \"ftp://a\" has another scheme than https or http" },

        // Missing
        { "    protocol: openai\n", "", "7:5 providers[0].protocol: is required: a protocol (openai, anthropic, gemini, bedrock, azure-openai or vertex)" },
        { "  - name: openai-eu\n    protocol", "  - protocol", "7:5 providers[0].name: is required: a provider's name" },
        { "    key: ${OPENAI_KEY}\n", "", "7:5 providers[0].key: is required at the vendor's endpoint" },
        { "        input: 0.5\n", "", "22:9 providers[1].prices.house-7b.input: is required: a price (0 to 100000 USD" },
        { "store: sqlite:data/causeway.db", "store:", "2:1 store: has no value; write one, or leave the line out (sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH, default sqlite:causeway-data/causeway.db)" },
        { "  body: 32MiB", "  body: ~", "28:3 limits.body: has no value; write one, or leave the line out (1KiB to 128MiB, default 32MiB)" },

        // Kinds
        { "  body: 32MiB", "  body: [32MiB]", "28:9 limits.body: has a list where a size belongs (1KiB to 128MiB, default 32MiB)" },
        { "  body: 32MiB", "  body: {a: b}", "28:9 limits.body: has a group of fields where a size belongs" },
        { "telemetry:\n  logs:\n    level: info", "telemetry: on", "24:12 telemetry: has a single value where a group of fields belongs" },
        { "    timeouts:\n      idle: 60s", "    timeouts: 60s", "12:15 providers[0].timeouts: has a single value where a group of fields belongs" },
        { "    data: [public, internal]", "    data: public", "11:11 providers[0].data: has a single value where a list of data classes belongs" },
        { "      x-team: \"${TEAM:-platform}\"", "      - x-team", "15:7 providers[0].headers: has a list where a group of headers belongs" },
        { "      house-7b:\n        input: 0.5\n        output: 1.25", "      house-7b: 1", "21:17 providers[1].prices.house-7b: has a single value where" },

        // Durations and sizes
        { "      idle: 60s", "      idle: 90", "13:13 providers[0].timeouts.idle: 90 has no unit; write \"90s\" (1s to 10m, default 60s)" },
        { "      idle: 60s", "      idle: 60000", "13:13 providers[0].timeouts.idle: 60000 has no unit; write \"60000ms\" (1s to 10m, default 60s)" },
        { "      idle: 60s", "      idle: 11m", "13:13 providers[0].timeouts.idle: \"11m\" is more than 10m (1s to 10m, default 60s)" },
        { "      idle: 60s", "      idle: 10ms", "13:13 providers[0].timeouts.idle: \"10ms\" is less than 1s" },
        { "      idle: 60s", "      idle: 60sec", "\"60sec\" has an unknown unit \"sec\"; did you mean \"60s\"?" },
        { "      idle: 60s", "      idle: 2 minutes", "\"2 minutes\" has an unknown unit \"minutes\"; did you mean \"2m\"?" },
        { "      idle: 60s", "      idle: 60000 milliseconds", "did you mean \"60000ms\"?" },
        { "      idle: 60s", "      idle: 60000msec", "did you mean \"60000ms\"?" },
        { "      idle: 60s", "      idle: 1.5m", "\"1.5m\" is not a whole number with a unit; write it in a smaller unit (ms, s, m, h or d)" },
        { "      idle: 60s", "      idle: -5s", "\"-5s\" is not a duration; write a whole number and a unit" },
        { "      idle: 60s", "      idle: never", "\"never\" is not a duration" },
        { "      idle: 60s", "      idle: 99999999999999999999s", "is more than 10m" },
        { "  body: 32MiB", "  body: 32", "28:9 limits.body: 32 has no unit; write \"32MiB\" (1KiB to 128MiB, default 32MiB)" },
        { "  body: 32MiB", "  body: 33554432", "28:9 limits.body: 33554432 has no unit; write \"33554432B\"" },
        { "  body: 32MiB", "  body: 32mib", "has an unknown unit \"mib\"; did you mean \"32MiB\"?" },
        { "  body: 32MiB", "  body: 32M", "has an unknown unit \"M\"; did you mean \"32MiB\"?" },
        { "  body: 32MiB", "  body: 1TB", "\"1TB\" has an unknown unit \"TB\"; write one of B, KB, KiB, MB, MiB," },
        { "  body: 32MiB", "  body: 1GiB", "\"1GiB\" is more than 128MiB" },
        { "  body: 32MiB", "  body: ${BODY}", "28:9 limits.body: does not take ${…} references; write the value itself" },
        { "      idle: 60s", "      idle: 60s\n      total: 30s", "13:13 providers[0].timeouts.idle: 60s is more than total, which is 30s" },
        { "      idle: 60s", "      connect: 61s", "13:16 providers[0].timeouts.connect: \"61s\" is more than 60s (100ms to 60s, default 5s)" },

        // Other values
        { "  header_count: 64", "  header_count: 6_4", "29:17 limits.header_count: \"6_4\" is not a whole number; write 64 (16 to 512, default 64)" },
        { "  header_count: 64", "  header_count: 0x40", "is not a whole number; write digits only" },
        { "  header_count: 64", "  header_count: 064", "064 is not a whole number" },
        { "  header_count: 64", "  header_count: 9999999999", "9999999999 is more than 512" },
        { "  header_count: 64", "  header_count: 1", "1 is less than 16" },
        { "    level: info", "    level: information", "26:12 telemetry.logs.level: \"information\" is not a log level (debug, info, warning or error, default info)" },
        { "    level: info", "    level: inof", "\"inof\" is not a log level; did you mean \"info\"?" },
        { "  logs:\n    level: info", "  metrics: yes", "25:12 telemetry.metrics: \"yes\" is not true or false; write true" },
        { "  logs:\n    level: info", "  traces:\n    sample: 10%", "26:13 telemetry.traces.sample: \"10%\" is not a share; write 0.1 (0 to 1, default 1)" },
        { "  logs:\n    level: info", "  traces: { sample: 1e400 }", "25:21 telemetry.traces.sample: \"1e400\" is not a share" },
        { "  logs:\n    level: info", "  otlp: { protocol: http }", "\"http\" is not an OTLP protocol (grpc or http/protobuf, default grpc)" },
        { "  logs:\n    level: info", "  service_name: a b", "\"a b\" is not a service's name" },
        { "    protocol: openai", "    protocol: antropic", "8:15 providers[0].protocol: \"antropic\" is not a protocol; did you mean \"anthropic\"?" },
        { "    catalogue: none", "    catalogue: none\n    objects: ownd", "20:14 providers[1].objects: \"ownd\" is not who may use what is kept; did you mean \"owned\"?" },
        { "    catalogue: none", "    catalogue: amazon", "19:16 providers[1].catalogue: \"amazon\" is not a platform (openai, anthropic," },
        { "  - name: local", "  - name: openai-eu", "16:11 providers[1].name: \"openai-eu\" is the name of an earlier provider" },
        { "  - name: local", "  - name: Local", "16:11 providers[1].name: \"Local\" is not a provider's name (1 to 63 of a-z" },
        { "  - name: local", "  - name: \"local\\n\"", "is not a provider's name" },
        { "    data: [public, internal]", "    data: [public, costumer]", "11:20 providers[0].data[1]: \"costumer\" is not a data class; did you mean \"customer\"?" },
        { "    data: [public, internal]", "    data: [public, public]", "11:20 providers[0].data[1]: \"public\" is listed twice" },
        { "    data: [public, internal]", "    data: []", "11:11 providers[0].data: has no items" },
        { "        input: 0.5", "        input: -1", "22:16 providers[1].prices.house-7b.input: -1 is less than 0" },
        { "        input: 0.5", "        input: $0.50", "has a currency mark" },
        { "    catalogue: none\n", "    catalogue: none\n    tool_fees: { web_searh: 10 }\n", "providers[1].tool_fees.web_searh: is not a field; did you mean \"web_search\"?" },
        { "    catalogue: none\n", "    catalogue: none\n    tool_fees: { web_search: -1 }\n", "providers[1].tool_fees.web_search: -1 is less than 0 (0 to 100000 USD for 1,000 uses" },
        { "        input: 0.5", "        input: 0.0000000001", "has more than nine decimals" },
        { "        input: 0.5", "        input: 1e3", "\"1e3\" is not a price; write a decimal number" },

        // Addresses
        { "listen: 127.0.0.1:8080", "listen: example.org:8080", "1:9 listen: \"example.org:8080\" names a host that is neither \"localhost\" nor an IP address" },
        { "listen: 127.0.0.1:8080", "listen: 127.0.0.1:99999", "1:9 listen: \"127.0.0.1:99999\" has a port above 65535" },
        { "listen: 127.0.0.1:8080", "listen: localhost", "1:9 listen: \"localhost\" has no port" },
        { "listen: 127.0.0.1:8080", "listen: \"::1:8080\"", "has an IPv6 address without brackets" },
        { "listen: 127.0.0.1:8080", "listen: http://127.0.0.1:8080", "is a URL; write HOST:PORT" },
        { "listen: 127.0.0.1:8080", "listen: localhost:0", "has port 0" },
        { "listen: 127.0.0.1:8080", "listen: 0:8080", "names a host that is neither" },
        { "  listen: 127.0.0.1:8081", "  listen: 127.0.0.1:8080", "5:11 admin.listen: cannot be bound beside listen; choose another port" },
        { "listen: 127.0.0.1:8080", "listen: 127.0.0.1:web", "1:9 listen: \"127.0.0.1:web\" has no port" },
        { "    key: ${OPENAI_KEY}", "    key: ${NONE}-${NONE}", "9:10 providers[0].key: needs the environment variable NONE, which is not set" },
        { "  listen: 127.0.0.1:8081", "  listen: :8080", "5:11 admin.listen: cannot be bound beside listen" },
        { "store: sqlite:data/causeway.db", "store: postgres://u:canary@db", "2:8 store: \"postgres:…\" names no database (sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH, default sqlite:causeway-data/causeway.db)" },
        { "store: sqlite:data/causeway.db", "store: postgres://u:canary@db/x?ssl=canary", "2:8 store: \"postgres:…\" has another parameter than sslmode, sslrootcert, schema and host" },
        { "store: sqlite:data/causeway.db", "store: file:/nowhere", "2:8 store: the file \"/nowhere\" does not exist" },
        { "store: sqlite:data/causeway.db", "store: data/causeway.db", "\"data/causeway.db\" does not start with \"sqlite:\" or \"postgres://\"" },
        { "store: sqlite:data/causeway.db", "store: \"sqlite::memory:\"", "would forget every booking" },
        { "store: sqlite:data/causeway.db", "store: sqlite:data/", "names a folder" },
        { "store: sqlite:data/causeway.db", "store: \"sqlite:\"", "names no file" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: api.openai.com", "18:15 providers[1].endpoint: \"api.openai.com\" does not start with https:// or http://" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: ftp://host", "has another scheme than https or http" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: https://me:canary@host/v1", "\"…@host/v1\" holds a user or password" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: https://host/v1?key=canary", "\"https://host/v1…\" has a query or fragment" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: https://", "is not a URL" },
        { "    endpoint: http://127.0.0.1:9000", "    endpoint: http://10.0.0.7:9000", "18:15 providers[1].endpoint: is http:// to another machine: prompts and the key travel in the clear; write https://, or set insecure: true" },
        { "    catalogue: none", "    proxy: socks5://127.0.0.1:1", "19:12 providers[1].proxy: \"socks5://127.0.0.1:1\" has another scheme" },

        // Headers
        { "      x-team: \"${TEAM:-platform}\"", "      Authorization: Bearer canary", "15:7 providers[0].headers.Authorization: carries a credential; write it as key" },
        { "      x-team: \"${TEAM:-platform}\"", "      Connection: close", "15:7 providers[0].headers.Connection: belongs to the connection and is set by Causeway" },
        { "      x-team: \"${TEAM:-platform}\"", "      content-type: text/plain", "describes the body and is set by Causeway" },
        { "      x-team: \"${TEAM:-platform}\"", "      x team: a", "15:7 providers[0].headers.\"x team\": is not a header's name" },
        { "      x-team: \"${TEAM:-platform}\"", "      x-team: \"a\\r\\nx: b\"", "15:15 providers[0].headers.x-team: holds a line break" },
        { "      x-team: \"${TEAM:-platform}\"", "      x-team: a\n      X-Team: b", "16:7 providers[0].headers.X-Team: is already set: names of headers have no case" },
        { "      x-team: \"${TEAM:-platform}\"", "      x-team:", "15:14 providers[0].headers.x-team: has no value" },

        // References and secrets
        { "    key: ${OPENAI_KEY}", "    key: ${OPENAI_KEI}", "9:10 providers[0].key: needs the environment variable OPENAI_KEI, which is not set" },
        { "    key: ${OPENAI_KEY}", "    key: ${EMPTY}", "9:10 providers[0].key: needs the environment variable EMPTY, which is empty" },
        { "    key: ${OPENAI_KEY}", "    key: ${OPENAI_KEY", "9:10 providers[0].key: has a \"${\" without \"}\"" },
        { "    key: ${OPENAI_KEY}", "    key: ${OPENAI KEY}", "9:10 providers[0].key: has a reference that is no name of a variable" },
        { "    key: ${OPENAI_KEY}", "    key: ${A:-${B}}", "has a reference inside a reference" },
        { "    key: ${OPENAI_KEY}", "    key: file:/run/secrets/none", "9:10 providers[0].key: the file \"/run/secrets/none\" does not exist" },
        { "    key: ${OPENAI_KEY}", "    key: \"file:\"", "9:10 providers[0].key: the file \"\" does not exist" },
        { "    key: ${OPENAI_KEY}", "    key: \"\"", "9:10 providers[0].key: is empty (${NAME} or file:PATH, default no credential is sent)" },
        { "    key: ${OPENAI_KEY}", "    key: |\n      canary", "9:10 providers[0].key: holds a line break" },
        { "    key: ${OPENAI_KEY}", "    key: Bearer canary", "9:10 providers[0].key: holds a space" },
        { "    key: ${OPENAI_KEY}", "    key: canaryé", "9:10 providers[0].key: holds a character that no header can carry" },
        { "  token: ${ADMIN_TOKEN}", "  token: ${ADMIN_TOKEN}\n  operators: [{ name: admin, token: \"${ADMIN_TOKEN}x\" }]", "5:23 admin.operators[0].name: \"admin\" is not an operator's name" },
        { "  token: ${ADMIN_TOKEN}", "  token: ${ADMIN_TOKEN}\n  operators: [{ name: mira, token: \"${ADMIN_TOKEN}\" }]", "5:36 admin.operators[0].token: is the token of another already: who speaks could not be told" },
        { "  token: ${ADMIN_TOKEN}", "  token: ${ADMIN_TOKEN}\n  operators: [{ name: mira, token: \"${ADMIN_TOKEN}a\" }, { name: mira, token: \"${ADMIN_TOKEN}b\" }]", "5:65 admin.operators[1].name: is the name of another operator already" },
        { "  token: ${ADMIN_TOKEN}", "  token: ${ADMIN_TOKEN}\n  operators: [{ name: mira }]", "5:15 admin.operators[0].token: is required: a secret" },
        { "  token: ${ADMIN_TOKEN}", "  token: ${ADMIN_TOKEN}\n  operators: []", "5:14 admin.operators: has no items; write one or more" },
        { "  token: ${ADMIN_TOKEN}", "  token: canary", "4:10 admin.token: is shorter than 8 characters; make one with: openssl rand -hex 32" },
        { "  token: ${ADMIN_TOKEN}", "  token: ChangeMe-ChangeMe-ChangeMe-ChangeMe", "4:10 admin.token: looks like an example" },
        { "  token: ${ADMIN_TOKEN}", "  token: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "4:10 admin.token: looks like an example" },
        { "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8080\nbudgets: { master_keys: file:keys.master }", "2:25 budgets.master_keys: the file \"keys.master\" does not exist" },
        { "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8080\nbudgets: { master_keys: \"${OPENAI_KEY}\" }", "2:25 budgets.master_keys: the variable holds no master keys: line 1 is not a number from 1 to 65535" },
        { "listen: 127.0.0.1:8080", "listen: 127.0.0.1:8080\nbudgets: { master_keys: 1 canary }", "2:25 budgets.master_keys: stands in the file, where every reader of the file sees it" },
        { "listen: 127.0.0.1:8080", "listen: ${BAD_ADDRESS}", "1:9 listen: the value of \"${BAD_ADDRESS}\" names a host that is neither" },

        // What YAML has and this file has not
        { "  body: 32MiB", "  body: &size 32MiB", "28:9 limits.body: has an anchor (&), which is not read" },
        { "  body: 32MiB", "  body: !!str 32MiB", "28:9 limits.body: has a tag (!), which is not read" },
        { "  header_count: 64", "  header_count: 64\n---\nlisten: 1", "30:1 starts a second document; one file holds one configuration" },
    };

    [Theory]
    [MemberData(nameof(OneMistake))]
    public void Is_reported_where_it_stands_with_what_is_allowed(string line, string replacement, string expected)
    {
        Assert.Contains(line, Files.Good, StringComparison.Ordinal);
        string yaml = Files.Good.Replace(line, replacement, StringComparison.Ordinal);

        ConfigurationResult result = Files.Load(yaml);

        string said = Files.Text(result.Errors);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Single(result.Errors);
        Assert.Null(result.Configuration);
        Assert.DoesNotContain("canary", said, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> WholeFile => new()
    {
        { "", "1:1 is empty; it needs at least providers" },
        { "# only a comment\n", "1:1 is empty" },
        { "---\n...\n", "1:1 is empty" },
        { "canary", "1:1 holds a single value where fields belong" },
        { "- a\n- b\n", "1:1 holds a list where fields belong" },
        { "listen: 8080\n\tstore: x\n", "2:1 a tab cannot indent YAML; write spaces" },
        { "admin:\n\ttoken: x\n", "2:1 a tab cannot indent YAML; write spaces" },
        { "providers:\n  - name: a\n  \tprotocol: openai\n", "3:3 a tab cannot indent YAML; write spaces" },
        { "listen: \"8080\nstore: x\n", "is not valid YAML: a quote is opened and never closed" },
        { "listen: [8080\nstore: x\n", "is not valid YAML: a bracket or brace is opened and not closed" },
        { "listen: a: b\n", "1:10 is not valid YAML: a second \": \" stands on one line" },
        { "listen: 8080\nstore\nadmin:\n", "2:1 is not valid YAML: the line is not indented like its neighbours, or a \": \" is missing after a field's name" },
        { "admin:\n  token: x\n listen: 1\n", "3:2 is not valid YAML: the line is not indented like its neighbours" },
        { "store: \"C:\\data\"\n", "is not valid YAML: inside double quotes a backslash starts an escape" },
        { "store: @x\n", "1:8 is not valid YAML: a value that starts with %, @ or ` needs quotes" },
        { "listen: *address\n", "1:9 listen: is an alias (*), which is not read; write the value itself" },
        { "a: &a [x, x]\nb: &b [*a, *a]\n", "2:8 b[0]: is an alias (*), which is not read" },
        { "providers: []\n", "1:12 providers: has no items; write one or more" },
        { "providers:\n", "1:1 providers: has no items; write one or more" },
        { "providers: openai\n", "1:12 providers: has a single value where a list belongs" },
        { "providers: [openai]\n", "1:13 providers[0]: has a single value where a group of fields belongs (name, protocol, server, endpoint" },
        { "listen: 8080\nadmin: { token: x\n  : y", "is not valid YAML" },
        { "a:\n  b: c\n *a25\nd: e\n", "is not valid YAML" },
        { "? \n", "\"\": is not a field" },
        { "%YAML 9.9\n---\nlisten: 1\n", "1:1 is not valid YAML: tags and directives are not read" },
        { "a: |x\n", "is not valid YAML: a block of text" },
        { "a: b\n c: d\n", "2:3 is not valid YAML: a second" },
        { "key: *\n", "1:6 is not valid YAML: anchors and aliases are not read" },
    };

    [Theory]
    [MemberData(nameof(WholeFile))]
    public void A_file_that_is_not_one_group_of_fields_says_so(string yaml, string expected)
    {
        ConfigurationResult result = Files.Load(yaml);

        Assert.Null(result.Configuration);
        Assert.Contains(expected, Files.Text(result.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Files.Text(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_reported_in_one_run_in_the_order_of_the_file()
    {
        const string Yaml =
            """
            listne: 8080
            store: postgres://db/causeway
            admin:
              token: short
            providers:
              - name: openai
                protocol: antropic
                key: ${NOT_SET}
                timeouts:
                  idle: 90
              - name: openai
                protocol: gemini
                key: file:/nowhere
                data: [customers]
            limits:
              body: 1TiB
              body: 1MiB
            """;

        ConfigurationResult result = Files.Load(Yaml);

        Assert.Equal(
            """
            /etc/causeway/causeway.yaml:1:1    listne: is not a field; did you mean "listen"? (listen, store, deployment, agreements, admin, providers, identity, telemetry, conformance, sentinel, releases, budgets, attribution, runs, detectors, classes, capture, alerts, retention or limits)
            /etc/causeway/causeway.yaml:2:8    store: "postgres:…" names no user (sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH, default sqlite:causeway-data/causeway.db)
            /etc/causeway/causeway.yaml:4:10   admin.token: is shorter than 8 characters; make one with: openssl rand -hex 32 (${NAME} or file:PATH, 8 characters or more, default made at the first start and shown once)
            /etc/causeway/causeway.yaml:7:15   providers[0].protocol: "antropic" is not a protocol; did you mean "anthropic"? (openai, anthropic, gemini, bedrock, azure-openai or vertex)
            /etc/causeway/causeway.yaml:8:10   providers[0].key: needs the environment variable NOT_SET, which is not set
            /etc/causeway/causeway.yaml:10:13  providers[0].timeouts.idle: 90 has no unit; write "90s" (1s to 10m, default 60s)
            /etc/causeway/causeway.yaml:11:11  providers[1].name: "openai" is the name of an earlier provider; each has its own
            /etc/causeway/causeway.yaml:13:10  providers[1].key: the file "/nowhere" does not exist
            /etc/causeway/causeway.yaml:14:12  providers[1].data[0]: "customers" is not a data class; did you mean "customer"? (public, internal, customer or restricted)
            /etc/causeway/causeway.yaml:16:9   limits.body: "1TiB" has an unknown unit "TiB"; write one of B, KB, KiB, MB, MiB, GB or GiB (1KiB to 128MiB, default 32MiB)
            /etc/causeway/causeway.yaml:17:3   limits.body: is already set in line 16; keep one of the two
            """,
            string.Join('\n', ConfigurationError.Lines(result.Errors)));
    }

    [Fact]
    public void What_stands_before_a_syntax_error_is_checked_and_what_may_stand_behind_it_is_not_missed()
    {
        ConfigurationResult result = Files.Load("listen: nowhere:1\nlimits:\n  body: 5\nproviders: [\nadmin: x\n");

        Assert.Equal(3, result.Errors.Count);
        Assert.Contains("1:9 listen: ", Files.Text(result.Errors), StringComparison.Ordinal);
        Assert.Contains("3:9 limits.body: 5 has no unit; write \"5MiB\"", Files.Text(result.Errors), StringComparison.Ordinal);
        Assert.Contains("is not valid YAML", Files.Text(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_of_the_file()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        ConfigurationResult missing = ConfigurationFile.Load(Path.Combine(folder, "causeway.yaml"));
        ConfigurationResult isFolder = ConfigurationFile.Load(Path.GetTempPath());

        Assert.EndsWith("causeway.yaml  does not exist", Assert.Single(missing.Errors).ToString(), StringComparison.Ordinal);
        Assert.EndsWith("  is a folder, or this process may not read it", Assert.Single(isFolder.Errors).ToString(), StringComparison.Ordinal);
        Assert.Single(ConfigurationFile.Load("").Errors);
        Assert.Single(ConfigurationFile.Load("a\0b").Errors);
    }

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_refused_unread()
    {
        string largest = Files.Good + new string('#', ConfigurationFile.MaxBytes - Files.Good.Length);

        Assert.NotNull(Files.Load(largest).Configuration);
        Assert.Equal("0:0 is larger than 1MiB, so it is no configuration", Files.Text(Files.Load(largest + "#").Errors));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused_where_it_begins()
    {
        byte[] latin1 = [.. "listen: 8080\nstore: é"u8, 0xE9, (byte)'\n'];

        Assert.Equal("2:9 is not UTF-8 text; save it as UTF-8", Files.Text(Files.Load(latin1).Errors));
        Assert.Equal("1:1 is not UTF-8 text; save it as UTF-8", Files.Text(Files.Load([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a: b")]).Errors));
        Assert.Equal("1:4 is not UTF-8 text; save it as UTF-8", Files.Text(Files.Load("a: \0"u8.ToArray()).Errors));
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_read()
    {
        byte[] yaml = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Files.Good.ReplaceLineEndings("\r\n"))];

        Assert.Empty(Files.Load(yaml).Errors);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Deep_nesting_is_refused_and_costs_nothing(string opening)
    {
        string yaml = "limits: " + (opening == "- " ? "\n  " : "") + string.Concat(Enumerable.Repeat(opening, 100_000));

        ConfigurationResult result = Files.Load(yaml);

        Assert.Null(result.Configuration);
        Assert.InRange(result.Errors.Count, 1, 3);
    }

    [Fact]
    public void A_megabyte_of_mistakes_is_counted_beyond_the_first_two_hundred()
    {
        string yaml = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"x{i}: 1\n"));

        ConfigurationResult result = Files.Load(yaml);

        Assert.Equal(201, result.Errors.Count);
        Assert.Equal("/etc/causeway/causeway.yaml  and 49801 more mistakes; mend these 200 first", result.Errors[^1].ToString());
    }
}
