using System.CommandLine;
using Causeway.Admin.Audit;

namespace Causeway.Commands;

/// <summary><c>causeway audit head</c></summary>
internal sealed class AuditHeadCommand : ClientVerb<AuditHead>
{
    public AuditHeadCommand(Surroundings surroundings)
        : base("head", "Print the ledger's head, signed: kept elsewhere it proves later that nothing up to it was changed or taken away.", surroundings) =>
        Takes([], "causeway audit head >> heads.txt", "causeway audit verify --heads heads.txt");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/audit/head");

    protected override void Show(AuditHead answer, Connection connection, Screen screen) => screen.Line(answer.Head);
}
